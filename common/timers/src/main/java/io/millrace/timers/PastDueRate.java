package io.millrace.timers;

/**
 * Limits how many occurrences fire in a second, at equal intervals. What was not used in the last tenth of a second may be used
 * at once, because a caller sends batches. For one thread.
 */
final class PastDueRate {
    private static final long NANOS_OF_MILLI = 1_000_000;
    private static final long NANOS_OF_SECOND = 1_000_000_000;
    private static final long SAVED = NANOS_OF_SECOND / 10;

    private final long interval;
    /** Nanoseconds are counted from here, so that they fit into a long. */
    private long origin;

    private boolean used;
    /** In nanoseconds, when the next one may fire. */
    private long next;

    /**
     * A rate.
     *
     * @param perSecond how many may fire in a second
     * @throws IllegalArgumentException if this is less than 1
     */
    PastDueRate(long perSecond) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("Expected a rate of 1 or more in a second, found " + perSecond);
        }
        this.interval = (NANOS_OF_SECOND + perSecond - 1) / perSecond;
    }

    /**
     * When the next one may fire.
     *
     * @param now milliseconds since 1970
     * @return milliseconds since 1970, not before now
     */
    long findMoment(long now) {
        if (!used) {
            return now;
        }
        // After the clock was moved back, this is no longer than an interval.
        long time = Math.min(next, nanos(now) + interval);
        return Math.max(now, origin - Math.floorDiv(-time, NANOS_OF_MILLI));
    }

    /** Counts one that fires now, which {@link #findMoment} permits. */
    void take(long now) {
        if (!used) {
            used = true;
            origin = now;
        }
        long time = nanos(now);
        next = Math.max(Math.min(next, time + interval), time - SAVED) + interval;
    }

    private long nanos(long now) {
        return (now - origin) * NANOS_OF_MILLI;
    }
}
