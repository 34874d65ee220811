package io.millrace.client.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ContextExecutorTest {
    private static final RequestContext ONE =
            RequestContext.builder().requestId("one").build();

    private final ExecutorService pool = Executors.newFixedThreadPool(1);
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);

    @AfterEach
    void stop() {
        pool.shutdownNow();
        timer.shutdownNow();
    }

    @Test
    void shutdownNowReturnsTheTasksThatWereSubmitted() throws Exception {
        ExecutorService workers = ContextExecutor.wrap(pool);
        CountDownLatch started = new CountDownLatch(1);
        workers.execute(() -> {
            started.countDown();
            sleep();
        });
        started.await();
        Runnable task = () -> {};
        ONE.run(() -> workers.execute(task));
        Future<String> future = ONE.call(() -> workers.submit(ContextExecutorTest::id));

        List<Runnable> waiting = workers.shutdownNow();

        assertThat(waiting).hasSize(2);
        assertThat(waiting.get(0)).isSameAs(task);
        assertThat(waiting.get(1)).isSameAs(future);
        assertThat(workers.isShutdown()).isTrue();
        assertThat(workers.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(workers.isTerminated()).isTrue();
    }

    @Test
    void anExecutorIsWrappedOnce() {
        ExecutorService workers = ContextExecutor.wrap(pool);
        assertThat(ContextExecutor.wrap(workers)).isSameAs(workers);
        assertThat(ContextExecutor.wrapExecutor(workers)).isSameAs(workers);
        Executor executor = ContextExecutor.wrapExecutor(Runnable::run);
        assertThat(ContextExecutor.wrapExecutor(executor)).isSameAs(executor);
        ScheduledExecutorService scheduled = ContextExecutor.wrap(timer);
        assertThat(ContextExecutor.wrap(scheduled)).isSameAs(scheduled);
    }

    @Test
    void aScheduledExecutorStaysOne() throws Exception {
        assertThat(ContextExecutor.wrap((ExecutorService) timer)).isInstanceOf(ScheduledExecutorService.class);
        ScheduledExecutorService workers = ContextExecutor.wrap(timer);
        LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
        assertThat(ONE.call(() -> workers.schedule(ContextExecutorTest::id, 1, TimeUnit.MILLISECONDS))
                        .get())
                .isEqualTo("one");
        ONE.call(() -> workers.schedule(() -> seen.add(id()), 1, TimeUnit.MILLISECONDS));
        assertThat(seen.take()).isEqualTo("one");
        ScheduledFuture<?> rate =
                ONE.call(() -> workers.scheduleAtFixedRate(() -> seen.add(id()), 0, 1, TimeUnit.MILLISECONDS));
        assertThat(List.of(seen.take(), seen.take())).containsExactly("one", "one");
        rate.cancel(false);
        seen.clear();
        ScheduledFuture<?> delay =
                ONE.call(() -> workers.scheduleWithFixedDelay(() -> seen.add(id()), 0, 1, TimeUnit.MILLISECONDS));
        assertThat(List.of(seen.take(), seen.take())).containsExactly("one", "one");
        delay.cancel(false);
        assertThat(ONE.call(() -> workers.submit(ContextExecutorTest::id)).get())
                .isEqualTo("one");
        assertThat(timer.submit(ContextExecutorTest::id).get()).isEqualTo("none");
    }

    @Test
    void everyWayToSubmitKeepsTheContext() throws Exception {
        ExecutorService workers = ContextExecutor.wrap(pool);
        LinkedBlockingQueue<String> seen = new LinkedBlockingQueue<>();
        assertThat(ONE.call(() -> workers.submit(() -> seen.add(id()), "done")).get())
                .isEqualTo("done");
        ONE.<Future<?>>call(() -> workers.submit((Runnable) () -> seen.add(id())))
                .get();
        assertThat(seen).containsExactly("one", "one");
        String any = ONE.call(() -> workers.invokeAny(List.of(ContextExecutorTest::id)));
        assertThat(any).isEqualTo("one");
        String timely = ONE.call(() -> workers.invokeAny(List.of(ContextExecutorTest::id), 10, TimeUnit.SECONDS));
        assertThat(timely).isEqualTo("one");
        assertThat(ONE.call(() -> workers.invokeAll(List.of(ContextExecutorTest::id), 10, TimeUnit.SECONDS))
                        .get(0)
                        .get())
                .isEqualTo("one");
    }

    @Test
    @SuppressWarnings("NullAway") // What code without these checks does.
    void aNullTaskIsRefusedWhenItIsSubmitted() {
        assertThatThrownBy(() -> ContextExecutor.wrap(pool).execute(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ContextExecutor.wrapExecutor(pool).execute(null))
                .isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ContextExecutor.wrap(timer).schedule((Runnable) null, 1, TimeUnit.SECONDS))
                .isInstanceOf(NullPointerException.class);
    }

    private static void sleep() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String id() {
        return RequestContext.current().requestId().orElse("none");
    }
}
