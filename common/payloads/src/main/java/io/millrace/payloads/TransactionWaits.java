package io.millrace.payloads;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Limits how long the thread of a Connect task waits for unavailable stores. A transform or a converter cannot see
 * whether a transaction of Kafka is open. The broker ends one that stays open for too long and fences the task's
 * producer. So all waits of one thread, whatever plugin waits, take at most half of a transaction's timeout within any
 * time of that length.
 *
 * <p>A wait counts if the store had to be tried again meanwhile: a task that waits for a slow store again and again
 * commits its transactions in between. Each wait by itself is bounded in any case.
 *
 * <p>Safe for use by many threads; each has waits of its own.
 */
public final class TransactionWaits {
    private static final ThreadLocal<Deque<Wait>> OF_THREAD = ThreadLocal.withInitial(ArrayDeque::new);

    private final long timeoutNanos;
    private final LongSupplier clock;

    private record Wait(long end, long nanos) {}

    /** With the timeout of the transactions of the task's producer. */
    public TransactionWaits(Duration transactionTimeout) {
        this(transactionTimeout, System::nanoTime);
    }

    TransactionWaits(Duration transactionTimeout, LongSupplier clock) {
        this.timeoutNanos = transactionTimeout.toNanos();
        this.clock = clock;
    }

    /**
     * Waits until the future is complete, be it with a failure.
     *
     * @param metrics of the writer that completes the future
     * @throws UnavailableStoreException if the thread would wait for too long
     */
    public void awaitCompletion(CompletableFuture<?> future, PayloadMetrics metrics) {
        if (future.isDone()) {
            return;
        }
        Deque<Wait> waits = OF_THREAD.get();
        long start = clock.getAsLong();
        long retries = metrics.getRetries();
        waits.removeIf(wait -> start - wait.end() > timeoutNanos);
        long left = timeoutNanos / 2 - waits.stream().mapToLong(Wait::nanos).sum();
        if (!isCompleteWithin(future, left)) {
            // The task fails, and its thread may become another one's.
            waits.clear();
            throw new UnavailableStoreException(
                    "Waiting for payloads took " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos / 2)
                            + " ms, half of payload.transaction.timeout.ms. A longer wait could exceed the"
                            + " transaction timeout, and the broker would fence the task. Restart the task when"
                            + " the store is available; EventSourceConnector stores payloads before a transaction"
                            + " begins and has no such limit",
                    null);
        }
        if (metrics.getRetries() > retries) {
            waits.add(new Wait(clock.getAsLong(), clock.getAsLong() - start));
        }
    }

    private static boolean isCompleteWithin(CompletableFuture<?> future, long nanos) {
        try {
            future.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | CancellationException e) {
            // The caller that waits for the result gets it.
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PayloadException("Interrupted while waiting for a payload", e);
        }
    }
}
