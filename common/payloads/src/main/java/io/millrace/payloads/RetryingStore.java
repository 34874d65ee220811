package io.millrace.payloads;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a store try again what may succeed later, with growing waits, until a time since the first attempt has passed. Whoever
 * cancels a future cancels the attempt under way, and no other one follows.
 */
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
        CompletableFuture<T> result = new CompletableFuture<>();
        attempt(call, System.nanoTime() + patience.toNanos(), 1, result);
        return result;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The result fails with what failed.
    private <T> void attempt(
            Supplier<CompletableFuture<T>> call, long deadline, int attempts, CompletableFuture<T> result) {
        if (result.isDone()) {
            return;
        }
        CompletableFuture<T> attempt = called(call);
        result.whenComplete((ignored, thrown) -> {
            if (thrown instanceof CancellationException) {
                attempt.cancel(true);
            }
        });
        attempt.whenComplete((answer, thrown) -> {
            if (thrown == null) {
                result.complete(answer);
            } else {
                again(call, deadline, attempts, result, Failures.unwrap(thrown));
            }
        });
    }

    private static <T> CompletableFuture<T> called(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException | Error e) {
            // Memory may be short; whoever waits has to hear of it.
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> void again(
            Supplier<CompletableFuture<T>> call,
            long deadline,
            int attempts,
            CompletableFuture<T> result,
            Throwable failure) {
        if (!(failure instanceof PayloadException e) || !e.isTransient()) {
            result.completeExceptionally(failure);
            return;
        }
        long wait = waitMs(attempts);
        if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait) >= deadline) {
            result.completeExceptionally(new UnavailableStoreException(
                    e.getMessage() + " (" + attempts + " attempts within " + patience.toMillis() + " ms)", e));
            return;
        }
        metrics.retried();
        LOG.warn("{}; trying again", e.getMessage());
        CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS)
                .execute(() -> attempt(call, deadline, attempts + 1, result));
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
