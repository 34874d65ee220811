package io.millrace.payloads.layered;

import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadMetrics;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.UnavailableStoreException;
import io.millrace.retry.Backoff;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retries a store's transient failures, with growing waits, until a timeout since the first attempt. A future that is
 * cancelled cancels the attempt under way, and no other attempt follows.
 */
public final class RetryingStore implements PayloadStore {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingStore.class);

    private final PayloadStore store;
    private final Duration timeout;
    private final PayloadMetrics metrics;

    public RetryingStore(PayloadStore store, Duration timeout, PayloadMetrics metrics) {
        this.store = store;
        this.timeout = timeout;
        this.metrics = metrics;
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        return callWithRetries(() -> store.put(object));
    }

    @Override
    public CompletableFuture<?> checkWriting() {
        return store.checkWriting();
    }

    @Override
    public CompletableFuture<?> checkReading() {
        return store.checkReading();
    }

    @Override
    public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
        return store.canReuse(uri, age);
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return callWithRetries(() -> store.get(reference));
    }

    @Override
    public CompletableFuture<String> presign(PayloadReference reference, Duration validity) {
        return callWithRetries(() -> store.presign(reference, validity));
    }

    @Override
    public boolean holds(String uri) {
        return store.holds(uri);
    }

    private <T> CompletableFuture<T> callWithRetries(Supplier<CompletableFuture<T>> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        callOnce(call, System.nanoTime() + timeout.toNanos(), 1, result);
        return result;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The result fails with what failed.
    private <T> void callOnce(
            Supplier<CompletableFuture<T>> call, long deadline, int attempts, CompletableFuture<T> result) {
        if (result.isDone()) {
            return;
        }
        CompletableFuture<T> attempt = startCall(call);
        result.whenComplete((ignored, thrown) -> {
            if (thrown instanceof CancellationException) {
                attempt.cancel(true);
            }
        });
        attempt.whenComplete((answer, thrown) -> {
            if (thrown == null) {
                result.complete(answer);
            } else {
                retryLater(call, deadline, attempts, result, Failures.unwrap(thrown));
            }
        });
    }

    private static <T> CompletableFuture<T> startCall(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException | Error e) {
            // Memory may be short; the caller that waits gets the error.
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> void retryLater(
            Supplier<CompletableFuture<T>> call,
            long deadline,
            int attempts,
            CompletableFuture<T> result,
            Throwable failure) {
        if (!(failure instanceof PayloadException e) || !e.isTransient()) {
            result.completeExceptionally(failure);
            return;
        }
        long wait = Backoff.OF_SERVERS.waitMs(attempts);
        if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait) >= deadline) {
            result.completeExceptionally(new UnavailableStoreException(
                    e.getMessage() + " (" + attempts + " attempts within " + timeout.toMillis() + " ms)", e));
            return;
        }
        metrics.countRetry();
        LOG.warn("Store call failed, retrying: {}", e.getMessage());
        CompletableFuture.delayedExecutor(wait, TimeUnit.MILLISECONDS)
                .execute(() -> callOnce(call, deadline, attempts + 1, result));
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
