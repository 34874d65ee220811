package io.millrace.connectors.projection.database;

import io.millrace.retry.Backoff;
import java.util.concurrent.TimeUnit;

/** When to retry: exponential waits with jitter, until a time since the first fault has passed. For one thread. */
public final class RetryWindow {
    private final long timeoutMs;
    private long firstFaultNanos;
    private int faults;

    public RetryWindow(long timeoutMs) {
        this.timeoutMs = timeoutMs;
    }

    /** Records progress: the next fault counts as the first one. */
    public void reset() {
        faults = 0;
    }

    /** Counts a fault; whether there is time for a retry. */
    public boolean permitsRetry() {
        long now = System.nanoTime();
        if (faults++ == 0) {
            firstFaultNanos = now;
        }
        return now - firstFaultNanos < TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /** How many faults there were since the last progress. */
    public int faults() {
        return faults;
    }

    /** How long to wait before the next attempt. */
    public long waitMs() {
        return Backoff.OF_SERVERS.waitMs(faults);
    }
}
