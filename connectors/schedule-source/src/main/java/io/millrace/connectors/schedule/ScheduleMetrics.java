package io.millrace.connectors.schedule;

import io.millrace.connectors.schedule.ScheduleCounts.Event;
import io.millrace.partitions.TaskMetrics;

/** Publishes the counts and the state of a task in JMX until it is closed. Safe for use by many threads. */
final class ScheduleMetrics implements ScheduleSourceMXBean, AutoCloseable {
    private final TaskMetrics registration;
    private final ScheduleCounts counts;
    private volatile long pending;
    private volatile long bytes;
    private volatile long lagMillis;
    private volatile long loadMillis = -1;
    private volatile long commandLag = -1;
    private volatile boolean commandsHidden;

    /** Registers the metrics of this task. If JMX refuses, they are still counted. */
    ScheduleMetrics(String connector, String task, ScheduleCounts counts) {
        this.counts = counts;
        this.registration = TaskMetrics.register("schedule-source", connector, task, this);
    }

    void setLoadMillis(long millis) {
        loadMillis = millis;
    }

    void update(long newPending, long newBytes, long newLagMillis, long newCommandLag, boolean newCommandsHidden) {
        pending = newPending;
        bytes = newBytes;
        lagMillis = newLagMillis;
        commandLag = newCommandLag;
        commandsHidden = newCommandsHidden;
    }

    @Override
    public long getPending() {
        return pending;
    }

    @Override
    public long getBytes() {
        return bytes;
    }

    @Override
    public long getLagMillis() {
        return lagMillis;
    }

    @Override
    public long getLoadMillis() {
        return loadMillis;
    }

    @Override
    public long getCommandLagRecords() {
        return commandLag;
    }

    @Override
    public long getCommandsHidden() {
        return commandsHidden ? 1 : 0;
    }

    @Override
    public long getAccepted() {
        return counts.get(Event.ACCEPTED);
    }

    @Override
    public long getReplaced() {
        return counts.get(Event.REPLACED);
    }

    @Override
    public long getCancelled() {
        return counts.get(Event.CANCELLED);
    }

    @Override
    public long getTooLate() {
        return counts.get(Event.TOO_LATE);
    }

    @Override
    public long getUnknown() {
        return counts.get(Event.UNKNOWN);
    }

    @Override
    public long getRefused() {
        return counts.get(Event.REFUSED);
    }

    @Override
    public long getFired() {
        return counts.get(Event.FIRED);
    }

    @Override
    public long getPastDue() {
        return counts.get(Event.PAST_DUE);
    }

    @Override
    public long getSkipped() {
        return counts.get(Event.SKIPPED);
    }

    @Override
    public long getHeld() {
        return counts.get(Event.HELD);
    }

    @Override
    public void close() {
        registration.close();
    }
}
