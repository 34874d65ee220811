package io.millrace.clients.spooling;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of a producer's own thread: it closes producers that have failed and makes new ones, stores records, and releases those that are
 * held. While Kafka answers in time, the thread only looks at the oldest record from time to time.
 */
final class SpoolLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolLoop.class);
    /** So late may a deadline be noticed of a record that was sent meanwhile. */
    private static final long LONGEST_WAIT_MS = 50;

    private static final long PAUSE_MS = 1_000;

    private final RecordRouter router;
    private final ObjectWriter writer;
    private final RecoveryWatch watch;
    private final Supplier<Producer<byte[], byte[]>> factory;
    private final Ticker ticker;
    private long nextCreationMs;
    private volatile boolean stopped;

    SpoolLoop(
            RecordRouter router,
            ObjectWriter writer,
            RecoveryWatch watch,
            Supplier<Producer<byte[], byte[]>> factory,
            Ticker ticker) {
        this.router = router;
        this.writer = writer;
        this.watch = watch;
        this.factory = factory;
        this.ticker = ticker;
        this.nextCreationMs = ticker.nowMs();
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                runStep();
                router.await(writer.waitMs(watch.waitMs(LONGEST_WAIT_MS)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A failure here must not end the thread, on which all callers wait. */
    private void runStep() throws InterruptedException {
        try {
            step();
        } catch (Throwable e) {
            LOG.error("A step of the spooling producer failed, and is repeated", e);
            Thread.sleep(PAUSE_MS);
        }
    }

    void step() {
        // The caller's records may be in an object only when no former producer can write them any more.
        router.checkDeadlines(ticker.nowMs());
        closeRetired();
        openNext();
        watch.step();
        router.releaseHeld();
        closeRetired();
        writer.step();
    }

    private void closeRetired() {
        List<Attempt> retired = router.retired();
        for (Attempt attempt : retired) {
            try {
                attempt.producer.close(Duration.ZERO);
            } catch (RuntimeException e) {
                LOG.warn("Closing a producer that has failed reported an error", e);
            }
        }
        router.markClosed(retired);
    }

    private void openNext() {
        if (!router.needsProducer() || ticker.nowMs() < nextCreationMs) {
            return;
        }
        try {
            router.begin(new Attempt(factory.get()));
        } catch (RuntimeException e) {
            // For example if no address of a broker can be resolved.
            nextCreationMs = ticker.nowMs() + PAUSE_MS;
            LOG.warn("Kafka's producer cannot be made, which is repeated: {}", e.toString());
        }
    }

    void stop() {
        stopped = true;
        router.signal();
    }
}
