package io.millrace.benchmarks.channels;

import io.millrace.benchmarks.harness.Percentiles;
import java.util.Arrays;

/** The times from the call of the producer to the receipt by a client, of the events that are received from now on. */
final class Latencies implements PushClients.Arrivals {
    private long[] nanos = new long[1 << 16];
    private int count;

    @Override
    public synchronized void add(int number, long sentNanos) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = System.nanoTime() - sentNanos;
    }

    synchronized int count() {
        return count;
    }

    synchronized Percentiles percentiles() {
        return Percentiles.of(Arrays.copyOf(nanos, count));
    }
}
