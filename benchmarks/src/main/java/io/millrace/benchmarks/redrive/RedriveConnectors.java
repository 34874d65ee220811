package io.millrace.benchmarks.redrive;

import io.millrace.benchmarks.harness.ViewDatabase;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The configurations of Millrace's connectors. */
final class RedriveConnectors {
    private RedriveConnectors() {}

    /** A redrive source. */
    static Map<String, String> source(String bootstrapServers, String queue, String backoff, String target) {
        Map<String, String> options = new TreeMap<>();
        options.put("connector.class", "io.millrace.connectors.redrive.RedriveSourceConnector");
        options.put("tasks.max", Integer.toString(Letters.PARTITIONS));
        options.put("letters.topics", queue);
        options.put("letters.refresh.interval.ms", "1000");
        options.put("backoff", backoff);
        options.put("max.attempts", "1000000");
        options.put("target", target);
        options.put("kafka.bootstrap.servers", bootstrapServers);
        options.put("exactly.once.support", "required");
        options.put("transaction.boundary", "connector");
        for (String part : List.of("key", "value", "header")) {
            options.put(part + ".converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        }
        return options;
    }

    /** A sink that keeps the order of keys, and writes each event to a table. */
    static Map<String, String> sink(
            String bootstrapServers, ViewDatabase database, String name, String topic, String queue, String table) {
        Map<String, String> options = new TreeMap<>();
        options.put("connector.class", "io.millrace.connectors.projection.ProjectionSinkConnector");
        options.put("tasks.max", "2");
        options.put("topics", topic + "," + name + ".retry");
        options.put("hold.key.order", "true");
        options.put("hold.max", "1000000");
        options.put("kafka.bootstrap.servers", bootstrapServers);
        options.put("connection.url", database.url());
        options.put("connection.user", ViewDatabase.USER);
        options.put("connection.password", ViewDatabase.PASSWORD);
        for (String part : List.of("key", "value")) {
            options.put(part + ".converter", "io.millrace.converters.StreamingJsonConverter");
            options.put(part + ".converter.schemas.enable", "false");
        }
        options.put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
        options.put("consumer.override.isolation.level", "read_committed");
        options.put("errors.tolerance", "all");
        options.put("errors.deadletterqueue.topic.name", queue);
        options.put("errors.deadletterqueue.topic.replication.factor", "1");
        options.put("errors.deadletterqueue.context.headers.enable", "true");
        options.put("projections", table);
        options.put("projection." + table + ".kind", "append");
        options.put("projection." + table + ".key", "partition_id = partition, record_offset = offset");
        options.put("projection." + table + ".columns", "id = key.id, seq, fits");
        return options;
    }
}
