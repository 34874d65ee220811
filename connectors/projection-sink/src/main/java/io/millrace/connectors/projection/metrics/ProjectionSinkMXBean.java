package io.millrace.connectors.projection.metrics;

/**
 * What a task of the sink has done since it was started, as JMX shows it under
 * {@code io.millrace:type=projection-sink,connector=NAME,task=NUMBER}. Counters only grow; all times are milliseconds.
 */
public interface ProjectionSinkMXBean {
    /** Records that came. */
    long getRecords();

    /** Changes of rows that were committed; several of one row in a batch count each. */
    long getRowChanges();

    /** Records that were refused, and are in the dead letter queue. */
    long getRefusedRecords();

    /** Transactions that were committed. */
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

    /** Attempts that failed with a fault that may pass, and were made again. */
    long getRetries();

    /** Faults after which the writer gave up. */
    long getErrors();

    /** Batches that were rolled back because another task owns a partition. */
    long getFencedWrites();

    /** Records that were taken and are not committed yet: how far the ledger is behind. */
    long getLedgerLagRecords();

    /** How long ago the oldest of those was taken; 0 where there are none. */
    long getLedgerLagTime();

    /** 1 while the views are rebuilt beside themselves, else 0. */
    int getRebuildRunning();

    /** While the views are rebuilt, how many records they are behind those of the connector that they replace. */
    long getRebuildRecordsBehind();

    /** When the last transaction was committed, in milliseconds since 1970; 0 where none was. */
    long getLastCommitTimestamp();
}
