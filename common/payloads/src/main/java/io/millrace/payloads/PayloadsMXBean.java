package io.millrace.payloads;

/**
 * The metrics of a plugin since it was configured, in JMX under
 * {@code io.millrace:type=payloads,plugin=NAME,id=NUMBER}. Counters never decrease; times are milliseconds, sizes
 * bytes.
 */
public interface PayloadsMXBean {
    /** Values that were small enough to stay in their records. */
    long getInlinePayloads();

    /** Payloads that were given to a store, which may have had an object of the same name already. */
    long getStoredPayloads();

    /** Their bytes before compression. */
    long getStoredBytes();

    /** Their bytes as they were stored. */
    long getStoredCompressedBytes();

    /** Those of {@link #getStoredPayloads()} that went to S3. */
    long getObjectPayloads();

    /** Those of {@link #getStoredPayloads()} that went through Kafka. */
    long getChunkedPayloads();

    /** Payloads that were not sent again, because they had just been stored. */
    long getDuplicatesSaved();

    /** Payloads that went to the fallback store because the first store was unavailable. */
    long getFallbackPayloads();

    /** Payloads that were read back. */
    long getRestoredPayloads();

    /** Their bytes before compression. */
    long getRestoredBytes();

    /** Attempts that failed with a transient fault and were retried. */
    long getRetries();

    /** Payloads that could not be stored or read. */
    long getFailures();

    /** Refused references: forged, too large, or outside of the permitted locations. */
    long getRefusedReferences();

    /** Bytes that are being stored or read now. */
    long getBytesInFlight();

    /** The total time of storing payloads. */
    long getStoreTimeTotal();

    /** The maximum time of storing a payload. */
    long getMaxStoreTime();

    /** The total time of reading payloads. */
    long getRestoreTimeTotal();

    /** The maximum time of reading a payload. */
    long getMaxRestoreTime();
}
