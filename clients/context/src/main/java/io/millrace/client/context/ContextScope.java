package io.millrace.client.context;

/**
 * The time in which a context is its thread's. Closing it restores the context that the thread had before, and its MDC.
 *
 * <p>Scopes are closed by the thread that opened them, the last one first. A scope ends with its outer one if it was not closed
 * before; closing it later has no effect. A scope that another thread closes only ends its own context.
 */
public interface ContextScope extends AutoCloseable {
    /** Ends the context; a second call has no effect. */
    @Override
    void close();
}
