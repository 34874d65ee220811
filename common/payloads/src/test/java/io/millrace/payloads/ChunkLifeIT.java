package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/**
 * A day of chunks in half a minute, on a real broker with short retentions: a few documents are sent again and again. Every retained
 * record's payload can be read at every moment, and in the end no chunk is left.
 */
class ChunkLifeIT {
    private static final Duration DAY = Duration.ofSeconds(30);
    private static final long RETENTION_MS = 5_000;
    private static final long SEGMENT_MS = 1_000;
    private static final TopicPartition RECORDS = new TopicPartition("orders", 0);

    @Test
    void everyRetainedRecordCanBeReadAndNoChunkStays() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(
                        Installation.locate(),
                        ServerDirectories.newDirectory("chunk-life"),
                        Map.of(
                                "log.retention.check.interval.ms", "300",
                                "log.initial.task.delay.ms", "300",
                                "log.segment.delete.delay.ms", "0"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(
                            topic("orders", RETENTION_MS),
                            // Longer by the segment of the records, by the broker's delays, and by a second in which
                            // chunks are shared.
                            topic("chunks", RETENTION_MS + SEGMENT_MS + 5_000)))
                    .all()
                    .get();
            Map<String, Object> options = Map.of(
                    "payload.store",
                    "kafka:chunks",
                    "payload.read.locations",
                    "kafka:chunks",
                    "payload.threshold.bytes",
                    0,
                    "payload.kafka.bootstrap.servers",
                    broker.bootstrapServers(),
                    "payload.chunk.retention.ms",
                    RETENTION_MS + SEGMENT_MS + 4_000);
            try (PayloadWriter writer = Payloads.openWriter(PayloadOptions.WRITING.read(options), "ChunkLifeIT");
                    PayloadReader reader = Payloads.openReader(PayloadOptions.READING.read(options), "ChunkLifeIT")) {
                playDay(broker, writer, reader);
                assertThat(writer.metrics().getDuplicatesSaved())
                        .as("shared for a while")
                        .isPositive();
                assertThat(writer.metrics().getStoredPayloads())
                        .as("and not for the whole day")
                        .isGreaterThan(20);
            }
            await().atMost(2, TimeUnit.MINUTES)
                    .untilAsserted(() -> assertThat(retained(broker, "chunks")).isZero());
        }
    }

    private static NewTopic topic(String name, long retentionMs) {
        return new NewTopic(name, 1, (short) 1)
                .configs(Map.of("retention.ms", Long.toString(retentionMs), "segment.ms", Long.toString(SEGMENT_MS)));
    }

    private static void playDay(KafkaBroker broker, PayloadWriter writer, PayloadReader reader) throws Exception {
        Random random = Seed.random("ChunkLifeIT");
        Map<Long, String> documents = new HashMap<>();
        long end = System.nanoTime() + DAY.toNanos();
        int read = 0;
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer());
                KafkaConsumer<String, String> consumer = consumer(broker)) {
            while (System.nanoTime() < end) {
                String document = "document " + random.nextInt(5);
                PayloadReference reference = writer.writeNow("orders", document.getBytes(StandardCharsets.UTF_8), null);
                long offset = producer.send(new ProducerRecord<>("orders", reference.toString()))
                        .get()
                        .offset();
                documents.put(offset, document);
                read += readRetained(consumer, reader, documents);
            }
        }
        assertThat(documents.size()).isGreaterThan(50);
        assertThat(read).isGreaterThan(documents.size());
    }

    private static KafkaConsumer<String, String> consumer(KafkaBroker broker) {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.assign(List.of(RECORDS));
        return consumer;
    }

    /** Reads some of the retained records, the oldest among them. */
    private static int readRetained(
            KafkaConsumer<String, String> consumer, PayloadReader reader, Map<Long, String> documents) {
        consumer.seekToBeginning(List.of(RECORDS));
        int read = 0;
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofSeconds(1))) {
            if (read == 5) {
                break;
            }
            byte[] payload;
            try {
                payload = reader.readNow(PayloadReference.parse(record.value()));
            } catch (MissingPayloadException e) {
                Collection<Long> first =
                        consumer.beginningOffsets(List.of(RECORDS)).values();
                assertThat(first.iterator().next())
                        .as("the record at %s was deleted meanwhile: %s", record.offset(), e.getMessage())
                        .isGreaterThan(record.offset());
                continue;
            }
            assertThat(new String(payload, StandardCharsets.UTF_8)).isEqualTo(documents.get(record.offset()));
            read++;
        }
        return read;
    }

    private static long retained(KafkaBroker broker, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer = consumer(broker)) {
            return consumer.endOffsets(List.of(partition)).get(partition)
                    - consumer.beginningOffsets(List.of(partition)).get(partition);
        }
    }
}
