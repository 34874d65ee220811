package io.millrace.payloads;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.Semaphore;

/** Limits the bytes that are stored and read at once. A caller that would exceed the limit waits, in the order of arrival. */
final class ByteBudget {
    private final int bytes;
    private final Semaphore free;

    ByteBudget(int bytes) {
        this.bytes = bytes;
        this.free = new Semaphore(bytes, true);
    }

    /** A caller's part of the budget. Safe for use by many threads. */
    final class Share {
        @GuardedBy("this")
        private int held;

        private Share(int held) {
            this.held = held;
        }

        /** Gives back what is more than needed. */
        synchronized void shrinkTo(long needed) {
            if (needed < held) {
                free.release(held - (int) needed);
                held = (int) needed;
            }
        }

        /** Gives everything back. */
        void release() {
            shrinkTo(0);
        }

        /** Whether no other caller has a share. */
        synchronized boolean isAlone() {
            return used() == held;
        }
    }

    /** Waits until there is room. What is larger than the budget goes alone. */
    Share acquire(long wanted) {
        int share = (int) Math.min(wanted, bytes);
        try {
            free.acquire(share);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PayloadException("Interrupted while other payloads were on their way", e);
        }
        return new Share(share);
    }

    /** How many bytes are on their way. */
    long used() {
        return (long) bytes - free.availablePermits();
    }
}
