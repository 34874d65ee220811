package io.millrace.benchmarks.spool;

import io.millrace.benchmarks.harness.Percentiles;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;

/**
 * A thread that sends so many {@link NumberedRecords} a second, from 0 on, and measures how long each of them waits for its answer: from the
 * time at which it was due, so that a call that blocks delays all that are due meanwhile.
 */
final class EvenTraffic {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = 200_000;
    private static final int SHOWN_FAILURES = 5;

    /** Sends the record of a number, and reports its answer. */
    @FunctionalInterface
    interface Sender {
        void send(int number, Callback answer);

        /** Waits for the answers of all that was sent. */
        default void flush() {}
    }

    private final Sender sender;
    private final int rate;
    private final long[] waits;
    private final Thread thread = new Thread(this::send, "traffic");
    private final BitSet acknowledged = new BitSet();
    private volatile boolean stopped;
    private volatile int sent;
    private int failed;

    /** Traffic that has not begun; at most for so many seconds. */
    EvenTraffic(Sender sender, int rate, int mostSeconds) {
        this.sender = sender;
        this.rate = rate;
        this.waits = new long[Math.multiplyExact(rate, mostSeconds)];
    }

    /** Traffic of a producer. */
    static EvenTraffic of(Producer<byte[], byte[]> producer, String topic, int rate, int mostSeconds) {
        return new EvenTraffic(
                new Sender() {
                    @Override
                    public void send(int number, Callback answer) {
                        var unused = producer.send(NumberedRecords.make(topic, number), answer);
                    }

                    @Override
                    public void flush() {
                        producer.flush();
                    }
                },
                rate,
                mostSeconds);
    }

    void start() {
        thread.start();
    }

    private void send() {
        long begin = System.nanoTime();
        int number = 0;
        while (!stopped && number < waits.length) {
            long due = begin + number * SECOND / rate;
            if (System.nanoTime() < due) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            sendOne(number, due);
            number++;
            sent = number;
        }
    }

    private void sendOne(int number, long due) {
        try {
            sender.send(number, (metadata, failure) -> take(number, System.nanoTime() - due, failure));
        } catch (RuntimeException e) {
            take(number, System.nanoTime() - due, e);
        }
    }

    private synchronized void take(int number, long nanos, Exception failure) {
        waits[number] = nanos;
        if (failure == null) {
            acknowledged.set(number);
        } else {
            failed++;
            if (failed <= SHOWN_FAILURES) {
                System.err.println("Record " + number + " failed: " + failure);
            }
        }
    }

    /** Stops it; returns when all records have their answers. */
    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        sender.flush();
    }

    /** Returns when it has sent everything and all records have their answers. */
    void await() throws InterruptedException {
        thread.join();
        sender.flush();
    }

    /** How long records waited for their answers, those without the first ones. */
    synchronized Percentiles waits(double withoutShare) {
        return Percentiles.of(Arrays.copyOfRange(waits, (int) (sent * withoutShare), sent));
    }

    int sent() {
        return sent;
    }

    synchronized int failed() {
        return failed;
    }

    /** The numbers of the records that were acknowledged. */
    synchronized BitSet acknowledged() {
        return (BitSet) acknowledged.clone();
    }
}
