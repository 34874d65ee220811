package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionWaitsTest {
    private final PayloadMetrics metrics = new PayloadMetrics("Test");
    private final AtomicLong now = new AtomicLong();
    private final TransactionWaits waits = new TransactionWaits(Duration.ofSeconds(1), now::get);

    @AfterEach
    void close() {
        metrics.close();
        assertThatThrownBy(() -> waits.awaitCompletion(new CompletableFuture<>(), metrics))
                .as("clears what this thread waited")
                .isInstanceOf(UnavailableStoreException.class);
    }

    @Test
    void waitsForHalfOfATransactionAtMost() {
        long start = System.nanoTime();

        assertThatThrownBy(() -> waits.awaitCompletion(new CompletableFuture<>(), metrics))
                .isInstanceOf(UnavailableStoreException.class)
                .hasMessageContaining("500 ms")
                .hasMessageContaining("payload.transaction.timeout.ms");

        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }

    @Test
    void leavesResultAndFailureToTheCaller() {
        waits.awaitCompletion(CompletableFuture.completedFuture(1), metrics);
        waits.awaitCompletion(CompletableFuture.failedFuture(new PayloadException("x")), metrics);
        CompletableFuture<Integer> later = new CompletableFuture<>();
        later.completeOnTimeout(1, 50, TimeUnit.MILLISECONDS);
        assertThatCode(() -> waits.awaitCompletion(later, metrics)).doesNotThrowAnyException();
        assertThat(later).isDone();
    }

    /** Two outages that are shorter than half a transaction may be longer together. */
    @Test
    void addsUpWaitsInWhichAStoreWasTriedAgain() {
        waits.awaitCompletion(outage(400), metrics);

        assertThatThrownBy(() -> waits.awaitCompletion(outage(400), metrics))
                .isInstanceOf(UnavailableStoreException.class);
    }

    @Test
    void forgetsWaitsAfterATransactionsTimeout() {
        waits.awaitCompletion(outage(400), metrics);
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_001));

        assertThatCode(() -> waits.awaitCompletion(outage(400), metrics)).doesNotThrowAnyException();
    }

    /** A store that is slow but answers is waited for in transactions that end in between. */
    @Test
    void doesNotCountWaitsWithoutARetry() {
        for (int i = 0; i < 5; i++) {
            CompletableFuture<Integer> slow = new CompletableFuture<>();
            waitFor(slow, 400);
            waits.awaitCompletion(slow, metrics);
        }
    }

    private CompletableFuture<Integer> outage(long millis) {
        CompletableFuture<Integer> future = new CompletableFuture<>();
        waitFor(future, millis);
        return future.whenComplete((result, failure) -> metrics.countRetry());
    }

    /** Completes soon, as if it had taken that long; a wait that has less time left ends before. */
    private void waitFor(CompletableFuture<Integer> future, long millis) {
        CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS).execute(() -> {
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
            future.complete(1);
        });
    }
}
