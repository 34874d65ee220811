package io.millrace.connectors.spool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the brokers regularly on a thread of its own, while something waits for their answers: a recovery that lists a large spool, or waits
 * for a transaction, does not query often enough to notice an interruption. Safe for use by many threads.
 */
final class BrokerProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerProbe.class);

    private final BrokerWatch watch;
    private final BrokerWatch.Query<?> query;
    private final Duration interval;
    private final String name;

    @GuardedBy("this")
    private boolean running;

    @GuardedBy("this")
    private boolean closed;

    /** Null until the probe is first resumed. */
    @GuardedBy("this")
    private @Nullable Thread thread;

    /**
     * A probe that is paused.
     *
     * @param name of the thread
     * @param interval between two queries
     */
    BrokerProbe(String name, BrokerWatch watch, BrokerWatch.Query<?> query, Duration interval) {
        this.name = name;
        this.watch = watch;
        this.query = query;
        this.interval = interval;
    }

    /** Begins to query. */
    synchronized void resume() {
        running = true;
        if (thread == null && !closed) {
            Thread started = new Thread(this::run, name);
            started.setDaemon(true);
            started.start();
            thread = started;
        }
        notifyAll();
    }

    /** Ends the queries until the next {@link #resume}. */
    synchronized void pause() {
        running = false;
    }

    private void run() {
        try {
            while (awaitTurn()) {
                ask();
                TimeUnit.NANOSECONDS.sleep(interval.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether there is another turn. */
    private synchronized boolean awaitTurn() throws InterruptedException {
        while (!running && !closed) {
            wait();
        }
        return !closed;
    }

    /** A failure must not end the thread; the watch counts it. */
    private void ask() {
        try {
            var unused = watch.ask(query);
        } catch (KafkaException e) {
            LOG.debug("The brokers do not answer", e);
        } catch (RuntimeException e) {
            LOG.warn("A query of the brokers failed", e);
        }
    }

    /** Ends the thread, without waiting for a query that is running. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
