package io.millrace.payloads;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Futures wrap what failed. */
public final class Failures {
    private Failures() {}

    /** The failure without the wrappers of futures. */
    public static Throwable unwrap(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }

    /** Waits for a future, and throws its failure as a {@link PayloadException}. */
    public static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PayloadException("Interrupted while waiting for a payload", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PayloadException failure) {
                // Adds the stack trace of the caller that waited.
                failure.addSuppressed(new PayloadException("Waited for here"));
                throw failure;
            }
            throw new PayloadException("Processing a payload failed: " + e.getCause(), e.getCause());
        }
    }
}
