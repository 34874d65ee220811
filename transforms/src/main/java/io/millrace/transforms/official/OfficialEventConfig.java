package io.millrace.transforms.official;

import io.millrace.expressions.ColumnType;
import io.millrace.expressions.InvalidExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of {@code ToOfficialEvent}.
 *
 * <p>A rule is the value of one option rather than of several, because Connect validates a transform option by option and
 * shows a transform no others: so a rule that is wrong is an answer to the request that posts it.
 */
public final class OfficialEventConfig extends AbstractConfig {
    private static final Logger LOG = LoggerFactory.getLogger(OfficialEventConfig.class);

    static final String TABLE_PREFIX = "table.";
    static final String RULE_PREFIX = "rule.";
    static final int MAX_TABLES = 100;
    static final int MAX_RULES = 300;
    static final String SOURCE = "source";
    static final String ON_UNMATCHED = "on.unmatched";
    static final String ON_OTHER = "on.other";
    static final String DATABASE_HOSTNAME = "database.hostname";
    static final String DATABASE_PORT = "database.port";
    static final String DATABASE_USER = "database.user";
    static final String DATABASE_PASSWORD = "database.password";

    /** Every option, as Connect validates it and the reference prints it. */
    public static final ConfigDef DEFINITION = definition();

    private final List<Rule> rules;

    /**
     * With the options of one transform.
     *
     * @throws ConfigException naming the option, its value and the reason
     */
    public OfficialEventConfig(Map<String, ?> options) {
        super(DEFINITION, options, false);
        this.rules = checkAll(values());
    }

    List<Rule> rules() {
        return rules;
    }

    /** The tables that rules name, each as {@code database.table}, in the order of the rules. */
    public List<String> tables() {
        return rules.stream().map(rule -> rule.table().toString()).distinct().toList();
    }

    Optional<String> source() {
        return Optional.of(getString(SOURCE)).filter(source -> !source.isEmpty());
    }

    Leftover onUnmatched() {
        return Leftover.of(getString(ON_UNMATCHED));
    }

    Leftover onOther() {
        return Leftover.of(getString(ON_OTHER));
    }

    private static ConfigDef definition() {
        ConfigDef definition = new ConfigDef()
                .define(
                        SOURCE,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.MEDIUM,
                        "The ce_source of every event, a URI reference. Default: a slash and the connector's topic.prefix.")
                .define(
                        ON_UNMATCHED,
                        ConfigDef.Type.STRING,
                        Leftover.DROP.toString(),
                        ValidString.in("drop", "pass", "fail"),
                        Importance.MEDIUM,
                        "What becomes of a change event that no rule matches: drop it, so that no internal column leaks; "
                                + "pass it on unchanged; or fail.")
                .define(
                        ON_OTHER,
                        ConfigDef.Type.STRING,
                        Leftover.PASS.toString(),
                        ValidString.in("drop", "pass", "fail"),
                        Importance.LOW,
                        "What becomes of a record that is no change event, such as a heartbeat: pass it on unchanged, drop "
                                + "it, or fail. A record without a value, as the tombstone behind a delete, is always "
                                + "dropped.");
        definition
                .define(
                        DATABASE_HOSTNAME,
                        ConfigDef.Type.STRING,
                        null,
                        Importance.MEDIUM,
                        "The source's server, as in the connector's option of this name: a transform is shown none of the "
                                + "connector's. Where it is set and the server can be reached, tables and rules are held "
                                + "against the real tables when they are posted. Running transforms do not use it.")
                .define(
                        DATABASE_PORT,
                        ConfigDef.Type.INT,
                        3306,
                        ConfigDef.Range.between(1, 65535),
                        Importance.LOW,
                        "The server's port.")
                .define(
                        DATABASE_USER,
                        ConfigDef.Type.STRING,
                        "",
                        Importance.LOW,
                        "A user that may read the tables; the connector's can.")
                .define(DATABASE_PASSWORD, ConfigDef.Type.PASSWORD, "", Importance.LOW, "The user's password.");
        SourceTls.define(definition);
        for (int i = 1; i <= MAX_TABLES; i++) {
            define(
                    definition,
                    TABLE_PREFIX + i,
                    i == 1,
                    "A table that rules may name, as database.table, and what they inherit: key, fields, topic, revision. "
                            + "A rule that names another table is refused, so that a misspelt one is found when it is "
                            + "posted.",
                    (name, options) -> {
                        checkTable(name, options);
                        tableOf(name, options)
                                .ifPresent(defaults -> againstTheSource(
                                        name, options, defaults.table(), parser -> defaults.check(parser)));
                    });
        }
        for (int i = 1; i <= MAX_RULES; i++) {
            define(
                    definition,
                    RULE_PREFIX + i,
                    i == 1,
                    "The rule with this number; rules are tried by their numbers, and the first that matches decides.",
                    (name, options) -> {
                        checkRule(name, options)
                                .ifPresent(rule -> againstTheSource(
                                        name,
                                        options,
                                        rule.table(),
                                        parser -> parser.parse(
                                                (String) options.get(name),
                                                tables(options).values())));
                        if (name.equals(RULE_PREFIX + 1)) {
                            checkSomeRule(options);
                        }
                    });
        }
        return definition;
    }

    private static void define(ConfigDef definition, String name, boolean first, String documentation, Check check) {
        definition.define(
                name,
                ConfigDef.Type.STRING,
                null,
                null,
                first ? Importance.HIGH : Importance.LOW,
                documentation,
                null,
                -1,
                ConfigDef.Width.LONG,
                name,
                check);
    }

    private static void checkTable(String name, Map<String, ?> options) {
        if (!(options.get(name) instanceof String text)) {
            return;
        }
        TableDefaults defaults = refusedAs(name, text, TableDefaults::read);
        refusedAs(name, text, checked -> {
            defaults.check(RuleParser.UNCHECKED);
            return checked;
        });
        int number = Integer.parseInt(name.substring(TABLE_PREFIX.length()));
        tables(options).headMap(number).forEach((earlier, table) -> {
            if (table.table().equals(defaults.table())) {
                throw new ConfigException(
                        name, text, "the table " + table.table() + " is in " + TABLE_PREFIX + earlier + " already");
            }
        });
    }

    private static Optional<Rule> checkRule(String name, Map<String, ?> options) {
        if (options.get(name) instanceof String text) {
            return Optional.of(refusedAs(
                    name,
                    text,
                    rule -> RuleParser.UNCHECKED.parse(rule, tables(options).values())));
        }
        return Optional.empty();
    }

    private static Optional<TableDefaults> tableOf(String name, Map<String, ?> options) {
        return Optional.ofNullable(tables(options).get(Integer.parseInt(name.substring(TABLE_PREFIX.length()))));
    }

    /** Holds what an option says against the table that the source really has, where the source can be asked. */
    private static void againstTheSource(
            String name, Map<String, Object> options, Table table, Consumer<RuleParser> check) {
        if (!(options.get(DATABASE_HOSTNAME) instanceof String host)
                || !(options.get(DATABASE_PORT) instanceof Integer port)
                || !(options.get(DATABASE_USER) instanceof String user)
                || !(options.get(DATABASE_PASSWORD) instanceof Password password)) {
            return;
        }
        SourceTables source = new SourceTables(host, port, user, password.value(), SourceTls.of(options));
        refusedAs(name, (String) options.get(name), text -> {
            try {
                source.columns(table).ifPresent(columns -> against(columns, user, table, check));
            } catch (InvalidExpressionException e) {
                // The table may have changed since it was asked: nothing is refused on an old answer.
                source.columnsNow(table).ifPresent(columns -> against(columns, user, table, check));
            }
            return text;
        });
    }

    private static void against(Map<String, ColumnType> columns, String user, Table table, Consumer<RuleParser> check) {
        if (columns.isEmpty()) {
            throw new InvalidExpressionException(
                    "the source has no table " + table + ", or " + user + " may not read it");
        }
        check.accept(RuleParser.knowing(columns));
    }

    private static void checkSomeRule(Map<String, ?> options) {
        if (options.entrySet().stream()
                .noneMatch(option -> option.getKey().startsWith(RULE_PREFIX) && option.getValue() != null)) {
            throw new ConfigException("There is no rule; set '" + RULE_PREFIX + "1' and following");
        }
    }

    /** The tables that can be read, by their numbers; the others are refused under their own names. */
    private static NavigableMap<Integer, TableDefaults> tables(Map<String, ?> options) {
        NavigableMap<Integer, TableDefaults> tables = new TreeMap<>();
        for (int i = 1; i <= MAX_TABLES; i++) {
            if (options.get(TABLE_PREFIX + i) instanceof String text) {
                try {
                    tables.put(i, TableDefaults.read(text));
                } catch (InvalidExpressionException e) {
                    LOG.debug("{}{} cannot be read: {}", TABLE_PREFIX, i, e.getMessage());
                }
            }
        }
        return tables;
    }

    private static List<Rule> checkAll(Map<String, ?> options) {
        for (int i = 1; i <= MAX_TABLES; i++) {
            checkTable(TABLE_PREFIX + i, options);
        }
        List<Rule> rules = new ArrayList<>();
        for (int i = 1; i <= MAX_RULES; i++) {
            checkRule(RULE_PREFIX + i, options).ifPresent(rules::add);
        }
        checkSomeRule(options);
        return List.copyOf(rules);
    }

    private static <T> T refusedAs(String name, String text, Function<String, T> reader) {
        try {
            return reader.apply(text);
        } catch (InvalidExpressionException e) {
            throw new ConfigException(name, text, e.getMessage());
        }
    }

    /** Checks an option with the others at hand when a configuration is validated: a validator sees one value alone. */
    private interface Check extends ConfigDef.Recommender {
        void check(String name, Map<String, Object> options);

        @Override
        default List<Object> validValues(String name, Map<String, Object> options) {
            check(name, options);
            return List.of();
        }

        @Override
        default boolean visible(String name, Map<String, Object> options) {
            return true;
        }
    }
}
