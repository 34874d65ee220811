package io.millrace.benchmarks.redrive;

import io.millrace.benchmarks.harness.RecordWriter;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Events of 200 keys as JSON without schemas, of which one in twenty does not fit the table. */
final class KeyedEvents {
    private static final int KEYS = 200;
    private static final int REFUSED = 20;

    private KeyedEvents() {}

    /** Writes events evenly. */
    static void write(KafkaBroker broker, String topic, int count, int inASecond) {
        try (RecordWriter writer = RecordWriter.even(broker, inASecond)) {
            for (int event = 0; event < count; event++) {
                int id = event % KEYS;
                int fits = (event / KEYS + id) % REFUSED == 0 ? 0 : 1;
                writer.send(new ProducerRecord<>(
                        topic,
                        bytes("{\"id\":" + id + "}"),
                        bytes("{\"id\":" + id + ",\"seq\":" + event + ",\"fits\":" + fits + "}")));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
