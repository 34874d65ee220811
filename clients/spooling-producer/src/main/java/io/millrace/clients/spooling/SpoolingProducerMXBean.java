package io.millrace.clients.spooling;

/**
 * The metrics of a producer since its start, in JMX under {@code io.millrace:type=spooling-producer,client-id=ID}. Counters never decrease.
 */
public interface SpoolingProducerMXBean {
    /**
     * Where records go: DIRECT if all go to Kafka; SPOOLING if some go to the spool; DRAINING if some wait until those in the spool are in
     * Kafka.
     */
    String getState();

    /** Records that were stored in the spool. */
    long getSpooled();

    /** Records that neither Kafka nor the spool took; their callers got an exception. */
    long getSpoolFailures();

    /** Slots, of 4096, whose records do not go to Kafka directly. */
    long getHeldSlots();

    /** For how many milliseconds the oldest object without a marker of the recovery has been in the spool; 0 if there is none. */
    long getOldestUnrecoveredMillis();

    /** The bytes of the records that have no answer. */
    long getWaitingBytes();
}
