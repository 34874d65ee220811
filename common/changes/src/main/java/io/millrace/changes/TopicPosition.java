package io.millrace.changes;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The position of a source connector that reads topics, as Connect stores it. The names are those of the offsets of Connect's
 * sinks, with the ids that identify the topic:
 *
 * <pre>
 * source partition = { kafka_topic: topic, kafka_partition: partition }
 * source offset    = { kafka_offset: next-offset [ , kafka_cluster_id: cluster-id, kafka_topic_id: topic-id ] }
 * </pre>
 *
 * <p>{@code next-offset} is the offset of the next record to read. In the source offset of a record it is the offset after
 * that record, so the record's own offset is {@link #recordOffset}.
 *
 * @param partition from 0
 * @param nextOffset at least 0
 * @param clusterId the id of the cluster; null if an operator has set the offset without it
 * @param topicId the id of the topic, which changes if the topic is created again; null if an operator has set the offset
 *     without it
 */
public record TopicPosition(
        String topic,
        int partition,
        long nextOffset,
        @Nullable String clusterId,
        @Nullable String topicId) {
    public static final String TOPIC = "kafka_topic";
    public static final String PARTITION = "kafka_partition";
    public static final String OFFSET = "kafka_offset";
    public static final String CLUSTER_ID = "kafka_cluster_id";
    public static final String TOPIC_ID = "kafka_topic_id";

    public TopicPosition {
        if (partition < 0 || nextOffset < 0) {
            throw new IllegalArgumentException(
                    "expected a partition and an offset from 0 on, found " + partition + " and " + nextOffset);
        }
    }

    /**
     * The source partition. Connect finds an offset by the bytes of its source partition, whose order of fields is the map's. So
     * the map is a {@link HashMap}, as Connect makes them of the partitions in requests.
     */
    public static Map<String, Object> toSourcePartition(String topic, int partition) {
        Map<String, Object> sourcePartition = new HashMap<>();
        sourcePartition.put(TOPIC, topic);
        sourcePartition.put(PARTITION, partition);
        return sourcePartition;
    }

    /** The source offset. */
    public Map<String, Object> toSourceOffset() {
        Map<String, Object> offset = new HashMap<>();
        offset.put(OFFSET, nextOffset);
        if (clusterId != null) {
            offset.put(CLUSTER_ID, clusterId);
        }
        if (topicId != null) {
            offset.put(TOPIC_ID, topicId);
        }
        return offset;
    }

    /** The position in a source partition and offset; empty if they are those of another source. */
    public static Optional<TopicPosition> find(
            @Nullable Map<String, ?> sourcePartition, @Nullable Map<String, ?> sourceOffset) {
        return sourcePartition != null
                        && sourceOffset != null
                        && sourcePartition.get(TOPIC) instanceof String topic
                        && sourcePartition.get(PARTITION) instanceof Number partition
                        && sourceOffset.get(OFFSET) instanceof Number offset
                ? Optional.of(new TopicPosition(
                        topic, partition.intValue(), offset.longValue(), (String) sourceOffset.get(CLUSTER_ID), (String)
                                sourceOffset.get(TOPIC_ID)))
                : Optional.empty();
    }

    /** The offset of the record that has this position as its source offset. */
    public long recordOffset() {
        return nextOffset - 1;
    }
}
