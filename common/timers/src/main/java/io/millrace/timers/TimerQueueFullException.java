package io.millrace.timers;

/** A timer that does not fit into a {@link TimerQueue}; the queue is as before. The message contains the sizes. */
public final class TimerQueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TimerQueueFullException(String message) {
        super(message);
    }
}
