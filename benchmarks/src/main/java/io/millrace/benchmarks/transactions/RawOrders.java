package io.millrace.benchmarks.transactions;

import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A raw topic: changes of orders as Debezium writes them in JSON without schemas, each of another order. */
final class RawOrders {
    static final String TOPIC = "raw.orders";
    static final int PARTITIONS = 4;

    private static final int CUSTOMERS = 1000;
    private static final String SOURCE =
            "\"source\":{\"version\":\"3.6.0.Final\",\"connector\":\"mysql\",\"name\":\"shop\","
                    + "\"ts_ms\":1700000000123,\"snapshot\":\"false\",\"db\":\"shop\",\"table\":\"orders\",\"server_id\":1,"
                    + "\"file\":\"binlog.000002\",\"pos\":157,\"row\":0}";

    private RawOrders() {}

    /** The status of an order after its change. */
    static String status(int id) {
        return id % 2 == 0 ? "PAID" : "SHIPPED";
    }

    /** Creates the topic, and writes a change of each order from 0 on. */
    static void write(KafkaBroker broker, int orders) {
        Topics.createTopic(broker, TOPIC, PARTITIONS);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "compression.type",
                "lz4",
                "batch.size",
                262_144,
                "linger.ms",
                20);
        AtomicReference<Exception> failure = new AtomicReference<>();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int id = 0; id < orders; id++) {
                Future<RecordMetadata> unused = producer.send(
                        new ProducerRecord<>(TOPIC, bytes("{\"id\":" + id + "}"), bytes(change(id))),
                        (place, error) -> failure.compareAndSet(null, error));
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("The raw topic could not be written", failure.get());
        }
    }

    private static String change(int id) {
        return "{\"before\":" + row(id, "NEW") + ",\"after\":" + row(id, status(id)) + "," + SOURCE
                + ",\"op\":\"u\",\"ts_ms\":1700000000200}";
    }

    private static String row(int id, String status) {
        return "{\"id\":" + id + ",\"customer_id\":" + id % CUSTOMERS + ",\"status\":\"" + status
                + "\",\"currency\":\"EUR\",\"note\":\"leave it at the door\"}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
