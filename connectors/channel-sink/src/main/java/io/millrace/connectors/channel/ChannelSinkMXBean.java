package io.millrace.connectors.channel;

/**
 * The metrics of the task of a channel sink, in JMX under {@code io.millrace:type=channel-sink,connector=NAME,task=0}. Counters
 * never decrease while the listener lives, which is for longer than a task that is restarted.
 */
public interface ChannelSinkMXBean {
    /** Connections that are open. */
    int getConnections();

    /** Subscriptions to channels. */
    int getSubscriptions();

    /** Subscriptions that have events which their connections have no room for. */
    int getLaggingSubscriptions();

    /** Events that were written to connections. */
    long getDeliveredEvents();

    /** The bytes of the events that were written to connections. */
    long getDeliveredBytes();

    /** Events that were not delivered because a newer one of their type was. */
    long getConflatedEvents();

    /** Clients that have resumed without missing an event. */
    long getRecoveredSubscriptions();

    /** Clients that have been informed that events are missing. */
    long getUnrecoveredSubscriptions();

    /** The age of the oldest event of the history, in milliseconds. */
    long getHistoryMillis();

    /** The bytes of the heap that the history takes. */
    long getHistoryBytes();

    /** Records that were refused. */
    long getRefusedRecords();

    /** Connections that were refused or closed because their token is missing, invalid or expired. */
    long getRefusedTokens();

    /** Connections that were refused or closed because their token or origin does not permit what they want. */
    long getRefusedAccess();

    /** Connections that were refused or closed because of invalid, too large or missing frames and requests. */
    long getRefusedFrames();

    /** Connections that were refused or closed because there were too many of them, or of their channels. */
    long getRefusedByLimits();

    /** The 99th percentile of the last minute, from the read of an event to its write, in milliseconds. */
    long getLatencyP99Millis();

    /** 1 if the history was read again and clients are answered, else 0. */
    int getReady();
}
