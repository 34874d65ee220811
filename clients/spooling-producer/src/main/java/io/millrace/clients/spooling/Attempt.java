package io.millrace.clients.spooling;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One of Kafka's producers, from its creation until a failure, and the offsets that it had answers for. The offsets belong to the {@link RecordRouter},
 * which has a lock for them.
 */
final class Attempt {
    private static final long NONE = -1;

    final Producer<byte[], byte[]> producer;
    /** The last acknowledged offset of each partition of a topic. */
    private final Map<String, long[]> acknowledged = new HashMap<>();
    /** The topic of the last answer: the next one is most likely of it, too. */
    private @Nullable String lastTopic;
    /** The offsets of {@link #lastTopic}. */
    private long[] lastOffsets = {};

    Attempt(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /** Takes over what a former producer had answers for. */
    void follow(Attempt former) {
        former.acknowledged.forEach((topic, offsets) -> acknowledged.put(topic, offsets.clone()));
    }

    void acknowledge(RecordMetadata metadata) {
        if (!metadata.hasOffset() || metadata.partition() < 0) {
            return;
        }
        int partition = metadata.partition();
        String topic = metadata.topic();
        if (!topic.equals(lastTopic) || partition >= lastOffsets.length) {
            lastOffsets = offsetsOf(topic, partition);
            lastTopic = topic;
        }
        // The answers of a partition come in its order; a smaller offset is one of a topic that was made again.
        lastOffsets[partition] = metadata.offset();
    }

    private long[] offsetsOf(String topic, int partition) {
        long[] offsets = acknowledged.getOrDefault(topic, new long[0]);
        if (partition >= offsets.length) {
            int before = offsets.length;
            offsets = Arrays.copyOf(offsets, partition + 1);
            Arrays.fill(offsets, before, offsets.length, NONE);
            acknowledged.put(topic, offsets);
        }
        return offsets;
    }

    /** The last acknowledged offset of a partition; -1 if there is none. */
    long floor(String topic, int partition) {
        long[] offsets = acknowledged.get(topic);
        return offsets == null || partition >= offsets.length ? NONE : offsets[partition];
    }
}
