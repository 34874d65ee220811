package io.millrace.benchmarks.channels;

import java.util.ArrayList;
import java.util.List;

/** When the last client has received each event of a channel that all clients have. */
final class FanOut implements PushClients.Arrivals {
    private final int clients;
    private final int[] receipts;
    private final List<Double> lastMillis = new ArrayList<>();

    /** Of events whose numbers are at most this one. */
    FanOut(int clients, int events) {
        this.clients = clients;
        this.receipts = new int[events + 1];
    }

    @Override
    public synchronized void add(int number, long sentNanos) {
        receipts[number]++;
        if (receipts[number] == clients) {
            lastMillis.add((System.nanoTime() - sentNanos) / 1e6);
        }
    }

    /** Of each event that all clients have, the milliseconds from the call of the producer to the last receipt. */
    synchronized List<Double> lastMillis() {
        return List.copyOf(lastMillis);
    }
}
