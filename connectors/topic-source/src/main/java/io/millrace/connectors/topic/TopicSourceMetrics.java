package io.millrace.connectors.topic;

import io.millrace.partitions.TaskMetrics;
import java.util.concurrent.atomic.LongAdder;

/** Counts the work of a task, and publishes it in JMX until it is closed. Safe for use by many threads. */
final class TopicSourceMetrics implements TopicSourceMXBean, AutoCloseable {
    private final TaskMetrics registration;
    private final LongAdder records = new LongAdder();
    private final LongAdder undecodable = new LongAdder();
    private final LongAdder heartbeats = new LongAdder();
    private volatile long lag = -1;

    /** Registers the metrics of this task. If JMX refuses, they are still counted. */
    TopicSourceMetrics(String connector, String task) {
        registration = TaskMetrics.register("topic-source", connector, task, this);
    }

    void countRecords(long count) {
        records.add(count);
    }

    void countUndecodable() {
        undecodable.increment();
    }

    void countHeartbeats(long count) {
        heartbeats.add(count);
    }

    void setLag(long newLag) {
        lag = newLag;
    }

    @Override
    public long getRecords() {
        return records.sum();
    }

    @Override
    public long getUndecodableRecords() {
        return undecodable.sum();
    }

    @Override
    public long getHeartbeats() {
        return heartbeats.sum();
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
