package io.millrace.connectors.schedule;

/**
 * The metrics of a task of the schedule source since its start, in JMX under
 * {@code io.millrace:type=schedule-source,connector=NAME,task=NUMBER}. Counters never decrease.
 */
public interface ScheduleSourceMXBean {
    /** Schedules that wait for their next time. */
    long getPending();

    /** The bytes of the heap that they occupy. */
    long getBytes();

    /** How long the next message has been due; 0 if none is due. */
    long getLagMillis();

    /** How long the load of the schedules took; -1 while it takes. */
    long getLoadMillis();

    /** Commands that have not been read yet, with markers of transactions; -1 if the brokers have not answered yet. */
    long getCommandLagRecords();

    /** 1 if schedules fire although an open transaction hides commands that existed at the start; otherwise 0. */
    long getCommandsHidden();

    /** Commands that made a schedule of a new id. */
    long getAccepted();

    /** Commands that replaced a schedule. */
    long getReplaced();

    /** Commands that cancelled a schedule. */
    long getCancelled();

    /** Cancels of schedules that had ended. */
    long getTooLate();

    /** Cancels of ids that have no schedule. */
    long getUnknown();

    /** Commands that were refused. */
    long getRefused();

    /** Messages that were sent. */
    long getFired();

    /** Messages that were sent although they were past due; they are among those that were sent. */
    long getPastDue();

    /** Occurrences that were past due and were skipped; several in a row count once. */
    long getSkipped();

    /**
     * How often a due message had to wait because its topic does not exist or does not permit its size, or its time zone is not known.
     */
    long getHeld();

    /** How often the brokers did not answer a query for the topic of a message. */
    long getTargetQueriesFailed();
}
