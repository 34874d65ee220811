package io.millrace.partitions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransactionPauseTest {
    private final TransactionPause pause = new TransactionPause();

    /** An interrupted thread cannot wait. */
    private boolean waits() {
        Thread.currentThread().interrupt();
        try {
            pause.await();
            return false;
        } catch (InterruptedException e) {
            return true;
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void waitsOnceAfterASmallTransaction() {
        assertThat(waits()).isFalse();
        pause.addTransaction(1);
        assertThat(waits()).isTrue();
        assertThat(waits()).isFalse();
    }

    @Test
    void doesNotWaitAfterALargeTransactionOrNone() {
        pause.addTransaction(1_000);
        assertThat(waits()).isFalse();
        pause.addTransaction(0);
        assertThat(waits()).isFalse();
    }
}
