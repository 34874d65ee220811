package io.millrace.benchmarks.latency;

import io.millrace.benchmarks.harness.DebeziumSink;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The connectors between the service's table and the view. The settings that determine the time are the same for both:
 * the poll interval of the source, its commits, and the fetch size of a consumer.
 */
enum Chain {
    MILLRACE {
        @Override
        Map<String, String> source(String topic) {
            return Map.of(
                    "connector.class", "io.millrace.connectors.event.EventSourceConnector",
                    "wrapped.connector.class", "io.debezium.connector.mysql.MySqlConnector",
                    "transaction.boundary", "connector",
                    "context.keys", "requestId,userId,traceparent",
                    "context.sources", "comment",
                    "events.source", "/shop",
                    "events.table.1",
                            "shop.orders; key: id; fields: id, customer_id, status, currency, total, placed_at,"
                                    + " version; revision: row.version; topic: " + topic,
                    "events.rule.1", "OrderPlaced; table: shop.orders; on: create, read");
        }

        @Override
        Map<String, String> sink(String brokers, ViewDatabase database, String table) {
            return Map.ofEntries(
                    Map.entry("kafka.bootstrap.servers", brokers),
                    Map.entry("connector.class", "io.millrace.connectors.projection.ProjectionSinkConnector"),
                    Map.entry("header.converter", "org.apache.kafka.connect.storage.StringConverter"),
                    Map.entry("connection.url", database.url()),
                    Map.entry("connection.user", ViewDatabase.USER),
                    Map.entry("connection.password", ViewDatabase.PASSWORD),
                    Map.entry("projections", "orders"),
                    Map.entry("projection.orders.kind", "upsert"),
                    Map.entry("projection.orders.table", table),
                    Map.entry("projection.orders.key", "id = key.id"),
                    Map.entry("projection.orders.columns", "customer_id, status, currency, total, placed_at, version"));
        }
    },

    DEBEZIUM {
        @Override
        Map<String, String> source(String topic) {
            return Map.of(
                    "transforms", "unwrap,route",
                    "transforms.unwrap.type", "io.debezium.transforms.ExtractNewRecordState",
                    "transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter",
                    "transforms.route.regex", ".*\\.shop\\.orders",
                    "transforms.route.replacement", topic);
        }

        @Override
        Map<String, String> sink(String brokers, ViewDatabase database, String table) {
            return DebeziumSink.connectorOptions(database, table);
        }
    },

    /** As {@link #MILLRACE}, with the options of the command line. */
    TUNED {
        @Override
        Map<String, String> source(String topic) {
            return MILLRACE.source(topic);
        }

        @Override
        Map<String, String> sink(String brokers, ViewDatabase database, String table) {
            return MILLRACE.sink(brokers, database, table);
        }
    };

    /** The options of the source that are added to the common ones or replace them; it writes to the topic. */
    abstract Map<String, String> source(String topic);

    /** The sink, but for the topic and the consumer. */
    abstract Map<String, String> sink(String brokers, ViewDatabase database, String table);

    Map<String, String> sourceOptions(String name, String topic, ShopDatabase shop, String brokers) {
        Map<String, String> options = new TreeMap<>(Map.ofEntries(
                Map.entry("connector.class", "io.debezium.connector.mysql.MySqlConnector"),
                Map.entry("tasks.max", "1"),
                Map.entry("database.hostname", "127.0.0.1"),
                Map.entry("database.port", Integer.toString(shop.port())),
                Map.entry("database.user", "debezium"),
                Map.entry("database.password", ShopDatabase.PASSWORD),
                Map.entry("database.server.id", "5600"),
                Map.entry("topic.prefix", name),
                Map.entry("table.include.list", "shop.orders"),
                Map.entry("column.exclude.list", "shop.orders.paid_at,shop.orders.shipped_at"),
                Map.entry("include.schema.changes", "false"),
                Map.entry("tombstones.on.delete", "false"),
                Map.entry("schema.history.internal.kafka.bootstrap.servers", brokers),
                Map.entry("schema.history.internal.kafka.topic", name + ".schema-history"),
                Map.entry("exactly.once.support", "required"),
                Map.entry("transaction.boundary", "poll"),
                Map.entry("poll.interval.ms", "5"),
                Map.entry("producer.override.linger.ms", "0"),
                Map.entry("topic.creation.default.partitions", "1"),
                Map.entry("topic.creation.default.replication.factor", "-1")));
        options.putAll(source(topic));
        return options;
    }

    Map<String, String> sinkOptions(String topic, String brokers, ViewDatabase database, String table) {
        Map<String, String> options = new TreeMap<>(sink(brokers, database, table));
        options.putAll(Map.of(
                "tasks.max", "1",
                "topics", topic,
                "consumer.override.isolation.level", "read_committed",
                "consumer.override.max.poll.records", "2000",
                "consumer.override.fetch.min.bytes", "1"));
        return options;
    }

    @Override
    public String toString() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}
