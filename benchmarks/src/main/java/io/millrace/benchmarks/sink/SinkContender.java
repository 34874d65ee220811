package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.DebeziumSink;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.util.Map;
import java.util.TreeMap;

/** A sink connector that is measured, with what makes it fast. */
public enum SinkContender {
    MILLRACE("Millrace", true, true),
    DEBEZIUM("Debezium", false, false),
    /** With Connect's own converter, to separate the converter's part of a difference from the sink's. */
    MILLRACE_JSON_CONVERTER("Millrace, JsonConverter", true, false),
    /** With the converter that the peer does not come with, likewise. */
    DEBEZIUM_STREAMING("Debezium, Streaming…", false, true),
    /** With {@code hold.key.order}, while nothing is held. */
    MILLRACE_KEY_ORDER("Millrace, key order", true, true);

    private final String title;
    private final boolean ownSink;
    private final boolean ownConverter;

    SinkContender(String title, boolean ownSink, boolean ownConverter) {
        this.title = title;
        this.ownSink = ownSink;
        this.ownConverter = ownConverter;
    }

    /** Whether it reads by the converter of Millrace's that there is for the format. */
    public boolean ownConverter() {
        return ownConverter;
    }

    /** The connector's options, but for converters and the consumer's. */
    public Map<String, String> options(
            String name, String topic, String brokers, ViewDatabase database, String table, OrderShape shape) {
        Map<String, String> options = new TreeMap<>(
                ownSink
                        ? millraceOptions(brokers, database, table, shape)
                        : DebeziumSink.connectorOptions(database, table));
        options.put("topics", topic);
        if (this == MILLRACE_KEY_ORDER) {
            options.put("topics", topic + "," + name + ".retry");
            options.put("hold.key.order", "true");
            options.put("errors.tolerance", "all");
            options.put("errors.deadletterqueue.topic.name", name + ".dlq");
            options.put("errors.deadletterqueue.topic.replication.factor", "1");
            options.put("errors.deadletterqueue.context.headers.enable", "true");
            options.put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
        }
        return options;
    }

    private static Map<String, String> millraceOptions(
            String brokers, ViewDatabase database, String table, OrderShape shape) {
        Map<String, String> options = new TreeMap<>(Map.of(
                "connector.class",
                "io.millrace.connectors.projection.ProjectionSinkConnector",
                "kafka.bootstrap.servers",
                brokers,
                "connection.url",
                database.url(),
                "connection.user",
                ViewDatabase.USER,
                "connection.password",
                ViewDatabase.PASSWORD));
        addProjection(options, "orders", table, shape);
        return options;
    }

    /** Adds a projection of the records to a table. */
    static void addProjection(Map<String, String> options, String name, String table, OrderShape shape) {
        options.merge("projections", name, (others, added) -> others + "," + added);
        options.put("projection." + name + ".kind", "upsert");
        options.put("projection." + name + ".table", table);
        options.put("projection." + name + ".key", OrderShape.KEY + " = key." + OrderShape.KEY);
        options.put("projection." + name + ".columns", shape.valueNames());
    }

    @Override
    public String toString() {
        return title;
    }
}
