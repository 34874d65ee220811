package io.millrace.benchmarks.heap;

/**
 * The heap that {@code docs/views.md} derives for a worker with one task of a sink with the default {@code batch.bytes}.
 *
 * @param pollBytes what the records of a poll take
 * @param fetchBytes what the consumer fetches ahead
 * @param payloadBytes the payloads that are being read at once, of a sink that restores some
 */
record HeapFormula(long pollBytes, long fetchBytes, long payloadBytes) {
    private static final long MEBI = 1 << 20;
    private static final long WORKER_MEBIBYTES = 96;
    private static final long BATCH_MEBIBYTES = 32;
    private static final long STATEMENTS_MEBIBYTES = 16;

    /** Rounded up. */
    int mebibytes() {
        long records = (pollBytes + fetchBytes + payloadBytes + MEBI - 1) / MEBI;
        return Math.toIntExact(WORKER_MEBIBYTES + 2 * BATCH_MEBIBYTES + STATEMENTS_MEBIBYTES + records);
    }
}
