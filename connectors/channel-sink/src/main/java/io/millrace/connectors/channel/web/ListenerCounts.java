package io.millrace.connectors.channel.web;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What a listener has done since its start. Safe for use by many threads. */
public final class ListenerCounts {
    /** Latencies below this are counted by the millisecond, longer ones by powers of two. */
    private static final int LINEAR_MS = 128;

    private static final int BUCKETS = LINEAR_MS + 32;
    private static final int FIRST_POWER = 7;
    private static final double PERCENTILE = 0.99;

    private final AtomicInteger connections = new AtomicInteger();
    private final LongAdder events = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Map<CloseReason, LongAdder> closed = new EnumMap<>(CloseReason.class);
    private volatile AtomicLongArray latencies = new AtomicLongArray(BUCKETS);
    private volatile long latencyP99Ms;

    ListenerCounts() {
        for (CloseReason reason : CloseReason.values()) {
            closed.put(reason, new LongAdder());
        }
    }

    int openConnection() {
        return connections.incrementAndGet();
    }

    void closeConnection() {
        connections.decrementAndGet();
    }

    void countEvent(int size, long latencyMs) {
        events.increment();
        bytes.add(size);
        if (latencyMs >= 0) {
            latencies.incrementAndGet(bucketOf(latencyMs));
        }
    }

    void countClosed(CloseReason reason) {
        LongAdder count = closed.get(reason);
        if (count != null) {
            count.increment();
        }
    }

    private static int bucketOf(long ms) {
        return ms < LINEAR_MS
                ? (int) ms
                : Math.min(BUCKETS - 1, LINEAR_MS + Long.SIZE - 1 - Long.numberOfLeadingZeros(ms) - FIRST_POWER);
    }

    private static long upperBoundOf(int bucket) {
        return bucket < LINEAR_MS ? bucket : 1L << (bucket - LINEAR_MS + FIRST_POWER + 1);
    }

    /** Ends an interval of latencies. */
    void rotateLatencies() {
        AtomicLongArray counted = latencies;
        latencies = new AtomicLongArray(BUCKETS);
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += counted.get(i);
        }
        long below = 0;
        long p99 = 0;
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            below += counted.get(i);
            if (below >= total * PERCENTILE) {
                p99 = upperBoundOf(i);
                break;
            }
        }
        latencyP99Ms = p99;
    }

    public int connections() {
        return connections.get();
    }

    public long events() {
        return events.sum();
    }

    public long bytes() {
        return bytes.sum();
    }

    /** Connections that were refused or closed for a missing, invalid or expired token. */
    public long tokensRefused() {
        return sum(CloseReason.TOKEN);
    }

    /** Connections that were refused or closed because of their frames or requests. */
    public long framesRefused() {
        return sum(CloseReason.BAD_FRAME) + sum(CloseReason.TOO_LARGE) + sum(CloseReason.TOO_SLOW);
    }

    /** Connections that were refused or closed because of their channel or origin. */
    public long accessRefused() {
        return sum(CloseReason.CHANNEL) + sum(CloseReason.ORIGIN);
    }

    /** Connections that were refused or closed because there are too many of them, or of their channels. */
    public long limitsRefused() {
        return sum(CloseReason.TOO_MANY);
    }

    /** The 99th percentile of the last minute, in milliseconds from the read of an event to its write. */
    public long latencyP99Ms() {
        return latencyP99Ms;
    }

    private long sum(CloseReason reason) {
        LongAdder count = closed.get(reason);
        return count == null ? 0 : count.sum();
    }
}
