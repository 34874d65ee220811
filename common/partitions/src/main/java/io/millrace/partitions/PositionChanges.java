package io.millrace.partitions;

import io.millrace.changes.TopicPosition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * The check of positions that an operator sets or resets: the form of {@link TopicPosition}, topics that the connector reads,
 * partitions that exist, and offsets that their logs have. All are accepted, or none.
 */
public final class PositionChanges {
    private static final Set<String> PARTITION_FIELDS = Set.of(TopicPosition.TOPIC, TopicPosition.PARTITION);
    private static final Set<String> OFFSET_FIELDS =
            Set.of(TopicPosition.OFFSET, TopicPosition.CLUSTER_ID, TopicPosition.TOPIC_ID);

    private final List<String> topics;

    /** A check for a connector that reads these topics. */
    public PositionChanges(List<String> topics) {
        this.topics = List.copyOf(topics);
    }

    /**
     * Checks the changes. The brokers are queried only if a position is set.
     *
     * @param offsets a source offset, or null for a reset, of each source partition
     * @throws ConnectException if one is refused: with its place, what was expected and what was found
     */
    public void requireValid(Map<Map<String, ?>, Map<String, ?>> offsets, KafkaLogs logs) {
        Map<TopicPartition, TopicPosition> set = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            TopicPartition named = readPartition(partition);
            if (offset != null) {
                set.put(named, readPosition(named, offset));
            }
        });
        if (set.isEmpty()) {
            return;
        }
        Map<TopicPartition, PartitionLog> found;
        try {
            found = logs.readLogs(set.keySet());
        } catch (KafkaException e) {
            throw new ConnectException(refusal("the brokers could not be queried: " + e.getMessage()), e);
        }
        set.forEach((partition, position) -> requireWithinLog(partition, position, found.get(partition)));
    }

    private static TopicPartition readPartition(Map<String, ?> partition) {
        requireFields("source partition", partition, PARTITION_FIELDS);
        Object topic = partition.get(TopicPosition.TOPIC);
        long number = readNumber("source partition", partition, TopicPosition.PARTITION, Integer.MAX_VALUE);
        if (!(topic instanceof String name) || name.isEmpty()) {
            throw new ConnectException(
                    refusal("expected the name of a topic as " + TopicPosition.TOPIC + ", found " + topic));
        }
        return new TopicPartition(name, (int) number);
    }

    private TopicPosition readPosition(TopicPartition partition, Map<String, ?> offset) {
        String what = "source offset of " + partition;
        requireFields(what, offset, OFFSET_FIELDS);
        if (!topics.contains(partition.topic())) {
            throw new ConnectException(
                    refusal("expected one of the connector's topics " + topics + ", found " + partition.topic()));
        }
        return new TopicPosition(
                partition.topic(),
                partition.partition(),
                readNumber(what, offset, TopicPosition.OFFSET, Long.MAX_VALUE),
                readId(what, offset, TopicPosition.CLUSTER_ID),
                readId(what, offset, TopicPosition.TOPIC_ID));
    }

    private static void requireWithinLog(TopicPartition partition, TopicPosition position, @Nullable PartitionLog log) {
        if (log == null) {
            throw new ConnectException(refusal("expected a partition that exists, found " + partition));
        }
        if (position.nextOffset() < log.startOffset() || position.nextOffset() > log.endOffset()) {
            throw new ConnectException(refusal("expected an offset of " + partition + " from " + log.startOffset()
                    + " to " + log.endOffset() + ", as far as its log reaches; found " + position.nextOffset()));
        }
        requireSame(partition, TopicPosition.CLUSTER_ID, log.clusterId(), position.clusterId());
        requireSame(partition, TopicPosition.TOPIC_ID, log.topicId(), position.topicId());
    }

    private static void requireSame(
            TopicPartition partition, String field, @Nullable String expected, @Nullable String found) {
        if (found != null && !found.equals(expected)) {
            throw new ConnectException(refusal("expected " + field + " " + expected + " of " + partition + ", found "
                    + found + ". Leave " + field + " out, or correct it"));
        }
    }

    private static void requireFields(String what, Map<String, ?> map, Set<String> allowed) {
        if (!allowed.containsAll(map.keySet())) {
            throw new ConnectException(refusal("expected the fields " + new TreeSet<>(allowed) + " in a " + what
                    + ", found " + new TreeSet<>(map.keySet())));
        }
    }

    private static long readNumber(String what, Map<String, ?> map, String field, long most) {
        Object value = map.get(field);
        if (value instanceof Long || value instanceof Integer) {
            long number = ((Number) value).longValue();
            if (number >= 0 && number <= most) {
                return number;
            }
        }
        throw new ConnectException(
                refusal("expected a whole number from 0 on as " + field + " of a " + what + ", found " + value));
    }

    private static @Nullable String readId(String what, Map<String, ?> map, String field) {
        Object value = map.get(field);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new ConnectException(refusal("expected a text as " + field + " of a " + what + ", found " + value));
    }

    private static String refusal(String reason) {
        return "The offsets were not changed: " + reason;
    }
}
