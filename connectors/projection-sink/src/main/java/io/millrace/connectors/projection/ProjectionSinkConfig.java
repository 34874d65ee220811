package io.millrace.connectors.projection;

import io.millrace.connectors.projection.catalog.Evolution;
import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.ConnectionUrl;
import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition.Kind;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.definition.RepetitionCheck;
import io.millrace.connectors.projection.ledger.ConsumerOffsets;
import io.millrace.connectors.projection.ledger.Ledger;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.rebuild.Rebuild;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.connectors.projection.write.BatchWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.sink.SinkTask;

/** The sink's options. Which there are depends on the names in {@value #PROJECTIONS}. */
final class ProjectionSinkConfig extends AbstractConfig {
    static final String CONNECTION_URL = "connection.url";
    static final String CONNECTION_USER = "connection.user";
    static final String CONNECTION_PASSWORD = "connection.password";
    static final String TRUSTSTORE_PASSWORD = "connection.ssl.truststore.password";
    static final String KEYSTORE_PASSWORD = "connection.ssl.keystore.password";
    static final String PROCESSING_GUARANTEE = "processing.guarantee";
    static final String LEDGER_TABLE = "ledger.table";
    static final String AUTO_CREATE = "auto.create";
    static final String AUTO_EVOLVE = "auto.evolve";
    static final String RETRY_TIMEOUT_MS = "retry.timeout.ms";
    static final String BATCH_SIZE = "batch.size";
    static final String BATCH_BYTES = "batch.bytes";
    static final String REBUILD_REPLACES = "rebuild.replaces";
    static final String ERROR_HEADERS = "error.headers";
    static final String MDC_HEADERS = "mdc.headers";
    static final String PROJECTIONS = "projections";
    /** The connector tells each task its number. */
    static final String TASK = "millrace.task";
    /** Connect's own: the connector's name. */
    static final String NAME = "name";

    private static final String EXACTLY_ONCE = "exactly_once";
    private static final String AT_LEAST_ONCE = "at_least_once";
    private static final Pattern PROJECTION_NAME = Pattern.compile("[A-Za-z0-9_-]+");
    private static final int MAX_CONNECTOR_NAME_LENGTH = 255;

    /**
     * Reads the options.
     *
     * @throws ConfigException where one is not valid by itself
     */
    ProjectionSinkConfig(Map<String, String> properties) {
        super(definition(properties), properties, false);
    }

    /** The options of every sink, and those of the projections that the properties name. */
    static ConfigDef definition(Map<String, String> properties) {
        ConfigDef definition = new ConfigDef()
                .define(
                        CONNECTION_URL,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        ConfigDef.LambdaValidator.with(
                                (option, value) -> ConnectionUrl.check(option, (String) value),
                                () -> "jdbc:mysql://… or jdbc:postgresql://…, without a user or a password"),
                        Importance.HIGH,
                        "The views' database, e.g. jdbc:mysql://db:3306/shop_view. Without a password.",
                        "Connection",
                        1,
                        Width.LONG,
                        "URL")
                .define(
                        CONNECTION_USER,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        new ConfigDef.NonEmptyString(),
                        Importance.HIGH,
                        "The database user. Needs SELECT, INSERT, UPDATE and DELETE on the views and on the ledger, and"
                                + " CREATE where the ledger or a table of members is not there yet.",
                        "Connection",
                        2,
                        Width.MEDIUM,
                        "User")
                .define(
                        CONNECTION_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.HIGH,
                        "The database user's password.",
                        "Connection",
                        3,
                        Width.MEDIUM,
                        "Password")
                .define(
                        TRUSTSTORE_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.MEDIUM,
                        "MySQL: the password of the file that trustCertificateKeyStoreUrl in the URL names.",
                        "Connection",
                        8,
                        Width.MEDIUM,
                        "Truststore's password")
                .define(
                        KEYSTORE_PASSWORD,
                        ConfigDef.Type.PASSWORD,
                        "",
                        Importance.LOW,
                        "The password of the client's own key: of the file that clientCertificateKeyStoreUrl (MySQL) or"
                                + " sslkey (PostgreSQL) in the URL names.",
                        "Connection",
                        9,
                        Width.MEDIUM,
                        "Key's password")
                .define(
                        LEDGER_TABLE,
                        ConfigDef.Type.STRING,
                        "millrace_ledger",
                        ConfigDef.LambdaValidator.with(
                                (option, value) -> checkTable(option, (String) value),
                                () -> "table, database.table or schema.table"),
                        Importance.LOW,
                        "The table that holds the offset from which each partition goes on; created if it is missing."
                                + " Must be on the views' server.",
                        "Connection",
                        4,
                        Width.MEDIUM,
                        "Ledger")
                .define(
                        PROCESSING_GUARANTEE,
                        ConfigDef.Type.STRING,
                        EXACTLY_ONCE,
                        ConfigDef.ValidString.in(EXACTLY_ONCE, AT_LEAST_ONCE),
                        Importance.MEDIUM,
                        "exactly_once: the ledger moves in the transaction that writes the rows. at_least_once: there is no"
                                + " ledger, the consumer group's offsets say where a partition goes on, and revisions keep"
                                + " records that come again from doing harm; every projection is an upsert with a"
                                + " revision, and marks what it deletes.",
                        "Views",
                        3,
                        Width.MEDIUM,
                        "Processing guarantee")
                .define(
                        AUTO_CREATE,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Whether the sink creates views that are missing. The types of their columns are declared in the"
                                + " projections' lists, e.g. total: decimal(2)? = value.total.",
                        "Views",
                        1,
                        Width.SHORT,
                        "Create views")
                .define(
                        AUTO_EVOLVE,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.MEDIUM,
                        "Whether the sink adds columns that views lack, when it starts.",
                        "Views",
                        2,
                        Width.SHORT,
                        "Add columns")
                .define(
                        RETRY_TIMEOUT_MS,
                        ConfigDef.Type.LONG,
                        60_000L,
                        ConfigDef.Range.atLeast(0),
                        Importance.LOW,
                        "How long a batch is tried again after faults that pass (lost connections, deadlocks, a server"
                                + " that is read-only) before the task fails.",
                        "Connection",
                        5,
                        Width.SHORT,
                        "Retry timeout")
                .define(
                        BATCH_SIZE,
                        ConfigDef.Type.INT,
                        10_000,
                        ConfigDef.Range.atLeast(1),
                        Importance.LOW,
                        "About how many records a transaction writes at most. While one is written, as many may wait.",
                        "Connection",
                        6,
                        Width.SHORT,
                        "Batch size")
                .define(
                        BATCH_BYTES,
                        ConfigDef.Type.LONG,
                        32L << 20,
                        ConfigDef.Range.atLeast(1),
                        Importance.LOW,
                        "About how many bytes of texts and byte strings a transaction writes at most. While one is written,"
                                + " as many may wait.",
                        "Connection",
                        7,
                        Width.SHORT,
                        "Batch bytes")
                .define(
                        REBUILD_REPLACES,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.LOW,
                        "The name of the connector whose views this one builds anew beside them and then replaces. Needs"
                                + " CREATE, DROP and ALTER on the views too.",
                        "Rebuild",
                        1,
                        Width.MEDIUM,
                        "Replaces the connector")
                .define(
                        ERROR_HEADERS,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        Importance.LOW,
                        "Whether a refused record has headers in the dead letter queue that say why, millrace.error.view and"
                                + " so on. Key, value and headers are written again by the connector's converters for"
                                + " that; without it they are as they were consumed.",
                        "Errors",
                        1,
                        Width.SHORT,
                        "Headers of refused records")
                .define(
                        MDC_HEADERS,
                        ConfigDef.Type.LIST,
                        "requestId,userId,traceparent",
                        ConfigDef.LambdaValidator.with(
                                ProjectionSinkConfig::checkHeaderNames, () -> "names, none empty, none twice"),
                        Importance.LOW,
                        "The headers of a record that log lines about it carry in their MDC, under the same names.",
                        "Logging",
                        1,
                        Width.LONG,
                        "Headers in the MDC")
                .define(
                        PROJECTIONS,
                        ConfigDef.Type.LIST,
                        ConfigDef.NO_DEFAULT_VALUE,
                        ConfigDef.LambdaValidator.with(
                                ProjectionSinkConfig::checkNames,
                                () -> "one or more names of letters, digits, _ and -, none twice"),
                        Importance.HIGH,
                        "The names of the projections; each has options of its own: projection.NAME.kind and so on.",
                        "Projections",
                        1,
                        Width.LONG,
                        "Projections");
        names(properties).forEach(name -> ProjectionOptions.define(definition, name, kind(properties, name)));
        return definition;
    }

    /** What is wrong although each option by itself is right. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        if (connectorName().length() > MAX_CONNECTOR_NAME_LENGTH) {
            problems.add(new Problem(NAME, "the ledger has room for " + MAX_CONNECTOR_NAME_LENGTH + " characters"));
        }
        if (connectorName().equals(getString(REBUILD_REPLACES))) {
            problems.add(
                    new Problem(REBUILD_REPLACES, "a connector cannot replace itself; give this one another name"));
        }
        if (!connection().truststorePassword().isEmpty()
                && !connection().dialect().takesTruststorePassword()) {
            problems.add(new Problem(
                    TRUSTSTORE_PASSWORD, "this database's driver reads certificates that have no password"));
        }
        Set<String> sinkTopics = list(originalsStrings().get(SinkTask.TOPICS_CONFIG));
        String regex = originalsStrings().get(SinkTask.TOPICS_REGEX_CONFIG);
        for (String name : getList(PROJECTIONS)) {
            ProjectionOptions.check(this, name, problems::add);
            String option = ProjectionOptions.name(name, ProjectionOptions.TOPICS);
            for (String topic : getList(option)) {
                boolean read = sinkTopics.contains(topic)
                        || (regex != null && !regex.isBlank() && topic.matches(regex))
                        || (sinkTopics.isEmpty() && regex == null);
                if (!read) {
                    problems.add(new Problem(option, "the sink does not read the topic " + topic));
                }
            }
        }
        if (!keepsLedger()) {
            checkWithoutLedger(problems);
        }
        return problems;
    }

    private void checkWithoutLedger(List<Problem> problems) {
        String guarantee = PROCESSING_GUARANTEE + "=" + AT_LEAST_ONCE;
        for (String option : List.of(LEDGER_TABLE, REBUILD_REPLACES)) {
            if (originals().containsKey(option)) {
                problems.add(new Problem(option, "not with " + guarantee + ", which keeps no ledger"));
            }
        }
        if (problems.isEmpty()) {
            projections().forEach(projection -> RepetitionCheck.check(projection, guarantee, problems::add));
        }
    }

    /** The projections in the order of their names' list. */
    List<ProjectionDefinition> projections() {
        return getList(PROJECTIONS).stream()
                .map(name -> ProjectionOptions.definition(this, name))
                .toList();
    }

    /** How to reach the database. */
    ConnectionSettings connection() {
        return new ConnectionSettings(
                getString(CONNECTION_URL),
                getString(CONNECTION_USER),
                getPassword(CONNECTION_PASSWORD).value(),
                getPassword(TRUSTSTORE_PASSWORD).value(),
                getPassword(KEYSTORE_PASSWORD).value());
    }

    BatchWriter.Limits limits() {
        return new BatchWriter.Limits(getInt(BATCH_SIZE), getLong(BATCH_BYTES));
    }

    /** Whether a ledger says where partitions go on, and not the consumer group alone. */
    boolean keepsLedger() {
        return EXACTLY_ONCE.equals(getString(PROCESSING_GUARANTEE));
    }

    /** Who says where partitions go on. */
    Offsets offsets() {
        return keepsLedger() ? ledger() : new ConsumerOffsets();
    }

    /** The ledger of this connector. */
    Ledger ledger() {
        return new Ledger(connectorName(), ledgerTable(), connection().dialect());
    }

    /** How the views are rebuilt; empty where they are not. */
    Optional<Rebuild> rebuild() {
        return Optional.ofNullable(getString(REBUILD_REPLACES))
                .map(replaced -> new Rebuild(ledger(), replaced, projections(), task().equals("0")));
    }

    /** What the sink may do to the views' tables. */
    Evolution evolution() {
        return new Evolution(getBoolean(AUTO_CREATE), getBoolean(AUTO_EVOLVE));
    }

    private TableName ledgerTable() {
        return TableName.parse(getString(LEDGER_TABLE));
    }

    /** The task's number among those of the connector. */
    String task() {
        return originalsStrings().getOrDefault(TASK, "0");
    }

    String connectorName() {
        return originalsStrings().getOrDefault(NAME, "");
    }

    /** The names of projections that the properties give, as far as they are names. */
    static Set<String> names(Map<String, String> properties) {
        Set<String> names = new LinkedHashSet<>(list(properties.get(PROJECTIONS)));
        names.removeIf(name -> !PROJECTION_NAME.matcher(name).matches());
        return names;
    }

    private static Set<String> list(String text) {
        Set<String> members = new LinkedHashSet<>();
        if (text != null) {
            Arrays.stream(text.split(",", -1))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .forEach(members::add);
        }
        return members;
    }

    private static Optional<Kind> kind(Map<String, String> properties, String projection) {
        String kind = properties.get(ProjectionOptions.name(projection, ProjectionOptions.KIND));
        return Arrays.stream(Kind.values())
                .filter(candidate -> candidate.name().toLowerCase(Locale.ROOT).equals(kind))
                .findFirst();
    }

    private static void checkNames(String option, Object value) {
        List<?> names = (List<?>) value;
        if (names == null || names.isEmpty()) {
            throw new ConfigException(option, value, "expected at least one name");
        }
        Set<Object> seen = new HashSet<>();
        for (Object name : names) {
            if (!PROJECTION_NAME.matcher((String) name).matches()) {
                throw new ConfigException(
                        option, value, "a name consists of letters, digits, '_' and '-'; found '" + name + "'");
            }
            if (!seen.add(name)) {
                throw new ConfigException(option, value, "the name '" + name + "' is there twice");
            }
        }
    }

    /** Kafka 3.9 has no validator for lists of any values. */
    private static void checkHeaderNames(String option, Object value) {
        if (value == null) {
            throw new ConfigException(option, null, "expected names of headers, or nothing");
        }
        Set<Object> seen = new HashSet<>();
        for (Object name : (List<?>) value) {
            if (name.equals("")) {
                throw new ConfigException(option, value, "a name is empty");
            }
            if (!seen.add(name)) {
                throw new ConfigException(option, value, "the name '" + name + "' is there twice");
            }
        }
    }

    private static void checkTable(String option, String value) {
        try {
            TableName.parse(value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(option, value, e.getMessage());
        }
    }
}
