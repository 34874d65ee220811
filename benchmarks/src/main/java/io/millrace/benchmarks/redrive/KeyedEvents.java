package io.millrace.benchmarks.redrive;

import io.millrace.testing.servers.KafkaBroker;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** Events of 200 keys as JSON without schemas, of which one in twenty does not fit the table. */
final class KeyedEvents {
    private static final int KEYS = 200;
    private static final int REFUSED = 20;

    private KeyedEvents() {}

    /** Writes events evenly. */
    static void write(KafkaBroker broker, String topic, int count, int inASecond) {
        AtomicReference<Exception> failure = new AtomicReference<>();
        long begin = System.nanoTime();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (int event = 0; event < count; event++) {
                long due = begin + event * Duration.ofSeconds(1).toNanos() / inASecond;
                LockSupport.parkNanos(due - System.nanoTime());
                int id = event % KEYS;
                int fits = (event / KEYS + id) % REFUSED == 0 ? 0 : 1;
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(
                                topic,
                                "{\"id\":" + id + "}",
                                "{\"id\":" + id + ",\"seq\":" + event + ",\"fits\":" + fits + "}"),
                        (place, error) -> failure.compareAndSet(null, error));
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("The events could not be written", failure.get());
        }
    }
}
