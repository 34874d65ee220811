package io.millrace.benchmarks.claimcheck;

import java.io.IOException;
import java.util.Iterator;

/** A contender that puts payloads into a bucket; for one thread. */
public interface Uploader extends AutoCloseable {
    /**
     * Stores payloads as those of a topic's records. Returns when the server has acknowledged all of them.
     *
     * @param payloads taken when they are needed, each once
     */
    void store(String topic, Iterator<byte[]> payloads) throws Exception;

    @Override
    void close() throws IOException;
}
