package io.millrace.benchmarks.chunks;

import java.util.List;

/** What moves payloads into a topic of Kafka's and back. */
interface ChunkContender extends AutoCloseable {
    /** Connects, and stores a small value, so that what happens once is not measured. */
    void open() throws Exception;

    /** Stores the payloads; returns when all of them are acknowledged. */
    void store(List<byte[]> payloads) throws Exception;

    /** Reads back what was stored, and fails where that is not all of it. */
    void read() throws Exception;

    @Override
    void close();
}
