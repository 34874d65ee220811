package io.millrace.timers;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Timers that fire late, in the order in which they were due, and not more in a second than a rate, so that an outage does not end
 * with a flood. For one thread.
 *
 * <p>A caller moves a timer here from its {@link TimerQueue} if {@link PastDue} decides that it fires late. So timers that are on time
 * do not wait for those that are late. After a timer of this queue has fired, the caller puts the first occurrence after it into the
 * {@code TimerQueue}. An id is in one of the two queues; a caller that replaces or removes a timer removes it from both.
 */
public final class PastDueQueue {
    private final TimerQueue timers = new TimerQueue(Long.MAX_VALUE);
    private final PastDueRate rate;

    /**
     * An empty queue.
     *
     * @param perSecond how many timers may fire in a second; what was not used in a tenth of a second is used by the next batch
     * @throws IllegalArgumentException if the rate is less than 1
     */
    public PastDueQueue(long perSecond) {
        this.rate = new PastDueRate(perSecond);
    }

    /** Adds a timer that another queue returned, or replaces that of its id. It is never refused. */
    public void put(Timer timer) {
        put(timer, timer.due());
    }

    /** The same for a timer that was due at another time than its own, for example because it had to wait. */
    public void put(Timer timer, long due) {
        timers.putBack(timer.id(), due, timer.state());
    }

    /**
     * Removes a timer.
     *
     * @return whether there was one of the id
     */
    public boolean remove(byte[] id) {
        return timers.remove(id);
    }

    /**
     * Removes the timer that was due first, if the rate permits.
     *
     * @param now milliseconds since 1970
     * @return the timer, or null if there is none, or if the next one has to wait
     */
    public @Nullable Timer poll(long now) {
        if (timers.size() == 0 || rate.findMoment(now) > now) {
            return null;
        }
        rate.take(now);
        return timers.poll(Long.MAX_VALUE);
    }

    /**
     * When the next timer may fire.
     *
     * @param now milliseconds since 1970
     * @return milliseconds since 1970, not before now; empty if there is none
     */
    public OptionalLong nextMoment(long now) {
        return timers.size() == 0 ? OptionalLong.empty() : OptionalLong.of(rate.findMoment(now));
    }

    /** The number of timers. */
    public int size() {
        return timers.size();
    }

    /** The bytes that the timers occupy in the heap. */
    public long bytes() {
        return timers.bytes();
    }
}
