package io.millrace.connectors.projection.rebuild;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * How far a rebuild is.
 *
 * @param recordsBehind how many offsets the shadows are behind the views; -1 if they have been swapped
 * @param unclaimed the partitions that the connector that rebuilds has not claimed
 * @param waitsFor the partitions that hold the rebuild up, for a message; empty if there are none
 */
public record RebuildProgress(long recordsBehind, List<TopicPartition> unclaimed, String waitsFor) {
    /** The views have been swapped. */
    static final RebuildProgress DONE = new RebuildProgress(-1, List.of(), "");

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    public RebuildProgress {
        unclaimed = List.copyOf(unclaimed);
    }

    /**
     * Compares two connectors.
     *
     * @param theirs the next offsets of the connector that is replaced
     * @param own those of the connector that rebuilds
     */
    static RebuildProgress compare(Map<TopicPartition, Long> theirs, Map<TopicPartition, Long> own) {
        List<TopicPartition> unclaimed = new ArrayList<>();
        List<String> waitsFor = new ArrayList<>();
        long records = 0;
        Map<TopicPartition, Long> ordered = new TreeMap<>(ORDER);
        ordered.putAll(theirs);
        for (Map.Entry<TopicPartition, Long> their : ordered.entrySet()) {
            TopicPartition partition = their.getKey();
            long reached = own.getOrDefault(partition, 0L);
            long behind = their.getValue() - reached;
            if (behind > 0) {
                records += behind;
                boolean claimed = own.containsKey(partition);
                if (!claimed) {
                    unclaimed.add(partition);
                }
                waitsFor.add(
                        partition + " (at " + reached + " of " + their.getValue() + (claimed ? ")" : ", not claimed)"));
            }
        }
        return new RebuildProgress(records, unclaimed, String.join(", ", waitsFor));
    }
}
