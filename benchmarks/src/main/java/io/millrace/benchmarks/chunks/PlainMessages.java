package io.millrace.benchmarks.chunks;

import io.millrace.testing.servers.KafkaBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The same bytes as plain messages: cut to the chunks' size before the clock runs, without keys, headers, hashes and
 * manifests, by a producer with the same acknowledgements and memory.
 */
final class PlainMessages implements ChunkContender {
    private final KafkaBroker broker;
    private final String topic;
    private final int partitions;
    private final Map<String, Object> settings;
    private KafkaProducer<byte[], byte[]> producer;
    private long sent;

    PlainMessages(KafkaBroker broker, String topic, int partitions, int messageBytes) {
        this.broker = broker;
        this.topic = topic;
        this.partitions = partitions;
        int request = messageBytes + 1024;
        this.settings = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "acks",
                "all",
                "linger.ms",
                0,
                "batch.size",
                request,
                "max.request.size",
                Math.max(1024 * 1024, request),
                "buffer.memory",
                32L * 1024 * 1024);
    }

    @Override
    public void open() throws Exception {
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        store(List.of(new byte[] {1}));
    }

    @Override
    public void store(List<byte[]> messages) throws Exception {
        List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
        for (byte[] message : messages) {
            acknowledged.add(
                    producer.send(new ProducerRecord<>(topic, acknowledged.size() % partitions, null, message)));
            sent += message.length;
        }
        for (Future<RecordMetadata> each : acknowledged) {
            each.get();
        }
    }

    @Override
    public void read() {
        Map<String, Object> consuming = new HashMap<>();
        consuming.put("bootstrap.servers", broker.bootstrapServers());
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(all);
            consumer.seekToBeginning(all);
            long read = 0;
            while (read < sent) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    read += record.value().length;
                }
            }
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
