package io.millrace.connectors.redrive;

import io.millrace.partitions.TaskMetrics;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Counts the work of a task, and publishes it in JMX until it is closed. Safe for use by many threads. */
final class RedriveSourceMetrics implements RedriveSourceMXBean, AutoCloseable {
    private static final long NONE = Long.MAX_VALUE;

    private final TaskMetrics registration;
    private final LongAdder letters = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder redriven = new LongAdder();
    private final LongAdder parked = new LongAdder();
    private volatile long waiting;
    private volatile long bytes;
    private volatile long nextDueMs = NONE;
    private volatile long lag = -1;

    /** Registers the metrics of this task. If JMX refuses, they are still counted. */
    RedriveSourceMetrics(String connector, String task) {
        registration = TaskMetrics.register("redrive-source", connector, task, this);
    }

    /** Counts letters that were read. */
    void countLetters(long count) {
        letters.add(count);
    }

    /** Counts what was done. */
    void count(List<RedriveStep> steps) {
        for (RedriveStep step : steps) {
            if (step instanceof RedriveStep.Skipped) {
                skipped.increment();
            } else if (step instanceof RedriveStep.Sent sent) {
                (sent.isParked() ? parked : redriven).increment();
            }
        }
    }

    /** Sets what is waiting. */
    void setWaiting(Redriver redriver) {
        waiting = redriver.size();
        bytes = redriver.bytes();
        nextDueMs = redriver.nextDue().orElse(NONE);
    }

    void setLag(long newLag) {
        lag = newLag;
    }

    @Override
    public long getLetters() {
        return letters.sum();
    }

    @Override
    public long getSkippedLetters() {
        return skipped.sum();
    }

    @Override
    public long getRedrivenLetters() {
        return redriven.sum();
    }

    @Override
    public long getParkedLetters() {
        return parked.sum();
    }

    @Override
    public long getWaitingLetters() {
        return waiting;
    }

    @Override
    public long getWaitingBytes() {
        return bytes;
    }

    @Override
    public long getOverdueMillis() {
        return nextDueMs == NONE ? 0 : Math.max(0, System.currentTimeMillis() - nextDueMs);
    }

    @Override
    public long getLagRecords() {
        return lag;
    }

    @Override
    public void close() {
        registration.close();
    }
}
