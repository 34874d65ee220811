package io.millrace.tools.source;

import io.millrace.config.OptionSet;
import io.millrace.rules.OfficialEventOptions;
import io.millrace.rules.SourceConnection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** A database that one of Debezium's connectors reads, and the options of this connector that no other has. */
public enum SourceProduct {
    /** MySQL, whose rules name a table as {@code database.table}. */
    MYSQL("MySQL", "MySql", "mysql", 3306, "database", '`') {
        @Override
        OptionSet databaseOptions() {
            return OfficialEventOptions.DATABASE;
        }

        @Override
        public List<String> requiredOptions() {
            return List.of(
                    "database.hostname",
                    "database.user",
                    "database.server.id",
                    "topic.prefix",
                    "schema.history.internal.kafka.topic",
                    "schema.history.internal.kafka.bootstrap.servers");
        }

        @Override
        public String identity() {
            return "NOT NULL AUTO_INCREMENT";
        }

        @Override
        public void configureRecording(Map<String, String> options) {
            options.put("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
            // Of two readers of one id, the server ends the older: the connector that is running.
            options.put(
                    "database.server.id",
                    Integer.toString(ThreadLocalRandom.current().nextInt(1 << 20, 1 << 30)));
        }
    },

    /** PostgreSQL, whose rules name a table as {@code schema.table}. */
    POSTGRESQL("PostgreSQL", "Postgres", "postgresql", 5432, "schema", '"') {
        @Override
        OptionSet databaseOptions() {
            return OfficialEventOptions.POSTGRES_DATABASE;
        }

        @Override
        public List<String> requiredOptions() {
            return List.of("database.hostname", "database.user", "database.dbname", "topic.prefix");
        }

        @Override
        public String identity() {
            return "GENERATED ALWAYS AS IDENTITY";
        }

        @Override
        public void configureRecording(Map<String, String> options) {
            // A slot has one reader: the connector that is running.
            options.put(
                    "slot.name",
                    "millrace_record_"
                            + Integer.toHexString(ThreadLocalRandom.current().nextInt()));
            options.put("slot.drop.on.stop", "true");
            // A recording changes nothing on the server.
            options.put("publication.autocreate.mode", "disabled");
            // It would write into the log.
            options.put("heartbeat.interval.ms", "0");
            // Debezium takes one of the two lists.
            if (!options.containsKey("logical_decoding_message.prefix.include.list")) {
                options.merge(
                        "logical_decoding_message.prefix.exclude.list",
                        "millrace\\.heartbeat",
                        (own, more) -> own + "," + more);
            }
        }
    };

    private final String title;
    private final String connector;
    private final String scheme;
    private final int port;
    private final String schemaName;
    private final char quote;

    SourceProduct(String title, String connector, String scheme, int port, String schemaName, char quote) {
        this.title = title;
        this.connector = connector;
        this.scheme = scheme;
        this.port = port;
        this.schemaName = schemaName;
        this.quote = quote;
    }

    /** The product that the connector of these options reads, wrapped or not; empty if it is another connector. */
    public static Optional<SourceProduct> find(Map<String, String> options) {
        String type = options.getOrDefault("wrapped.connector.class", options.getOrDefault("connector.class", ""));
        String name = type.substring(type.lastIndexOf('.') + 1);
        return Arrays.stream(values())
                .filter(product -> name.equals(product.connector) || name.equals(product.connector + "Connector"))
                .findFirst();
    }

    /** The product that a JDBC URL names; empty if it names none of them. */
    public static Optional<SourceProduct> ofUrl(String url) {
        return Arrays.stream(values())
                .filter(product -> url.startsWith("jdbc:" + product.scheme + "://"))
                .findFirst();
    }

    /** The options that name the database and how it is reached. */
    abstract OptionSet databaseOptions();

    /** Options that Debezium's connector requires, also if its classes are not here. */
    public abstract List<String> requiredOptions();

    /** Sets the options with which the connector runs without disturbing another one of the same configuration. */
    public abstract void configureRecording(Map<String, String> options);

    /** The declaration of a column that the server numbers. */
    public abstract String identity();

    /** The port of a server if an address has none. */
    public int port() {
        return port;
    }

    /** What the first part of a table's name is. */
    public String schemaName() {
        return schemaName;
    }

    /** The option with which the connector captures whole databases, or whole schemas. */
    public String includedSchemas() {
        return schemaName + ".include.list";
    }

    /** A name as a statement has it, whatever its characters are. */
    public String quote(String name) {
        return quote + name.replace(String.valueOf(quote), String.valueOf(quote).repeat(2)) + quote;
    }

    /**
     * How the database of these options is reached; empty if they name none.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one of them is not valid
     */
    public Optional<SourceConnection> findConnection(Map<String, String> options) {
        Map<String, String> database = new HashMap<>(Map.of("database.port", Integer.toString(port)));
        for (String option : databaseOptions().names()) {
            String value = options.get(option);
            if (value != null) {
                database.put(option, value);
            }
        }
        return SourceConnection.of(databaseOptions().definition().parse(database));
    }

    /** The product's name. */
    @Override
    public String toString() {
        return title;
    }
}
