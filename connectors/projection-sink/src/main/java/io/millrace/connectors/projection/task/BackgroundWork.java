package io.millrace.connectors.projection.task;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Calls servers on a separate thread, one piece of work after the other, so that the poll thread never waits long for a
 * server. The poll thread handles the results when it calls {@link #handleResults}.
 *
 * <p>The methods are for the poll thread.
 */
final class BackgroundWork implements AutoCloseable {
    private final ExecutorService executor;
    private final Deque<Piece<?>> pieces = new ArrayDeque<>();

    private record Piece<T>(Future<T> result, Consumer<T> handler) {
        void handleResult() {
            handler.accept(takeResult());
        }

        private T takeResult() {
            try {
                return result.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new ConnectException("Background work failed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ConnectException("Interrupted during background work", e);
            }
        }
    }

    /** Starts nothing yet. */
    BackgroundWork(String threadName) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        this.executor = Executors.newSingleThreadExecutor(work -> {
            Thread thread = new Thread(() -> runInContext(context, work), threadName);
            // A worker that ends must not wait for a server.
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void runInContext(@Nullable Map<String, String> context, Runnable work) {
        if (context != null) {
            MDC.setContextMap(context);
        }
        work.run();
    }

    /**
     * Adds a piece of work.
     *
     * @param work runs on the other thread
     * @param handler takes the result on the poll thread
     */
    <T> void begin(Callable<T> work, Consumer<T> handler) {
        pieces.add(new Piece<>(executor.submit(work), handler));
    }

    /** Whether the results of all work were handled. */
    boolean isIdle() {
        return pieces.isEmpty();
    }

    /**
     * Waits until no work runs, without handling results.
     *
     * @return false if some still runs after this time
     */
    boolean awaitDone(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Piece<?> piece : pieces) {
            try {
                piece.result().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return false;
            } catch (ExecutionException | CancellationException e) {
                // Thrown by the handling of the result.
                assert piece.result().isDone();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ConnectException("Interrupted during background work", e);
            }
        }
        return true;
    }

    /**
     * Handles the results that there are, in the order of the pieces.
     *
     * @throws RuntimeException with which a piece failed
     */
    void handleResults() {
        while (!pieces.isEmpty() && pieces.getFirst().result().isDone()) {
            pieces.removeFirst().handleResult();
        }
    }

    /**
     * Handles results until all work is done, or the time is over.
     *
     * @throws RuntimeException with which a piece failed
     */
    void handleResults(Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!pieces.isEmpty()) {
            Piece<?> first = pieces.getFirst();
            try {
                first.result().get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return;
            } catch (ExecutionException | CancellationException e) {
                // Thrown by the handling of the result.
                assert first.result().isDone();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ConnectException("Interrupted during background work", e);
            }
            handleResults();
        }
    }

    /** Interrupts the work; its results are no longer handled. */
    @Override
    public void close() {
        executor.shutdownNow();
        pieces.clear();
    }
}
