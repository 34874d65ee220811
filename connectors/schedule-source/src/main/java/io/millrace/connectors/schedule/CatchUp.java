package io.millrace.connectors.schedule;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Whether the partitions of commands were read up to their ends, so that schedules may fire. The ends are those that the partitions
 * have at the start, and again after each pause of the reader: commands that were written in a pause count as well.
 *
 * <p>A partition that does not move although the brokers answer is hidden by an open transaction. Each partition is waited for within
 * a bound of time, whatever the others do. The time in which the brokers do not answer does not count. For use by one thread.
 */
final class CatchUp {
    /** A running task polls more often. */
    private static final long PAUSE_NANOS = Duration.ofSeconds(5).toNanos();
    /** The brokers are queried every second. With an older answer they are silent. */
    private static final long SILENCE_NANOS = Duration.ofSeconds(4).toNanos();

    private final long patienceNanos;
    private final LongSupplier nanos;
    /** How long each partition that is behind its end has not moved. */
    private final Map<Integer, Long> stuck = new HashMap<>();

    private Map<Integer, Long> ends = Map.of();
    private Map<Integer, Long> positions = Map.of();
    /** The ends must be queried from here on. */
    private long since;

    private long lastPoll;
    private long lastUpdate;
    private boolean complete;

    /**
     * Before the start.
     *
     * @param patience how long a partition may not move
     * @param nanos a clock
     */
    CatchUp(Duration patience, LongSupplier nanos) {
        this.patienceNanos = patience.toNanos();
        this.nanos = nanos;
        this.lastPoll = nanos.getAsLong();
        restart(lastPoll);
    }

    /** Begins a poll. If the last one is long ago, everything begins again. */
    void beginPoll() {
        long now = nanos.getAsLong();
        if (now - lastPoll > PAUSE_NANOS) {
            restart(now);
        }
        lastPoll = now;
    }

    private void restart(long now) {
        since = now;
        lastUpdate = now;
        ends = Map.of();
        stuck.clear();
        complete = false;
    }

    /**
     * Takes what is known after a poll.
     *
     * @param newPositions the next offset of each partition; empty before the start
     * @param latestEnds the ends of the partitions by the last answer of the brokers
     * @param askedNanos when the brokers were asked for them
     */
    void update(Map<Integer, Long> newPositions, Map<Integer, Long> latestEnds, long askedNanos) {
        long now = nanos.getAsLong();
        if (ends.isEmpty() && !newPositions.isEmpty() && askedNanos - since >= 0) {
            ends = Map.copyOf(latestEnds);
        }
        long passed = now - askedNanos > SILENCE_NANOS ? 0 : Math.min(now - lastUpdate, SILENCE_NANOS);
        ends.forEach((partition, end) -> {
            long position = newPositions.getOrDefault(partition, 0L);
            boolean moved = position != positions.getOrDefault(partition, -1L);
            if (moved || position >= end) {
                stuck.remove(partition);
            } else {
                stuck.merge(partition, passed, Long::sum);
            }
        });
        positions = Map.copyOf(newPositions);
        lastUpdate = now;
        complete |= !ends.isEmpty()
                && findBehind().stream().allMatch(partition -> stuck.getOrDefault(partition, 0L) > patienceNanos);
    }

    /** Whether each partition was read to its end, or waited for long enough. */
    boolean isComplete() {
        return complete;
    }

    /** The partitions whose commands are hidden at present although {@link #isComplete}. */
    Set<Integer> findHidden() {
        return complete ? findBehind() : Set.of();
    }

    private Set<Integer> findBehind() {
        return ends.entrySet().stream()
                .filter(end -> positions.getOrDefault(end.getKey(), 0L) < end.getValue())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
