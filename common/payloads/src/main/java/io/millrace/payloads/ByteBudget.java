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

        /** Returns the unused part of the share. */
        synchronized void shrinkTo(long needed) {
            if (needed < held) {
                free.release(held - (int) needed);
                held = (int) needed;
            }
        }

        /** Returns the whole share. */
        void release() {
            shrinkTo(0);
        }

        /** Whether no other caller has a share. */
        synchronized boolean isAlone() {
            return used() == held;
        }
    }

    /** Waits until the budget has room. A payload that is larger than the budget is processed alone. */
    Share acquire(long wanted) {
        int share = (int) Math.min(wanted, bytes);
        try {
            free.acquire(share);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PayloadException("Interrupted while waiting for other payloads", e);
        }
        return new Share(share);
    }

    /** The number of bytes in flight. */
    long used() {
        return (long) bytes - free.availablePermits();
    }
}
