package io.millrace.payloads.config;

import java.util.concurrent.atomic.AtomicInteger;

/** A thread of a writer or reader, which hashes, compresses, and may wait for credentials. */
final class PayloadThread extends Thread {
    private static final AtomicInteger COUNT = new AtomicInteger();

    PayloadThread(Runnable task) {
        super(task, "millrace-payloads-" + COUNT.incrementAndGet());
        // A worker that ends must not wait for a store.
        setDaemon(true);
    }
}
