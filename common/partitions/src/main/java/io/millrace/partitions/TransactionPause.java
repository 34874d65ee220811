package io.millrace.partitions;

import java.util.concurrent.TimeUnit;

/**
 * A short pause between small transactions of a source task, which makes them faster. The brokers acknowledge the commit of a transaction before
 * they complete it. If records of the next one arrive in between, they wait until the brokers try again, after 20 ms by default
 * ({@code add.partitions.to.txn.retry.backoff.ms}).
 *
 * <p>Connect commits the transaction of a batch before it polls the task again. For use by one thread.
 */
public final class TransactionPause {
    private static final long MILLIS = 5;
    /** To make and convert more records takes longer than the pause. */
    private static final int LARGE = 1_000;

    private boolean isNeeded;

    /** Takes the number of records of the transaction that a poll returns; 0 if there is none. */
    public void addTransaction(int records) {
        isNeeded = records > 0 && records < LARGE;
    }

    /** Waits, if the last poll has returned a small transaction. For the beginning of a poll. */
    public void await() throws InterruptedException {
        if (isNeeded) {
            isNeeded = false;
            TimeUnit.MILLISECONDS.sleep(MILLIS);
        }
    }
}
