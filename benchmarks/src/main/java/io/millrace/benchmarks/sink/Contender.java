package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.ViewDatabase;
import java.util.Map;

/** A sink connector that is measured, with what makes it fast. */
enum Contender {
    MILLRACE {
        @Override
        Map<String, String> options(ViewDatabase database, String table) {
            return Map.of(
                    "connector.class", "io.millrace.connectors.projection.ProjectionSinkConnector",
                    "connection.url", database.url(),
                    "connection.user", ViewDatabase.USER,
                    "connection.password", ViewDatabase.PASSWORD,
                    "projections", "orders",
                    "projection.orders.kind", "upsert",
                    "projection.orders.table", table,
                    "projection.orders.key", "order_id = key.order_id",
                    "projection.orders.columns", "customer, total, revision");
        }
    },

    /** One connection is enough for one task; more of them change nothing. */
    DEBEZIUM {
        @Override
        Map<String, String> options(ViewDatabase database, String table) {
            return Map.ofEntries(
                    Map.entry("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector"),
                    Map.entry("connection.url", database.url(batching(database))),
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

        private String batching(ViewDatabase database) {
            return database.name().equals("mysql") ? "rewriteBatchedStatements=true" : "reWriteBatchedInserts=true";
        }
    };

    /** The connector's options, but for topics, converters and the consumer's. */
    abstract Map<String, String> options(ViewDatabase database, String table);

    @Override
    public String toString() {
        return name().charAt(0) + name().substring(1).toLowerCase(java.util.Locale.ROOT);
    }
}
