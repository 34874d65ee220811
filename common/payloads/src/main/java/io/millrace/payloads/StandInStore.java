package io.millrace.payloads;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has another store keep objects while the first one is unavailable. */
final class StandInStore implements PayloadStore {
    private static final Logger LOG = LoggerFactory.getLogger(StandInStore.class);
    /** How long the first one is left alone once it was unavailable. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final PayloadStore first;
    private final PayloadStore standIn;
    private final PayloadMetrics metrics;
    private volatile long avoidUntilNanos = System.nanoTime();

    StandInStore(PayloadStore first, PayloadStore standIn, PayloadMetrics metrics) {
        this.first = first;
        this.standIn = standIn;
        this.metrics = metrics;
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        if (System.nanoTime() - avoidUntilNanos < 0) {
            return standIn(object);
        }
        return first.put(object).exceptionallyCompose(thrown -> {
            Throwable failure = Failures.unwrap(thrown);
            if (!(failure instanceof PayloadException e) || !e.isTransient()) {
                return CompletableFuture.failedFuture(failure);
            }
            LOG.warn("{} keeps payloads for {} s: {}", standIn, PAUSE.toSeconds(), e.getMessage());
            avoidUntilNanos = System.nanoTime() + PAUSE.toNanos();
            return standIn(object);
        });
    }

    private CompletableFuture<String> standIn(PayloadObject object) {
        metrics.stoodIn();
        return standIn.put(object);
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return (first.holds(reference.uri()) ? first : standIn).get(reference);
    }

    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        return (first.holds(reference.uri()) ? first : standIn).presign(reference, validity);
    }

    @Override
    public boolean holds(String uri) {
        return first.holds(uri) || standIn.holds(uri);
    }

    @Override
    public String toString() {
        return first + " or else " + standIn;
    }

    @Override
    public void close() {
        try (first) {
            standIn.close();
        }
    }
}
