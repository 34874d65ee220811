package io.millrace.payloads;

import java.util.concurrent.Semaphore;

/** How many bytes may be on their way at once. Whoever would exceed it waits, in the order of arrival. */
final class ByteBudget {
    private final int bytes;
    private final Semaphore free;

    ByteBudget(int bytes) {
        this.bytes = bytes;
        this.free = new Semaphore(bytes, true);
    }

    /** What somebody has of the budget. Safe for use by many threads. */
    final class Share {
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

        /** Whether nobody else has anything. */
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
