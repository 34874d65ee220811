package io.millrace.payloads;

/**
 * What has gone through a plugin since it was configured, as JMX shows it under
 * {@code io.millrace:type=payloads,plugin=NAME,id=NUMBER}. Counters only grow; times are milliseconds, sizes bytes.
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

    /** Payloads that were not sent again, because the same had just been stored. */
    long getDuplicatesSaved();

    /** Payloads that went to the fallback store because the first store was unavailable. */
    long getFallbackPayloads();

    /** Payloads that were read back. */
    long getRestoredPayloads();

    /** Their bytes before compression. */
    long getRestoredBytes();

    /** Attempts that failed with a fault that may pass, and were made again. */
    long getRetries();

    /** Payloads that could not be stored or read. */
    long getFailures();

    /** References that were not followed: forged, too large, or outside of what may be read. */
    long getRefusedReferences();

    /** Bytes that are being stored or read now. */
    long getBytesInFlight();

    /** How long storing took in sum, of all payloads that were stored. */
    long getStoreTimeTotal();

    /** How long storing took at most. */
    long getMaxStoreTime();

    /** How long reading took in sum, of all payloads that were read. */
    long getRestoreTimeTotal();

    /** How long reading took at most. */
    long getMaxRestoreTime();
}
