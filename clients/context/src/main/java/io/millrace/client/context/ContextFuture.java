package io.millrace.client.context;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CompletableFuture} whose asynchronous stages run in the context in which the future was made, whichever thread
 * completes it.
 *
 * <p>This holds for the methods {@code …Async} without an executor, of this future and of all that depend on it. A stage with an
 * executor of its own has the context if the executor is one of {@link ContextExecutor}, and a stage without {@code Async} if its
 * function is wrapped, for example by {@link RequestContext#wrapFunction}.
 *
 * @param <T> the type of the result
 */
public final class ContextFuture<T extends @Nullable Object> extends CompletableFuture<T> {
    private final Executor executor;

    private ContextFuture(Executor executor) {
        this.executor = executor;
    }

    /** A future without a result, whose asynchronous stages run on this executor in the current context. */
    public static <T extends @Nullable Object> ContextFuture<T> of(Executor executor) {
        RequestContext context = RequestContext.current();
        return new ContextFuture<>(task -> executor.execute(context.wrapRunnable(task)));
    }

    /** A future that has the result of another one, which completes it on any thread. */
    public static <T extends @Nullable Object> ContextFuture<T> of(Executor executor, CompletionStage<T> stage) {
        ContextFuture<T> future = of(executor);
        stage.whenComplete((result, failure) -> {
            if (failure == null) {
                future.complete(result);
            } else {
                future.completeExceptionally(failure);
            }
        });
        return future;
    }

    /** A future with the result of a supplier, which runs on this executor in the current context. */
    public static <T extends @Nullable Object> ContextFuture<T> supply(Executor executor, Supplier<T> supplier) {
        ContextFuture<T> future = of(executor);
        return (ContextFuture<T>) future.completeAsync(supplier);
    }

    @Override
    public Executor defaultExecutor() {
        return executor;
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new ContextFuture<>(executor);
    }
}
