package io.millrace.connectors.projection.task;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The offsets up to which Connect had delivered or dropped records when it last requested the committed offsets.
 * Records that a converter or a transform refuses or drops never come to a task. Connect reports a refused record
 * itself without informing the task, so a record counts as reported one commit interval after it was passed.
 */
final class ConsumedOffsets {
    private final Map<TopicPartition, Long> offsets = new HashMap<>();
    private boolean seeking;

    /** The consumer will seek: Connect's offsets are outdated until {@link #endSeek}. */
    void awaitSeek() {
        seeking = true;
        offsets.clear();
    }

    /** Connect delivers records from the position of the seek. */
    void endSeek() {
        seeking = false;
    }

    void remember(Map<TopicPartition, OffsetAndMetadata> current) {
        if (!seeking) {
            offsets.clear();
            current.forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        }
    }

    void forget(Collection<TopicPartition> partitions) {
        offsets.keySet().removeAll(partitions);
    }

    /** The offset up to which there is nothing more to come; 0 if that is unknown. */
    long offsetOf(TopicPartition partition) {
        return offsets.getOrDefault(partition, 0L);
    }
}
