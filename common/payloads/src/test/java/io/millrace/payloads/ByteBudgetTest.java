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

        int one = budget.acquire(60);
        int other = budget.acquire(40);
        assertThat(budget.used()).isEqualTo(100);
        budget.release(one);
        assertThat(budget.used()).isEqualTo(40);
        budget.release(other);
        assertThat(budget.used()).isZero();
    }

    @Test
    void letsWhoeverWouldExceedItWait() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        int first = budget.acquire(60);
        CompletableFuture<Integer> second = new CompletableFuture<>();
        Thread waiting = new Thread(() -> second.complete(budget.acquire(41)));
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);
        assertThat(second).isNotDone();

        budget.release(first);
        waiting.join();

        assertThat(second).isCompletedWithValue(41);
    }

    @Test
    void letsALargerOneGoAlone() throws InterruptedException {
        ByteBudget budget = new ByteBudget(100);
        int small = budget.acquire(1);
        CompletableFuture<Integer> large = new CompletableFuture<>();
        Thread waiting = new Thread(() -> large.complete(budget.acquire(1_000_000)));
        waiting.start();
        await().until(() -> waiting.getState() == Thread.State.WAITING);

        budget.release(small);
        waiting.join();

        assertThat(budget.used()).isEqualTo(100);
        budget.release(large.join());
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
