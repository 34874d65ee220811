package io.millrace.timers;

import java.util.OptionalLong;

/**
 * Decides what is done with an occurrence of a schedule that was not fired when it was due. All times are milliseconds, of
 * instants since 1970. Immutable.
 *
 * <p>An occurrence is past due if it is older than a tolerance, which is for the ordinary delays of a running process.
 * Occurrences that are not past due always fire. Of those that are, only those of a window fire, by the policy:
 *
 * <table>
 *   <caption>Occurrences that are past due</caption>
 *   <tr><td>{@link PastDuePolicy#FIRE}</td><td>those within the window fire, in their order</td></tr>
 *   <tr><td>{@link PastDuePolicy#SKIP}</td><td>none fires</td></tr>
 *   <tr><td>{@link PastDuePolicy#LAST}</td><td>of all up to now, the last fires if it is within the window</td></tr>
 * </table>
 *
 * <p>Occurrences of one schedule are fired in their order. Those of several schedules are, if the caller takes them from a
 * {@link TimerQueue} and puts the next occurrence of a decision into the queue before the next poll.
 *
 * @param tolerance up to this age an occurrence is not past due
 * @param window no occurrence that is older fires
 */
public record PastDue(long tolerance, long window) {
    /**
     * With these.
     *
     * @throws IllegalArgumentException if the tolerance is negative, or greater than the window
     */
    public PastDue {
        if (tolerance < 0 || window < tolerance) {
            throw new IllegalArgumentException(
                    "Expected a tolerance from 0 to the window of " + window + " ms, found " + tolerance + " ms");
        }
    }

    /**
     * What is done with a due occurrence.
     *
     * @param fires whether it fires now
     * @param late whether it fires although it is past due, so that a {@link PastDueQueue} may delay it
     * @param next the occurrence with which the schedule continues, which may be due too; empty if the schedule has ended. If the
     *     occurrence does not fire, it is skipped, and with it all before the next
     */
    public record Decision(boolean fires, boolean late, OptionalLong next) {}

    /**
     * Decides about the pending occurrence of a schedule.
     *
     * @param due when it is due
     * @param now the present, not before this
     * @param occurrences the schedule
     * @throws IllegalArgumentException if the occurrence is not due
     */
    public Decision decide(PastDuePolicy policy, long due, long now, Occurrences occurrences) {
        if (due > now) {
            throw new IllegalArgumentException(
                    "Expected an occurrence that is due at " + now + ", found one due at " + due);
        }
        long age = now - due;
        if (age <= tolerance) {
            return new Decision(true, false, occurrences.nextAfter(due));
        }
        return switch (policy) {
            case FIRE -> age <= window ? fireLate(due, occurrences) : skipTo(now - window, occurrences);
            case SKIP -> skipTo(now - tolerance, occurrences);
            case LAST -> decideLast(due, now, occurrences);
        };
    }

    private Decision decideLast(long due, long now, Occurrences occurrences) {
        long last = findLast(due, now, occurrences);
        if (last > due && now - last <= window) {
            return new Decision(false, false, OptionalLong.of(last));
        }
        return now - last <= window ? fireLate(due, occurrences) : skipTo(now + 1, occurrences);
    }

    private static Decision fireLate(long due, Occurrences occurrences) {
        return new Decision(true, true, occurrences.nextAfter(due));
    }

    private static Decision skipTo(long first, Occurrences occurrences) {
        return new Decision(false, false, occurrences.nextAfter(first - 1));
    }

    /** The last occurrence up to now, found by bisection: a schedule of minutes has missed half a million after a year. */
    private static long findLast(long due, long now, Occurrences occurrences) {
        long last = due;
        long end = now;
        while (last < end) {
            long middle = last + (end - last) / 2;
            OptionalLong next = occurrences.nextAfter(middle);
            if (next.isPresent() && next.getAsLong() <= now) {
                last = next.getAsLong();
            } else {
                end = middle;
            }
        }
        return last;
    }
}
