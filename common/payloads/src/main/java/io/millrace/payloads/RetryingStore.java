package io.millrace.payloads;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a store try again what may succeed later, with growing waits, until a time since the first attempt has passed. */
final class RetryingStore implements PayloadStore {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingStore.class);
    private static final long FIRST_WAIT_MS = 100;
    private static final long MAX_WAIT_MS = 5_000;

    private final PayloadStore store;
    private final Duration patience;
    private final PayloadMetrics metrics;

    RetryingStore(PayloadStore store, Duration patience, PayloadMetrics metrics) {
        this.store = store;
        this.patience = patience;
        this.metrics = metrics;
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        return insist(() -> store.put(object));
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return insist(() -> store.get(reference));
    }

    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        return insist(() -> store.presign(reference, validity));
    }

    @Override
    public boolean holds(String uri) {
        return store.holds(uri);
    }

    private <T> CompletableFuture<T> insist(Supplier<CompletableFuture<T>> call) {
        return attempt(call, System.nanoTime() + patience.toNanos(), 1);
    }

    private <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> call, long deadline, int attempts) {
        return called(call).exceptionallyCompose(thrown -> again(call, deadline, attempts, Failures.unwrap(thrown)));
    }

    private static <T> CompletableFuture<T> called(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> CompletableFuture<T> again(
            Supplier<CompletableFuture<T>> call, long deadline, int attempts, Throwable failure) {
        if (!(failure instanceof PayloadException e) || !e.isTransient()) {
            return CompletableFuture.failedFuture(failure);
        }
        long wait = waitMs(attempts);
        if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait) >= deadline) {
            return CompletableFuture.failedFuture(new UnavailableStoreException(
                    e.getMessage() + " (" + attempts + " attempts within " + patience.toMillis() + " ms)", e));
        }
        metrics.retried();
        LOG.warn("{}; trying again", e.getMessage());
        Executor later = CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS);
        return CompletableFuture.runAsync(() -> {}, later)
                .thenCompose(ignored -> attempt(call, deadline, attempts + 1));
    }

    private static long waitMs(int attempts) {
        long limit = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS << Math.min(attempts, 10));
        return ThreadLocalRandom.current().nextLong(limit / 2, limit + 1);
    }

    @Override
    public String toString() {
        return store.toString();
    }

    @Override
    public void close() {
        store.close();
    }
}
