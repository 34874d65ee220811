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

    /**
     * Waits until there is room. What is larger than the budget goes alone.
     *
     * @return what to give back
     */
    int acquire(int wanted) {
        int share = Math.min(wanted, bytes);
        try {
            free.acquire(share);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PayloadException("Interrupted while other payloads were on their way", e);
        }
        return share;
    }

    void release(int share) {
        free.release(share);
    }

    /** How many bytes are on their way. */
    long used() {
        return (long) bytes - free.availablePermits();
    }
}
