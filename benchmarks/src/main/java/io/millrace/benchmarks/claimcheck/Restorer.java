package io.millrace.benchmarks.claimcheck;

import java.io.IOException;
import java.util.Iterator;
import java.util.function.Consumer;

/** A contender that reads payloads that it has stored in a bucket; for one thread. */
public interface Restorer extends AutoCloseable {
    /**
     * Stores payloads and keeps what refers to them.
     *
     * @param payloads taken when they are needed, each once
     */
    void store(String topic, Iterator<byte[]> payloads) throws Exception;

    /**
     * Reads the stored payloads, in the order in which they were stored.
     *
     * @param restored receives each payload once
     */
    void restore(Consumer<byte[]> restored) throws Exception;

    @Override
    void close() throws IOException;
}
