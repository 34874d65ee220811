package io.millrace.connectors.spool;

/**
 * The metrics of a task of the spool source since its start, in JMX under
 * {@code io.millrace:type=spool-source,connector=NAME,task=NUMBER}. Counters never decrease.
 */
public interface SpoolSourceMXBean {
    /** Objects in the spool whose records are not all in Kafka. */
    long getObjectsWaiting();

    /** For how many milliseconds the oldest such object has been stored; 0 if there is none. */
    long getOldestObjectAgeMillis();

    /** Records that were committed in Kafka. */
    long getRecordsRecovered();

    /** Records that were left out because Kafka had written them already. */
    long getDuplicatesDropped();

    /** Records that were left out because of skip.event.ids, and are not in Kafka. */
    long getRecordsSkipped();

    /** Records that may be in Kafka already and were sent without a look, because the log was too long. */
    long getUnverified();

    /** Objects that were put aside, or were missing, and whose records are not in Kafka. */
    long getRefusedObjects();

    /** Names in the spool that are none of its own; they are left alone. */
    long getForeignObjects();
}
