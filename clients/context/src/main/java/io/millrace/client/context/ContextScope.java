package io.millrace.client.context;

/**
 * The time in which a context is its thread's. Closing it restores the context that the thread had before, and its MDC.
 *
 * <p>Scopes are closed by the thread that opened them, the last one first. A scope that another thread closes, or that is closed
 * after an outer one, only ends its own context; it restores none that has ended.
 */
public interface ContextScope extends AutoCloseable {
    /** Ends the context; a second call has no effect. */
    @Override
    void close();
}
