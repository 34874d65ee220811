package io.millrace.benchmarks.schedules;

import io.millrace.testing.servers.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The commands that all contenders read: the key is the id, the value the payload, headers contain time and topic. */
public final class ScheduleCommands {
    /** The header with the time, RFC 3339. */
    public static final String AT = "schedule-at";
    /** The header with the topic of the message. */
    public static final String TOPIC = "schedule-topic";

    static final int PARTITIONS = 4;

    private ScheduleCommands() {}

    /** Writes the command of each message. */
    static void write(KafkaBroker broker, String topic, String target, DueMessages messages) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "compression.type",
                "lz4",
                "batch.size",
                262_144,
                "linger.ms",
                20);
        byte[] value = messages.value();
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int message = 0; message < messages.count(); message++) {
                Headers headers = new RecordHeaders();
                headers.add(
                        AT, bytes(Instant.ofEpochMilli(messages.due(message)).toString()));
                headers.add(TOPIC, bytes(target));
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(topic, null, bytes(messages.id(message)), value, headers),
                        (place, error) -> failure.compareAndSet(null, error));
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("The commands could not be written", failure.get());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
