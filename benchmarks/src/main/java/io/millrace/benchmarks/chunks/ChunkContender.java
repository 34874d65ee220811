package io.millrace.benchmarks.chunks;

import java.util.List;

/** A contender that writes payloads to a Kafka topic and reads them back. */
interface ChunkContender extends AutoCloseable {
    /** Connects, and stores a small value, so that what happens once is not measured. */
    void open() throws Exception;

    /** Stores the payloads; returns when all of them are acknowledged. */
    void store(List<byte[]> payloads) throws Exception;

    /** Reads the stored payloads, and fails if one is missing. */
    void read() throws Exception;

    @Override
    void close();
}
