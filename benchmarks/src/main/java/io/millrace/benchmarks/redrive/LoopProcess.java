package io.millrace.benchmarks.redrive;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What people write for themselves: a consumer and a producer that send the chosen letters to a topic at once, in transactions. */
public final class LoopProcess {
    private LoopProcess() {}

    /** Takes bootstrap servers, the queue, the topic and the consumer group; runs until it is ended. */
    public static void main(String[] words) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                words[0],
                                "group.id",
                                words[3],
                                "auto.offset.reset",
                                "earliest",
                                "isolation.level",
                                "read_committed",
                                "enable.auto.commit",
                                false,
                                "max.poll.records",
                                5000),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", words[0], "transactional.id", words[3]),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.initTransactions();
            consumer.subscribe(List.of(words[1]));
            while (true) {
                ConsumerRecords<byte[], byte[]> letters = consumer.poll(Duration.ofMillis(100));
                if (!letters.isEmpty()) {
                    send(letters, words[2], producer, consumer);
                }
            }
        }
    }

    private static void send(
            ConsumerRecords<byte[], byte[]> letters,
            String topic,
            KafkaProducer<byte[], byte[]> producer,
            KafkaConsumer<byte[], byte[]> consumer) {
        producer.beginTransaction();
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
            positions.put(
                    new TopicPartition(letter.topic(), letter.partition()), new OffsetAndMetadata(letter.offset() + 1));
            byte[] chosen = letter.headers().lastHeader(Letters.CHOSEN).value();
            if (new String(chosen, StandardCharsets.UTF_8).equals("true")) {
                Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(
                        topic, null, letter.timestamp(), letter.key(), letter.value(), letter.headers()));
            }
        }
        producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
        producer.commitTransaction();
    }
}
