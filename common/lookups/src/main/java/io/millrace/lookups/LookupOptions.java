package io.millrace.lookups;

import io.millrace.config.ClientSecrets;
import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.config.WrappedClass;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.tables.CleanupPolicy;
import io.millrace.tables.TableSettings;
import io.millrace.tables.UndecodablePolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;

/** The options of the tables that a plugin's expressions look up. */
public final class LookupOptions {
    static final int MAX_TABLES = 20;
    static final String KAFKA_PREFIX = "tables.kafka.";
    private static final String FILE_PREFIX = "tables.file.";

    static final String KEY_CONVERTER_NAME = "tables.key.converter";
    static final String VALUE_CONVERTER_NAME = "tables.value.converter";

    private static final String LOOKUP_PREFIX = "lookup.";
    private static final Pattern NUMBERED = Pattern.compile("lookup\\.[0-9]+");
    private static final String JSON = "org.apache.kafka.connect.json.JsonConverter";

    static final Option<String> BOOTSTRAP_SERVERS = Option.string(KAFKA_PREFIX + "bootstrap.servers")
            .optional()
            .high("The brokers of the tables' topics, as HOST:PORT,... All other options that begin with "
                    + KAFKA_PREFIX + " are settings of Kafka's clients, e.g. " + KAFKA_PREFIX
                    + "security.protocol. A table needs Read, Describe and DescribeConfigs on its topic.");

    static final Option<String> KEY_CONVERTER = converter(KEY_CONVERTER_NAME, "keys");
    static final Option<String> VALUE_CONVERTER = converter(VALUE_CONVERTER_NAME, "values");

    static final Option<Long> READY_TIMEOUT_MS = Option.int64("tables.ready.timeout.ms")
            .defaultTo(60_000L)
            .between(0, 86_400_000L)
            .medium("How long the first lookup waits until a table is complete, before the task fails. In a sink, less "
                    + "than max.poll.interval.ms.");

    static final Option<Long> MAX_BYTES = Option.int64("tables.max.bytes")
            .defaultTo(TableSettings.DEFAULT_MAX_BYTES)
            .atLeast(1)
            .medium("The heap that each table may occupy. A table that needs more fails, and the message contains what "
                    + "it needs; while a topic is loaded again, it occupies both.");

    static final Option<Long> MAX_STALENESS_MS = Option.int64("tables.max.staleness.ms")
            .defaultTo(0L)
            .valid("0, or 5000 or more", LookupOptions::requireMeasurable)
            .medium("How far a table may be behind its topic before a lookup fails the task, for example because the "
                    + "brokers are unavailable or a transaction stays open; 0 is without a bound.");

    static final Option<UndecodablePolicy> ON_UNDECODABLE = Option.choice(
                    "tables.on.undecodable", UndecodablePolicy.class)
            .defaultTo("fail")
            .medium("The treatment of a record of a table's topic that cannot be decoded. fail: every lookup fails and "
                    + "names the record. keep: its key keeps its value, and JMX counts the record.");

    static final Option<CleanupPolicy> CLEANUP_POLICY = Option.choice("tables.cleanup.policy", CleanupPolicy.class)
            .defaultTo("compact")
            .low(
                    "Which cleanup.policy a table's topic must have. compact: this alone, because otherwise keys leave the "
                            + "topic without a tombstone, and two workers give different answers. unchecked: any.");

    /** The settings of Kafka's clients that are secrets, by the clients' names. */
    static final Map<String, Option<Password>> SECRETS = ClientSecrets.under(KAFKA_PREFIX);

    /** The tables' settings, without the tables. */
    static final OptionSet SETTINGS = OptionSet.of(
                    BOOTSTRAP_SERVERS,
                    KEY_CONVERTER,
                    VALUE_CONVERTER,
                    READY_TIMEOUT_MS,
                    MAX_BYTES,
                    MAX_STALENESS_MS,
                    ON_UNDECODABLE,
                    CLEANUP_POLICY)
            .and(OptionSet.of(List.copyOf(SECRETS.values())));

    /** All options of a plugin whose expressions look up tables. */
    public static final OptionSet ALL = declareTables().and(SETTINGS);

    private LookupOptions() {}

    /** The option with a file to read instead of the topic of a table of this name; {@code millrace preview} sets it. */
    public static String fileOption(String table) {
        return FILE_PREFIX + table;
    }

    /** The names that look like options of tables and are none, so that they would be ignored. */
    public static List<String> findUnknown(Collection<String> names) {
        return names.stream()
                .filter(name ->
                        name.startsWith("tables.") || NUMBERED.matcher(name).matches())
                .filter(name -> !ALL.names().contains(name) && !isPassedOn(name))
                .sorted()
                .toList();
    }

    /** Whether the option is passed on to Kafka's clients or to a converter, so that its name is not declared here. */
    public static boolean isPassedOn(String option) {
        return option.startsWith(KAFKA_PREFIX)
                || option.startsWith(FILE_PREFIX)
                || option.startsWith(KEY_CONVERTER_NAME + ".")
                || option.startsWith(VALUE_CONVERTER_NAME + ".");
    }

    private static Option<String> converter(String name, String what) {
        return Option.string(name)
                .defaultTo(JSON)
                .valid("the full name of a converter's class", converter -> checkConverter(name, converter))
                .medium("The converter of the " + what + " of the tables' topics. Options that begin with " + name
                        + ". are passed to it; schemas.enable is false unless it is set.");
    }

    /** The brokers are queried once a second. */
    private static void requireMeasurable(long millis) {
        if (millis != 0 && millis < 5_000) {
            throw new IllegalArgumentException("expected 0, or 5000 or more");
        }
    }

    private static void checkConverter(String name, String converter) {
        // Connect has its own converter; an application that only declares the options may not.
        if (!converter.equals(JSON)) {
            WrappedClass.newInstance(name, converter, Converter.class);
        }
    }

    private static OptionSet declareTables() {
        List<Option<?>> options = new ArrayList<>();
        for (int i = 1; i <= MAX_TABLES; i++) {
            options.add(Option.string(LOOKUP_PREFIX + i)
                    .optional()
                    .crossChecked(LookupOptions::checkTable)
                    .documented(
                            i == 1 ? Importance.HIGH : Importance.LOW,
                            "A table that expressions look up, over a compacted topic: NAME; topic: TOPIC; fields: "
                                    + "NAME: TYPE, ...; delete.when: CONDITION. An expression reads it as "
                                    + "lookup('NAME', KEY).FIELD."));
        }
        return OptionSet.of(options);
    }

    /** The options that declare tables. */
    static List<String> findTableOptions(Map<String, ?> values) {
        List<String> options = new ArrayList<>();
        for (int i = 1; i <= MAX_TABLES; i++) {
            if (values.get(LOOKUP_PREFIX + i) instanceof String) {
                options.add(LOOKUP_PREFIX + i);
            }
        }
        return options;
    }

    /** The table of an option's value; empty if it is not valid. */
    static Optional<LookupDefinition> tryParse(@Nullable Object value) {
        try {
            return Optional.of(LookupDefinition.parse(String.valueOf(value)));
        } catch (InvalidExpressionException e) {
            return Optional.empty();
        }
    }

    private static void checkTable(String option, Map<String, Object> values) {
        if (!(values.get(option) instanceof String)) {
            return;
        }
        LookupDefinition definition = parse(option, values);
        for (String earlier : findTableOptions(values)) {
            if (earlier.equals(option)) {
                break;
            }
            if (parse(earlier, values).name().equals(definition.name())) {
                throw new ConfigException(
                        option,
                        values.get(option),
                        "the table " + definition.name() + " is in " + earlier + " already");
            }
        }
        if (BOOTSTRAP_SERVERS.find(values).isEmpty()) {
            throw new ConfigException(
                    BOOTSTRAP_SERVERS.name(), null, "the brokers of the table " + definition.name() + " are not set");
        }
    }

    /**
     * The table of an option.
     *
     * @throws ConfigException naming the option, its value and the reason
     */
    static LookupDefinition parse(String option, Map<String, ?> values) {
        try {
            return LookupDefinition.parse(String.valueOf(values.get(option)));
        } catch (InvalidExpressionException e) {
            throw new ConfigException(option, values.get(option), e.getMessage());
        }
    }
}
