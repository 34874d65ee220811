package io.millrace.connectors.projection.metrics;

/**
 * The metrics of a task of the sink since its start, in JMX under
 * {@code io.millrace:type=projection-sink,connector=NAME,task=NUMBER}. Counters never decrease; all times are
 * milliseconds.
 */
public interface ProjectionSinkMXBean {
    /** Delivered records. */
    long getRecords();

    /** Committed row changes; several changes of one row in a batch are counted separately. */
    long getRowChanges();

    /** Refused records in the dead letter queue. */
    long getRefusedRecords();

    /** Committed transactions. */
    long getBatches();

    /** The records of the last transaction. */
    long getLastBatchRecords();

    /** The records of the largest transaction. */
    long getMaxBatchRecords();

    /** How long all transactions took together, with every attempt. */
    long getBatchTimeTotal();

    /** How long the last transaction took. */
    long getLastBatchTime();

    /** How long the longest transaction took. */
    long getMaxBatchTime();

    /** Attempts that failed with a transient fault and were retried. */
    long getRetries();

    /** Faults after which the task failed. */
    long getErrors();

    /** Batches that were rolled back because another task has claimed a partition. */
    long getFencedWrites();

    /** Delivered records that are not committed yet: the lag of the ledger. */
    long getLedgerLagRecords();

    /** The age of the oldest of these records; 0 if there are none. */
    long getLedgerLagTime();

    /** 1 while the views are rebuilt in shadow tables, else 0. */
    int getRebuildRunning();

    /** While the views are rebuilt, how many records they are behind those of the connector that they replace. */
    long getRebuildRecordsBehind();

    /**
     * For how long a transaction has been open in a partition of the task, which cannot be read behind it; the longest, 0 if none is. Read each
     * minute, if kafka.bootstrap.servers is set.
     */
    long getOpenTransactionTime();

    /** The time of the last commit, in milliseconds since 1970; 0 before the first commit. */
    long getLastCommitTimestamp();
}
