package io.millrace.benchmarks.source;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A source connector that is measured, with its transforms. */
public enum SourceContender {
    /** Debezium's connector alone, which sends changes with their envelopes. */
    DEBEZIUM(5701, false, false) {
        @Override
        public String topic(String prefix, String table) {
            return prefix + "." + SourceShape.DATABASE + "." + table;
        }

        @Override
        Map<String, String> ownOptions(String prefix, SourceShape shape) {
            return Map.of();
        }
    },

    /** With Debezium's filter, router and {@code ExtractNewRecordState}; the first two need the envelope. */
    DEBEZIUM_TRANSFORMS(5702, false, false) {
        @Override
        Map<String, String> ownOptions(String prefix, SourceShape shape) {
            return Map.ofEntries(
                    Map.entry("transforms", "filter,route,unwrap"),
                    Map.entry("transforms.filter.type", "io.debezium.transforms.Filter"),
                    Map.entry("transforms.filter.language", "jsr223.groovy"),
                    Map.entry("transforms.filter.condition", "value.op == 'c' || value.op == 'u' || value.op == 'r'"),
                    Map.entry("transforms.route.type", "io.debezium.transforms.ContentBasedRouter"),
                    Map.entry("transforms.route.language", "jsr223.groovy"),
                    Map.entry("transforms.route.topic.expression", "'" + prefix + ".events.' + value.source.table"),
                    Map.entry("transforms.unwrap.type", "io.debezium.transforms.ExtractNewRecordState"));
        }
    },

    /** With Millrace's transforms for the request's context and for events. */
    DEBEZIUM_MILLRACE(5703, true, false) {
        @Override
        Map<String, String> ownOptions(String prefix, SourceShape shape) {
            Map<String, String> options = new TreeMap<>(Map.of(
                    "include.query", "true",
                    "transforms", "context,event",
                    "transforms.context.type", "io.millrace.transforms.InjectContext",
                    "transforms.context.keys", CONTEXT_KEYS,
                    "transforms.context.sources", "comment",
                    "transforms.event.type", "io.millrace.transforms.ToOfficialEvent",
                    "transforms.event.source", "/shop"));
            putRules(options, "transforms.event.", prefix, shape);
            return options;
        }
    },

    /** Millrace's connector, which wraps Debezium's. */
    MILLRACE(5704, true, false) {
        @Override
        Map<String, String> ownOptions(String prefix, SourceShape shape) {
            return eventSource(prefix, shape);
        }
    },

    /** The same with Millrace's converter. */
    MILLRACE_STREAMING(5705, true, true) {
        @Override
        Map<String, String> ownOptions(String prefix, SourceShape shape) {
            return eventSource(prefix, shape);
        }
    };

    private static final String CONTEXT_KEYS = "requestId,userId,traceparent";

    private final int serverId;
    private final boolean context;
    private final boolean ownConverter;

    SourceContender(int serverId, boolean context, boolean ownConverter) {
        this.serverId = serverId;
        this.context = context;
        this.ownConverter = ownConverter;
    }

    /** The name on a command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static SourceContender of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Whether the records have the request's context in their headers. */
    boolean hasContext() {
        return context;
    }

    /** Whether it writes by Millrace's converter. */
    public boolean ownConverter() {
        return ownConverter;
    }

    /** The name of the connector, which is the prefix of its topics; names in Avro have no hyphens. */
    String connector(SourceShape shape) {
        return (label() + "_" + shape.label()).replace('-', '_');
    }

    /** The topic of a table's changes. */
    public String topic(String prefix, String table) {
        return prefix + ".events." + table;
    }

    /** The topics of all changes. */
    List<String> topics(SourceShape shape) {
        return shape.tables().stream()
                .map(table -> topic(connector(shape), table))
                .toList();
    }

    /** The options that are added to the common ones or replace them. */
    abstract Map<String, String> ownOptions(String prefix, SourceShape shape);

    /** All options but the converters, of the connector that {@link #connector} names. */
    Map<String, String> options(SourceShape shape, int databasePort, String brokers) {
        return options(connector(shape), serverId, shape, databasePort, brokers);
    }

    /**
     * All options but the converters, of one connector of several.
     *
     * @param prefix of the topics; no other connector has it
     * @param serverId the connector's id as a replica of MySQL; no other connector has it
     */
    public Map<String, String> options(
            String prefix, int serverId, SourceShape shape, int databasePort, String brokers) {
        Map<String, String> options = new TreeMap<>(Map.ofEntries(
                Map.entry("connector.class", "io.debezium.connector.mysql.MySqlConnector"),
                Map.entry("tasks.max", "1"),
                Map.entry("database.hostname", "127.0.0.1"),
                Map.entry("database.port", Integer.toString(databasePort)),
                Map.entry("database.user", BinlogDatabase.USER),
                Map.entry("database.password", BinlogDatabase.PASSWORD),
                Map.entry("database.server.id", Integer.toString(serverId)),
                Map.entry("topic.prefix", prefix),
                Map.entry(
                        "table.include.list",
                        String.join(
                                ",",
                                shape.tables().stream()
                                        .map(table -> SourceShape.DATABASE + "." + table)
                                        .toList())),
                Map.entry("extended.headers.enabled", "false"),
                Map.entry("include.schema.changes", "false"),
                Map.entry("schema.history.internal.kafka.bootstrap.servers", brokers),
                Map.entry("schema.history.internal.kafka.topic", prefix + ".schema-history"),
                Map.entry("schema.history.internal.store.only.captured.tables.ddl", "true"),
                Map.entry("exactly.once.support", "required"),
                Map.entry("transaction.boundary", "poll"),
                Map.entry("header.converter", "org.apache.kafka.connect.storage.StringConverter"),
                Map.entry("topic.creation.default.partitions", "1"),
                Map.entry("topic.creation.default.replication.factor", "-1")));
        options.putAll(ownOptions(prefix, shape));
        return options;
    }

    Map<String, String> eventSource(String prefix, SourceShape shape) {
        Map<String, String> options = new TreeMap<>(Map.of(
                "connector.class", "io.millrace.connectors.event.EventSourceConnector",
                "wrapped.connector.class", "io.debezium.connector.mysql.MySqlConnector",
                "transaction.boundary", "connector",
                "context.keys", CONTEXT_KEYS,
                "context.sources", "comment",
                "events.source", "/shop"));
        putRules(options, "events.", prefix, shape);
        return options;
    }

    /** A rule for each table that matches each change and sends all columns. */
    void putRules(Map<String, String> options, String start, String prefix, SourceShape shape) {
        String fields = String.join(
                ", ", shape.columns().stream().map(ChangedColumn::name).toList());
        int number = 1;
        for (String table : shape.tables()) {
            String name = SourceShape.DATABASE + "." + table;
            options.put(
                    start + "table." + number,
                    name + "; key: id; fields: " + fields + "; revision: row.version; topic: " + topic(prefix, table));
            options.put(start + "rule." + number, "RowChanged; table: " + name + "; on: create, update, read");
            number++;
        }
    }
}
