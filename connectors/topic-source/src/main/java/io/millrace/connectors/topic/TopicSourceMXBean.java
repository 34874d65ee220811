package io.millrace.connectors.topic;

/**
 * The metrics of a task of the topic source since its start, in JMX under
 * {@code io.millrace:type=topic-source,connector=NAME,task=NUMBER}. Counters never decrease.
 */
public interface TopicSourceMXBean {
    /** Records that were read from the topics. */
    long getRecords();

    /** Records that could not be decoded and were sent to the topic for such records. */
    long getUndecodableRecords();

    /** Heartbeats, which commit positions whose records were dropped. */
    long getHeartbeats();

    /** Records in the topics that have not been read yet, with markers of transactions; -1 if the brokers have not answered yet. */
    long getLagRecords();
}
