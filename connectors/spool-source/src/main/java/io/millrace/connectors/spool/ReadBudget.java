package io.millrace.connectors.spool;

/**
 * The bytes of objects that a task has in memory, decompressed: those that were or are being read ahead, and those of the batch that is sent. All
 * drains of the task share it. For one thread.
 */
final class ReadBudget {
    private final long limit;
    private long read;
    private long sent;

    /** A budget of some bytes. The first object of a batch and the one behind it may exceed it. */
    ReadBudget(long limit) {
        this.limit = limit;
    }

    /** Counts an object that was read. */
    void add(long bytes) {
        read += bytes;
    }

    /** An object that was read is dropped. */
    void release(long bytes) {
        read -= bytes;
    }

    /** An object that was read becomes a part of the batch. */
    void send(long bytes) {
        read -= bytes;
        sent += bytes;
    }

    /** The former batch is committed. */
    void beginBatch() {
        sent = 0;
    }

    /** How many bytes may still be read. */
    long left() {
        return Math.max(0, limit - read - sent);
    }
}
