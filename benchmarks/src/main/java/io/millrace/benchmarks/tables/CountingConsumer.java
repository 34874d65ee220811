package io.millrace.benchmarks.tables;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Reads all records with the settings of a table, and keeps none. */
final class CountingConsumer implements MeasuredTable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int FETCH_BYTES = 50 << 20;

    private CountingConsumer() {}

    static MeasuredTable load(TableTopic topic) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                topic.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "fetch.max.bytes",
                FETCH_BYTES,
                "enable.auto.commit",
                false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, topic.partitions())
                    .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long count = 0;
            while (count < topic.records()) {
                count += consumer.poll(POLL).count();
            }
        }
        return new CountingConsumer();
    }

    @Override
    public int firstByte(String key) {
        return MISSING;
    }

    @Override
    public byte @Nullable [] value(String key) {
        return null;
    }

    @Override
    public void close() {}
}
