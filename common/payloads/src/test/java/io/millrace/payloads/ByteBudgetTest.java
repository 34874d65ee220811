package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
    @Test
    void countsWhatIsOnItsWay() {
        ByteBudget budget = new ByteBudget(100);

        ByteBudget.Share one = budget.acquire(60);
        ByteBudget.Share other = budget.acquire(40);
        assertThat(budget.used()).isEqualTo(100);
        one.release();
        assertThat(budget.used()).isEqualTo(40);
        other.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void letsWhoeverWouldExceedItWait() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        ByteBudget.Share first = budget.acquire(60);
        CompletableFuture<ByteBudget.Share> second = new CompletableFuture<>();
        Thread waiting = new Thread(() -> second.complete(budget.acquire(41)));
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        assertThat(second).isNotDone();

        first.release();
        waiting.join();

        assertThat(second).isCompleted();
        assertThat(budget.used()).isEqualTo(41);
    }

    @Test
    void takesBackWhatIsNotNeeded() {
        ByteBudget budget = new ByteBudget(100);
        ByteBudget.Share share = budget.acquire(60);
        assertThat(share.isAlone()).isTrue();

        share.shrinkTo(70);
        assertThat(budget.used()).isEqualTo(60);
        share.shrinkTo(20);
        assertThat(budget.used()).isEqualTo(20);
        ByteBudget.Share other = budget.acquire(80);
        assertThat(share.isAlone()).isFalse();
        share.release();
        share.release();
        assertThat(budget.used()).isEqualTo(80);
        assertThat(other.isAlone()).isTrue();
    }

    @Test
    void letsALargerOneGoAlone() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        ByteBudget.Share small = budget.acquire(1);
        CompletableFuture<ByteBudget.Share> large = new CompletableFuture<>();
        Thread waiting = new Thread(() -> large.complete(budget.acquire(1_000_000)));
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);

        small.release();
        waiting.join();

        assertThat(budget.used()).isEqualTo(100);
        large.join().release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void endsWaitingWhenItIsInterrupted() throws InterruptedException {
        ByteBudget budget = new ByteBudget(1);
        budget.acquire(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                budget.acquire(1);
            } catch (PayloadException e) {
                failure.set(Thread.currentThread().isInterrupted() ? e : null);
            }
        });
        waiting.start();
        waiting.interrupt();
        waiting.join();

        assertThatThrownBy(() -> {
                    throw failure.get();
                })
                .isInstanceOf(PayloadException.class)
                .hasMessageContaining("Interrupted");
        assertThat(budget.used()).isEqualTo(1);
    }
}
