package io.millrace.connectors.projection.task;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The offsets up to which Connect had delivered or dropped records when it last asked for what is committed. Records that a
 * converter or a transform refuses or drops never come to a task. Connect reports a refused record by itself and tells the
 * task nothing of it, so only what was passed one commit interval ago counts as reported.
 */
final class ConsumedOffsets {
    private final Map<TopicPartition, Long> offsets = new HashMap<>();
    private boolean seeking;

    /** The consumer is to go elsewhere: what Connect says is outdated until {@link #endSeek}. */
    void awaitSeek() {
        seeking = true;
        offsets.clear();
    }

    /** Connect delivers records from where the consumer was sent to. */
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

    /** The offset up to which there is nothing more to come; 0 if that is not known. */
    long offsetOf(TopicPartition partition) {
        return offsets.getOrDefault(partition, 0L);
    }
}
