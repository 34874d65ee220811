package io.millrace.connectors.projection.write;

/**
 * How much a batch may have; the last record of a batch may exceed it. As much may wait while a batch is written.
 *
 * @param records how many records
 * @param rows how many rows are written or deleted, as far as the records state
 * @param bytes about how many bytes of heap the records and their rows keep alive
 */
public record BatchLimits(int records, long rows, long bytes) {
    /** A record has a few rows, or some thousand if they are elements of an array. */
    private static final long ROWS_OF_RECORD = 10;

    /** By the options of a sink. */
    public static BatchLimits of(int records, long bytes) {
        return new BatchLimits(records, ROWS_OF_RECORD * records, bytes);
    }

    /** The rest of the limits, after this batch. */
    BatchLimits without(Batch batch) {
        return new BatchLimits(records - batch.size(), rows - batch.rowChanges(), bytes - batch.bytes());
    }
}
