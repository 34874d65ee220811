package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.DebeziumSink;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.util.Locale;
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

    DEBEZIUM {
        @Override
        Map<String, String> options(ViewDatabase database, String table) {
            return DebeziumSink.options(database, table);
        }
    };

    /** The connector's options, but for topics, converters and the consumer's. */
    abstract Map<String, String> options(ViewDatabase database, String table);

    @Override
    public String toString() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}
