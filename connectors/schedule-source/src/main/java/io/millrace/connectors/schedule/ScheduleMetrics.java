package io.millrace.connectors.schedule;

import io.millrace.connectors.schedule.ScheduleCounts.Event;
import io.millrace.partitions.TaskMetrics;
import java.util.function.LongSupplier;

/** Publishes the counts and the state of a task in JMX until it is closed. Safe for use by many threads. */
final class ScheduleMetrics implements ScheduleSourceMXBean, AutoCloseable {
    private final TaskMetrics registration;
    private final ScheduleCounts counts;
    private final LongSupplier clock;
    private volatile long pending;
    private volatile long bytes;
    private volatile long nextMoment = Long.MAX_VALUE;
    private volatile long loadMillis = -1;
    private volatile long commandLag = -1;
    private volatile boolean commandsHidden;

    /**
     * Registers the metrics of this task. If JMX refuses, they are still counted.
     *
     * @param clock milliseconds since 1970
     */
    ScheduleMetrics(String connector, String task, ScheduleCounts counts, LongSupplier clock) {
        this.counts = counts;
        this.clock = clock;
        this.registration = TaskMetrics.register("schedule-source", connector, task, this);
    }

    void setLoadMillis(long millis) {
        loadMillis = millis;
    }

    /**
     * Takes the state of the task.
     *
     * @param newNextMoment when the next message is due, in milliseconds since 1970; {@link Long#MAX_VALUE} if there is none
     */
    void update(long newPending, long newBytes, long newNextMoment, long newCommandLag, boolean newCommandsHidden) {
        pending = newPending;
        bytes = newBytes;
        nextMoment = newNextMoment;
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
        // Also while the task waits for the brokers, or is paused.
        return Math.max(0, clock.getAsLong() - nextMoment);
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
    public long getTargetQueriesFailed() {
        return counts.get(Event.TARGET_QUERY_FAILED);
    }

    @Override
    public void close() {
        registration.close();
    }
}
