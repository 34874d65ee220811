package io.millrace.client.context;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Executors that run each task in the context in which it was submitted.
 *
 * <pre>{@code
 * ExecutorService workers = ContextExecutor.wrap(Executors.newFixedThreadPool(8));
 * }</pre>
 */
public final class ContextExecutor {
    private ContextExecutor() {}

    /** An executor that hands its tasks to this one. */
    public static Executor wrapExecutor(Executor executor) {
        return task -> executor.execute(RequestContext.current().wrapRunnable(task));
    }

    /** An executor service that hands its tasks to this one. Stopping it stops this one. */
    public static ExecutorService wrap(ExecutorService executor) {
        return new ContextExecutorService(executor);
    }

    /** {@code AbstractExecutorService} makes all of {@code execute}. */
    private static final class ContextExecutorService extends AbstractExecutorService {
        private final ExecutorService executor;

        ContextExecutorService(ExecutorService executor) {
            this.executor = executor;
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(RequestContext.current().wrapRunnable(task));
        }

        @Override
        public void shutdown() {
            executor.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return executor.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return executor.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return executor.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            return executor.awaitTermination(timeout, unit);
        }
    }
}
