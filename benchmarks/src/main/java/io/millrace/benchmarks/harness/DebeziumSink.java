package io.millrace.benchmarks.harness;

import java.util.Map;

/** The options of Debezium's JDBC sink that make it fastest. One connection is enough for one task. */
public final class DebeziumSink {
    private DebeziumSink() {}

    /** The options, but for the name, the topics and the converters. */
    public static Map<String, String> connectorOptions(ViewDatabase database, String table) {
        return Map.ofEntries(
                Map.entry("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector"),
                Map.entry("connection.url", database.url(database.batchingOption())),
                Map.entry("connection.username", ViewDatabase.USER),
                Map.entry("connection.password", ViewDatabase.PASSWORD),
                Map.entry("insert.mode", "upsert"),
                Map.entry("primary.key.mode", "record_key"),
                Map.entry("schema.evolution", "none"),
                Map.entry("collection.name.format", table),
                Map.entry("use.reduction.buffer", "true"),
                Map.entry("batch.size", "2000"),
                Map.entry("dialect.postgres.unnest.insert.enabled", "true"));
    }
}
