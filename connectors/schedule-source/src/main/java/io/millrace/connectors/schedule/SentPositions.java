package io.millrace.connectors.schedule;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The positions in the partitions of commands that were sent with records, so that those are found which need a record of their own:
 * behind a marker of a transaction, behind commands that yield no record, and those of partitions without a command. Without such a
 * record, retention could delete what is before the position, and a restart would report a gap. For use by one thread.
 */
final class SentPositions {
    /** A marker behind each transaction must not double the number of transactions. */
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanos;
    private final Map<Integer, Long> sent;
    private final Map<Integer, Long> sentNanos = new HashMap<>();

    /**
     * With the committed positions, of the partitions that have one.
     *
     * @param nanos a clock
     */
    SentPositions(Map<Integer, Long> committed, LongSupplier nanos) {
        this.sent = new HashMap<>(committed);
        this.nanos = nanos;
    }

    /** Takes a position that is sent with a record. */
    void add(int partition, long position) {
        sent.merge(partition, position, Math::max);
    }

    /** Whether a position needs a record of its own now; if so, it counts as sent. */
    boolean take(int partition, long position) {
        long now = nanos.getAsLong();
        Long last = sentNanos.get(partition);
        if (position <= sent.getOrDefault(partition, -1L) || (last != null && now - last < INTERVAL_NANOS)) {
            return false;
        }
        sent.put(partition, position);
        sentNanos.put(partition, now);
        return true;
    }
}
