package io.millrace.connectors.schedule;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The order of records without transactions: the state of a schedule that has fired is sent when the brokers have acknowledged the
 * message. So a message is sent twice after a failure, and is not lost. {@link #remove} may be called by any thread; the other
 * methods are for one thread.
 */
final class MessagesFirst {
    private List<SourceRecord> state = List.of();

    @GuardedBy("this")
    private final Set<SourceRecord> unsent = new HashSet<>();

    /**
     * Holds state back.
     *
     * @param first records that are sent now, each of which equals only itself
     * @param later state that is sent when these are acknowledged
     * @return the records to send now
     */
    synchronized List<SourceRecord> hold(List<SourceRecord> first, List<SourceRecord> later) {
        if (!later.isEmpty()) {
            state = List.copyOf(later);
            unsent.addAll(first);
        }
        return first;
    }

    /** Whether state is held back, so that nothing else may be sent. */
    boolean isHolding() {
        return !state.isEmpty();
    }

    /** Takes a record that the brokers have acknowledged. */
    synchronized void remove(SourceRecord record) {
        if (unsent.remove(record) && unsent.isEmpty()) {
            notifyAll();
        }
    }

    /**
     * Waits until the records are acknowledged.
     *
     * @return the state that was held back; none if they were not within this time
     */
    synchronized List<SourceRecord> release(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!unsent.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return List.of();
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        List<SourceRecord> released = state;
        state = List.of();
        return released;
    }
}
