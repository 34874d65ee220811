package io.millrace.connectors.spool;

import io.millrace.partitions.TaskMetrics;
import java.util.concurrent.atomic.LongAdder;

/** Counts the work of a task, and publishes it in JMX until it is closed. Safe for use by many threads. */
final class SpoolSourceMetrics implements SpoolSourceMXBean, AutoCloseable {
    private static final long NONE = Long.MAX_VALUE;

    private final TaskMetrics registration;
    private final LongAdder recovered = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder unverified = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile long waiting;
    private volatile long oldestMs = NONE;
    private volatile long foreign;

    /** Registers the metrics of this task. If JMX refuses, they are still counted. */
    SpoolSourceMetrics(String connector, String task) {
        registration = TaskMetrics.register("spool-source", connector, task, this);
    }

    /**
     * Sets what is waiting.
     *
     * @param newOldestMs when the oldest object was stored, milliseconds since 1970
     */
    void setWaiting(long objects, long newOldestMs) {
        waiting = objects;
        oldestMs = objects == 0 ? NONE : newOldestMs;
    }

    void setForeign(long names) {
        foreign = names;
    }

    void countRecovered() {
        recovered.increment();
    }

    void countDropped() {
        dropped.increment();
    }

    void countSkipped() {
        skipped.increment();
    }

    void countUnverified(long records) {
        unverified.add(records);
    }

    void countRefused() {
        refused.increment();
    }

    @Override
    public long getObjectsWaiting() {
        return waiting;
    }

    @Override
    public long getOldestObjectAgeMillis() {
        long oldest = oldestMs;
        return oldest == NONE ? 0 : Math.max(0, System.currentTimeMillis() - oldest);
    }

    @Override
    public long getRecordsRecovered() {
        return recovered.sum();
    }

    @Override
    public long getDuplicatesDropped() {
        return dropped.sum();
    }

    @Override
    public long getRecordsSkipped() {
        return skipped.sum();
    }

    @Override
    public long getUnverified() {
        return unverified.sum();
    }

    @Override
    public long getRefusedObjects() {
        return refused.sum();
    }

    @Override
    public long getForeignObjects() {
        return foreign;
    }

    @Override
    public void close() {
        registration.close();
    }
}
