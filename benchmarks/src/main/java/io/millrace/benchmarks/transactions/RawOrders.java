package io.millrace.benchmarks.transactions;

import io.millrace.benchmarks.harness.RecordWriter;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.ProducerRecord;

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
        try (RecordWriter writer = RecordWriter.fast(broker)) {
            for (int id = 0; id < orders; id++) {
                writer.send(new ProducerRecord<>(TOPIC, bytes("{\"id\":" + id + "}"), bytes(change(id))));
            }
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
