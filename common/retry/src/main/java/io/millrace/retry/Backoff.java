package io.millrace.retry;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before an attempt is repeated: exponentially longer with each attempt up to a limit, with jitter, so that
 * many callers of one server do not repeat at the same time. Immutable; safe for use by many threads.
 */
public final class Backoff {
    /** For calls of a server or a database: waits of 100 ms to 5 s. */
    public static final Backoff OF_SERVERS = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    /** More doublings than any limit needs, and few enough for a long. */
    private static final int MAX_DOUBLINGS = 10;

    private final long firstMs;
    private final long longestMs;

    /**
     * Waits between these.
     *
     * @param first the shortest wait after the first attempt
     * @param longest the longest wait
     * @throws IllegalArgumentException if the first wait is not positive, or longer than the longest
     */
    public Backoff(Duration first, Duration longest) {
        this.firstMs = first.toMillis();
        this.longestMs = longest.toMillis();
        if (firstMs < 1 || firstMs > longestMs) {
            throw new IllegalArgumentException("Expected waits from 1 ms on, found " + first + " to " + longest);
        }
    }

    /**
     * A random wait: between half of a bound and the bound, which doubles with each attempt.
     *
     * @param attempts how many attempts have failed, from 1
     * @return milliseconds
     */
    public long waitMs(int attempts) {
        long bound = Math.min(longestMs, firstMs << Math.min(attempts, MAX_DOUBLINGS));
        return ThreadLocalRandom.current().nextLong(bound / 2, bound + 1);
    }
}
