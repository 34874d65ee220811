package io.millrace.benchmarks.schedules;

import io.millrace.benchmarks.harness.RecordWriter;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

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
        byte[] value = messages.value();
        try (RecordWriter writer = RecordWriter.fast(broker)) {
            for (int message = 0; message < messages.count(); message++) {
                Headers headers = new RecordHeaders();
                headers.add(
                        AT, bytes(Instant.ofEpochMilli(messages.due(message)).toString()));
                headers.add(TOPIC, bytes(target));
                writer.send(new ProducerRecord<>(topic, null, bytes(messages.id(message)), value, headers));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
