package io.millrace.connectors.event;

import io.millrace.payloads.config.PayloadOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The options of a wrapped connector of Debezium that have another default inside of this connector. */
final class DebeziumDefaults {
    private static final String CONNECTORS = "io.debezium.connector.";
    private static final String MYSQL = CONNECTORS + "mysql.MySqlConnector";
    private static final String POSTGRES = CONNECTORS + "postgresql.PostgresConnector";
    private static final String QUEUE_BYTES = "max.queue.size.in.bytes";
    private static final String HEARTBEAT_INTERVAL = "heartbeat.interval.ms";
    private static final String TOMBSTONES = "tombstones.on.delete";
    /** Whether a change has its transaction's id and its places in it. */
    static final String TRANSACTIONS = "provide.transaction.metadata";

    private static final String QUERY = "include.query";
    private static final String PLUGIN = "plugin.name";
    private static final String UNAVAILABLE = "unavailable.value.placeholder";
    private static final String SIGNAL_TABLE = "signal.data.collection";
    private static final String SIGNAL_CHANNELS = "signal.enabled.channels";
    private static final String NOTIFICATION_CHANNELS = "notification.enabled.channels";
    private static final String NOTIFICATION_TOPIC = "notification.sink.topic.name";
    /** The channel whose notifications are records of the task. */
    private static final String RECORDS = "sink";

    private static final String HEARTBEAT_QUERY = "heartbeat.action.query";
    /** The prefix of the messages that the default of the heartbeats' statement writes. */
    static final String HEARTBEAT_PREFIX = "millrace.heartbeat";

    private DebeziumDefaults() {}

    /** Whether the connector's wrapped one is Debezium's for MySQL. */
    static boolean isMySql(Map<String, String> properties) {
        return MYSQL.equals(properties.get(EventSourceOptions.CONNECTOR_CLASS.name()));
    }

    /** Whether the connector's wrapped one is Debezium's for PostgreSQL. */
    static boolean isPostgres(Map<String, String> properties) {
        return POSTGRES.equals(properties.get(EventSourceOptions.CONNECTOR_CLASS.name()));
    }

    /** Adds the defaults to the options of the wrapped connector, if it is one of Debezium's. */
    static void addTo(Map<String, String> wrapped, Map<String, String> properties) {
        if (!isDebezium(properties)) {
            return;
        }
        // Without a limit in bytes Debezium counts records: 8192 large ones would not fit into any memory.
        wrapped.putIfAbsent(QUEUE_BYTES, EventSourceOptions.textOf(PayloadOptions.INFLIGHT_BYTES, properties));
        // Otherwise a connector whose tables have no changes, or have had none yet, has an old offset or none.
        wrapped.putIfAbsent(
                HEARTBEAT_INTERVAL, EventSourceOptions.textOf(EventSourceOptions.HEARTBEAT_INTERVAL_MS, properties));
        if (EventSourceOptions.EVENTS.areSet(properties)) {
            // Rules drop them: their keys are those of the tables.
            wrapped.putIfAbsent(TOMBSTONES, "false");
        }
        if (isMySql(properties) && EventSourceOptions.CONTEXT.areSet(properties)) {
            wrapped.putIfAbsent(QUERY, "true");
        }
        if (isPostgres(properties)) {
            addPostgres(wrapped);
        }
        if (wrapped.containsKey(SIGNAL_TABLE) || wrapped.containsKey(SIGNAL_CHANNELS)) {
            addNotifications(wrapped);
        }
    }

    /** Only a notification shows that a snapshot, which a signal requested, has failed. */
    private static void addNotifications(Map<String, String> wrapped) {
        String others = wrapped.getOrDefault(NOTIFICATION_CHANNELS, "");
        if (Arrays.stream(others.split(",", -1)).map(String::trim).noneMatch(RECORDS::equals)) {
            wrapped.put(NOTIFICATION_CHANNELS, others.isBlank() ? RECORDS : others + "," + RECORDS);
            wrapped.put(NOTIFICATION_TOPIC, SnapshotRetries.TOPIC);
        }
    }

    private static void addPostgres(Map<String, String> wrapped) {
        // Debezium's own default, decoderbufs, is not part of PostgreSQL.
        wrapped.putIfAbsent(PLUGIN, "pgoutput");
        // The server keeps its log until the slot advances, and it advances with changes that the connector reads: if
        // there are
        // none, with this message.
        wrapped.putIfAbsent(HEARTBEAT_QUERY, "SELECT pg_logical_emit_message(false, '" + HEARTBEAT_PREFIX + "', '')");
    }

    /** The options of a wrapped connector for PostgreSQL with which events would be wrong, one sentence each. */
    static List<String> findPostgresObjections(Map<String, String> wrapped) {
        List<String> objections = new ArrayList<>();
        if (!"pgoutput".equals(wrapped.get(PLUGIN))) {
            objections.add(PLUGIN + "=" + wrapped.get(PLUGIN) + "; expected pgoutput, with which offsets are exact");
        }
        if (wrapped.containsKey(UNAVAILABLE)) {
            objections.add(
                    UNAVAILABLE + " is set; leave it out, because the rules recognise missing values by its default");
        }
        return objections;
    }

    /** Whether the wrapped connector, with these options of its own, hands on the statements of changes. */
    static boolean readsStatements(Map<String, String> wrapped) {
        return Boolean.parseBoolean(wrapped.get(QUERY));
    }

    /** Whether the changes of the wrapped connector, with these options of its own, have a transaction block. */
    static boolean providesTransactions(Map<String, String> wrapped) {
        return Boolean.parseBoolean(wrapped.get(TRANSACTIONS));
    }

    /** Whether the wrapped connector has heartbeats only because of these defaults. */
    static boolean hasHeartbeatsOfOurs(Map<String, String> properties) {
        return isDebezium(properties) && !properties.containsKey(HEARTBEAT_INTERVAL);
    }

    /** Whether the wrapped connector is one of Debezium's. */
    static boolean isDebezium(Map<String, String> properties) {
        return properties
                .getOrDefault(EventSourceOptions.CONNECTOR_CLASS.name(), "")
                .startsWith(CONNECTORS);
    }
}
