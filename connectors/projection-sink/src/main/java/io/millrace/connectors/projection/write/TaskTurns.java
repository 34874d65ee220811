package io.millrace.connectors.projection.write;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * Turns in which the writer's thread calls Connect while the task's thread waits. Connect's reporter of refused records
 * is not safe for use by two threads, and a call of it may block for as long as Kafka does not answer, which the task's
 * thread must not wait that long. A turn that lasts too long is interrupted; the writer's thread then requests another
 * one.
 */
final class TaskTurns {
    private static final long TURN_MS = 1_000;
    private static final long TIME_TO_NOTICE_MS = 1_000;
    private static final long TIME_TO_END_MS = 10_000;

    private enum State {
        FREE,
        WANTED,
        GIVEN,
        OVER,
        INTERRUPTED
    }

    @GuardedBy("this")
    private State state = State.FREE;

    @GuardedBy("this")
    private @Nullable Thread taker;

    @GuardedBy("this")
    private boolean closed;

    /**
     * Waits until the task's thread gives a turn, which lasts until {@link #endTurn}. For the writer's thread.
     *
     * @throws ClosedException if {@link #close} is called first
     */
    synchronized void takeTurn() {
        state = State.WANTED;
        taker = Thread.currentThread();
        notifyAll();
        try {
            while (state == State.WANTED) {
                requireOpen();
                wait();
            }
        } catch (InterruptedException e) {
            state = State.FREE;
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while waiting for the task's thread", e);
        }
    }

    /** Whether the turn has to end soon. For the writer's thread. */
    synchronized boolean isOver() {
        return state != State.GIVEN;
    }

    /** Whether the turn was interrupted, so that a call within it may have failed because of that. For the writer's thread. */
    synchronized boolean isInterrupted() {
        return state == State.INTERRUPTED;
    }

    /** Ends the turn. For the writer's thread. */
    @SuppressWarnings("Interruption") // The interrupt was for this turn alone.
    synchronized void endTurn() {
        boolean unused = Thread.interrupted();
        state = State.FREE;
        taker = null;
        notifyAll();
    }

    /** @throws ClosedException after {@link #close} */
    synchronized void requireOpen() {
        if (closed) {
            throw new ClosedException("for the dead letter queue, or for payloads");
        }
    }

    /**
     * Gives a turn if the writer's thread wants one, and returns when that has ended, after a few seconds at most. For the
     * task's thread.
     *
     * @throws ConnectException if the turn does not end even after an interrupt
     */
    synchronized void giveTurn() {
        if (state != State.WANTED) {
            return;
        }
        state = State.GIVEN;
        notifyAll();
        if (hasEnded(TURN_MS)) {
            return;
        }
        state = State.OVER;
        if (hasEnded(TIME_TO_NOTICE_MS)) {
            return;
        }
        state = State.INTERRUPTED;
        if (taker != null) {
            taker.interrupt();
        }
        if (!hasEnded(TIME_TO_END_MS)) {
            throw new ConnectException("The dead letter queue's producer does not react to an interrupt");
        }
    }

    @GuardedBy("this")
    private boolean hasEnded(long millis) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            while (state != State.FREE && state != State.WANTED) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime() + 999_999);
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while refused records were reported", e);
        }
    }

    /** No turn is given any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
