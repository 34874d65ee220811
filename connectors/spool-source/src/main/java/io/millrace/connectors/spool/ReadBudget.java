package io.millrace.connectors.spool;

/**
 * The bytes of objects that a task has in memory, decompressed: those that were or are being read ahead, and those of the batch that is sent. All
 * drains of the task share it. For one thread.
 */
final class ReadBudget {
    private final long limit;
    /** The bytes of the largest object so far. */
    private long largest = 1;

    private long read;
    private long sent;

    /** A budget of some bytes. The first object of a batch and the one behind it may exceed it. */
    ReadBudget(long limit) {
        this.limit = limit;
    }

    /** Takes the bytes of an object that was read. */
    void measure(long bytes) {
        largest = Math.max(largest, bytes);
    }

    /** The bytes of the largest object so far; 1 before the first. */
    long largest() {
        return largest;
    }

    /** Counts an object that is read, or corrects its bytes. */
    void add(long bytes) {
        read += bytes;
    }

    /** An object that was or is read is dropped. */
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
