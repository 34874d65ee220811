package io.millrace.payloads;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has another store keep objects while the first one is unavailable, or has not kept one when its time is up. What is given
 * up then is cancelled; what it may leave behind in the first store is referred to by nobody.
 */
final class StandInStore implements PayloadStore {
    private static final Logger LOG = LoggerFactory.getLogger(StandInStore.class);
    /** How long the first one is left alone once it was unavailable. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final PayloadStore first;
    private final PayloadStore standIn;
    private final Duration patience;
    private final PayloadMetrics metrics;
    private final Executor executor;
    private volatile long avoidUntilNanos = System.nanoTime();

    /**
     * Puts one store before another.
     *
     * @param patience how long the first one may take for an object
     * @param executor begins to store what the first one has not kept
     */
    StandInStore(
            PayloadStore first, PayloadStore standIn, Duration patience, PayloadMetrics metrics, Executor executor) {
        this.first = first;
        this.standIn = standIn;
        this.patience = patience;
        this.metrics = metrics;
        this.executor = executor;
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        if (System.nanoTime() - avoidUntilNanos < 0) {
            return standIn(object);
        }
        CompletableFuture<String> attempt = first.put(object);
        return attempt.copy()
                .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyComposeAsync(thrown -> instead(object, attempt, Failures.unwrap(thrown)), executor);
    }

    private CompletableFuture<String> instead(
            PayloadObject object, CompletableFuture<String> attempt, Throwable failure) {
        String reason = failure.getMessage();
        if (failure instanceof TimeoutException) {
            attempt.cancel(true);
            reason = first + " has not kept one within " + patience.toMillis() + " ms";
        } else if (!(failure instanceof PayloadException e) || !e.isTransient()) {
            return CompletableFuture.failedFuture(failure);
        }
        LOG.warn("{} keeps payloads for {} s: {}", standIn, PAUSE.toSeconds(), reason);
        avoidUntilNanos = System.nanoTime() + PAUSE.toNanos();
        return standIn(object);
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
