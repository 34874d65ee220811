package io.millrace.payloads.layered;

import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadMetrics;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores objects in a fallback store while the first store is unavailable, or if the first store has not stored an object in
 * time. That attempt is cancelled; no reference leads to what it may leave behind in the first store.
 */
public final class FallbackStore implements PayloadStore {
    private static final Logger LOG = LoggerFactory.getLogger(FallbackStore.class);
    /** The time for which the first store is skipped after it was unavailable. */
    private static final Duration PAUSE = Duration.ofSeconds(30);

    private final PayloadStore first;
    private final PayloadStore fallback;
    private final Duration timeout;
    private final PayloadMetrics metrics;
    private final Executor executor;
    private volatile long avoidUntilNanos = System.nanoTime();

    /**
     * A store with a fallback.
     *
     * @param timeout how long the first store may take for an object
     * @param executor begins to store in the fallback store
     */
    public FallbackStore(
            PayloadStore first, PayloadStore fallback, Duration timeout, PayloadMetrics metrics, Executor executor) {
        this.first = first;
        this.fallback = fallback;
        this.timeout = timeout;
        this.metrics = metrics;
        this.executor = executor;
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        if (System.nanoTime() - avoidUntilNanos < 0) {
            return storeInFallback(object);
        }
        CompletableFuture<String> attempt = first.put(object);
        return attempt.copy()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyComposeAsync(thrown -> fallBack(object, attempt, Failures.unwrap(thrown)), executor);
    }

    private CompletableFuture<String> fallBack(
            PayloadObject object, CompletableFuture<String> attempt, Throwable failure) {
        String reason = failure.getMessage();
        if (failure instanceof TimeoutException) {
            attempt.cancel(true);
            reason = first + " has not stored a payload within " + timeout.toMillis() + " ms";
        } else if (!(failure instanceof PayloadException e) || !e.isTransient()) {
            return CompletableFuture.failedFuture(failure);
        }
        LOG.warn("Store unavailable, using the fallback store {} for {} s: {}", fallback, PAUSE.toSeconds(), reason);
        avoidUntilNanos = System.nanoTime() + PAUSE.toNanos();
        return storeInFallback(object);
    }

    private CompletableFuture<String> storeInFallback(PayloadObject object) {
        metrics.countFallback();
        return fallback.put(object);
    }

    @Override
    public CompletableFuture<?> checkWriting() {
        return CompletableFuture.allOf(first.checkWriting(), fallback.checkWriting());
    }

    @Override
    public CompletableFuture<?> checkReading() {
        return CompletableFuture.allOf(first.checkReading(), fallback.checkReading());
    }

    @Override
    public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
        return (first.holds(uri) ? first : fallback).canReuse(uri, age);
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return (first.holds(reference.uri()) ? first : fallback).get(reference);
    }

    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        return (first.holds(reference.uri()) ? first : fallback).presign(reference, validity);
    }

    @Override
    public boolean holds(String uri) {
        return first.holds(uri) || fallback.holds(uri);
    }

    @Override
    public String toString() {
        return first + " or else " + fallback;
    }

    @Override
    public void close() {
        try (first) {
            fallback.close();
        }
    }
}
