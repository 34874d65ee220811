package io.millrace.client.context;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Executors that run each task in the context in which it was submitted.
 *
 * <pre>{@code
 * ExecutorService workers = ContextExecutor.wrap(Executors.newFixedThreadPool(8));
 * }</pre>
 *
 * <p>Futures, exceptions and the tasks that {@code shutdownNow} returns are those of the executor itself. An executor that is wrapped
 * already is returned as it is.
 *
 * <p>Threads: as the wrapped executor.
 */
public final class ContextExecutor {
    private ContextExecutor() {}

    /** An executor that hands its tasks to this one. */
    public static Executor wrapExecutor(Executor executor) {
        return executor instanceof Wrapped ? executor : new WrappedExecutor(executor);
    }

    /** An executor service that hands its tasks to this one, scheduled if this one is. Stopping it stops this one. */
    public static ExecutorService wrap(ExecutorService executor) {
        if (executor instanceof ScheduledExecutorService scheduled) {
            return wrap(scheduled);
        }
        return executor instanceof Wrapped ? executor : new WrappedService<>(executor);
    }

    /**
     * A scheduled executor service that hands its tasks to this one. Each run of a periodic task is in the context in which the task
     * was scheduled. Stopping it stops this one.
     */
    public static ScheduledExecutorService wrap(ScheduledExecutorService executor) {
        return executor instanceof Wrapped ? executor : new WrappedScheduledService(executor);
    }

    /** An executor of this class. */
    private sealed interface Wrapped {}

    private record WrappedExecutor(Executor executor) implements Executor, Wrapped {
        @Override
        public void execute(Runnable task) {
            executor.execute(RequestContext.current().wrapRunnable(task));
        }
    }

    /** A task that {@code shutdownNow} returns as the one that was submitted. */
    private record ContextTask(RequestContext context, Runnable task) implements Runnable {
        ContextTask {
            Objects.requireNonNull(task, "task");
        }

        @Override
        public void run() {
            context.run(task);
        }

        static Runnable unwrap(Runnable task) {
            return task instanceof ContextTask wrapped ? wrapped.task : task;
        }
    }

    private static sealed class WrappedService<E extends ExecutorService> implements ExecutorService, Wrapped {
        final E executor;

        WrappedService(E executor) {
            this.executor = executor;
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(new ContextTask(RequestContext.current(), task));
        }

        @Override
        public <T extends @Nullable Object> Future<T> submit(Callable<T> task) {
            return executor.submit(RequestContext.current().wrapCallable(task));
        }

        @Override
        public <T extends @Nullable Object> Future<T> submit(Runnable task, T result) {
            return executor.submit(RequestContext.current().wrapRunnable(task), result);
        }

        @Override
        public Future<?> submit(Runnable task) {
            return executor.submit(RequestContext.current().wrapRunnable(task));
        }

        @Override
        public <T extends @Nullable Object> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks)
                throws InterruptedException {
            return executor.invokeAll(wrapAll(tasks));
        }

        @Override
        public <T extends @Nullable Object> List<Future<T>> invokeAll(
                Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit) throws InterruptedException {
            return executor.invokeAll(wrapAll(tasks), timeout, unit);
        }

        @Override
        public <T extends @Nullable Object> T invokeAny(Collection<? extends Callable<T>> tasks)
                throws InterruptedException, ExecutionException {
            return executor.invokeAny(wrapAll(tasks));
        }

        @Override
        public <T extends @Nullable Object> T invokeAny(
                Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
                throws InterruptedException, ExecutionException, TimeoutException {
            return executor.invokeAny(wrapAll(tasks), timeout, unit);
        }

        private static <T extends @Nullable Object> List<Callable<T>> wrapAll(Collection<? extends Callable<T>> tasks) {
            RequestContext context = RequestContext.current();
            return tasks.stream().map(task -> context.wrapCallable(task)).toList();
        }

        @Override
        public void shutdown() {
            executor.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return executor.shutdownNow().stream().map(ContextTask::unwrap).toList();
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

    private static final class WrappedScheduledService extends WrappedService<ScheduledExecutorService>
            implements ScheduledExecutorService {
        WrappedScheduledService(ScheduledExecutorService executor) {
            super(executor);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return executor.schedule(RequestContext.current().wrapRunnable(task), delay, unit);
        }

        @Override
        public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            return executor.schedule(RequestContext.current().wrapCallable(task), delay, unit);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return executor.scheduleAtFixedRate(
                    RequestContext.current().wrapRunnable(task), initialDelay, period, unit);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
            return executor.scheduleWithFixedDelay(
                    RequestContext.current().wrapRunnable(task), initialDelay, delay, unit);
        }
    }
}
