package io.millrace.transforms.official;

import io.millrace.expressions.InvalidExpressionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of {@code ToOfficialEvent}.
 *
 * <p>A rule is the value of one option rather than of several, because Connect validates a transform option by option and
 * shows a transform no others: so a rule that is wrong is an answer to the request that posts it.
 */
public final class OfficialEventConfig extends AbstractConfig {
    static final String TABLES = "tables";
    static final String RULE_PREFIX = "rule.";
    static final int MAX_RULES = 200;
    static final String SOURCE = "source";
    static final String ON_UNMATCHED = "on.unmatched";
    static final String ON_OTHER = "on.other";

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
        requireTables(getList(TABLES));
        Set<Table> tables = tables(getList(TABLES));
        this.rules = new ArrayList<>();
        for (int i = 1; i <= MAX_RULES; i++) {
            String text = getString(RULE_PREFIX + i);
            if (text != null) {
                requireKnownTable(RULE_PREFIX + i, text, tables);
                rules.add(RuleParser.parse(text));
            }
        }
        requireRule(rules.isEmpty());
    }

    List<Rule> rules() {
        return rules;
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
                        TABLES,
                        ConfigDef.Type.LIST,
                        null,
                        new TablesValidator(),
                        Importance.HIGH,
                        "The tables that the rules may name, each as database.table. A rule that names another table is "
                                + "refused, so that a misspelt one is found when it is posted.",
                        null,
                        -1,
                        ConfigDef.Width.NONE,
                        TABLES,
                        new OtherOptions() {
                            @Override
                            void check(String name, Map<String, Object> options) {
                                requireTables(options.get(TABLES));
                                requireRule(options.entrySet().stream()
                                        .noneMatch(o -> o.getKey().startsWith(RULE_PREFIX) && o.getValue() != null));
                            }
                        })
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
        for (int i = 1; i <= MAX_RULES; i++) {
            definition.define(
                    RULE_PREFIX + i,
                    ConfigDef.Type.STRING,
                    null,
                    new RuleValidator(),
                    i == 1 ? Importance.HIGH : Importance.LOW,
                    "The rule with this number; rules are tried by their numbers, and the first that matches decides.",
                    null,
                    -1,
                    ConfigDef.Width.LONG,
                    RULE_PREFIX + i,
                    new OtherOptions() {
                        @Override
                        void check(String name, Map<String, Object> options) {
                            if (options.get(name) instanceof String rule
                                    && options.get(TABLES) instanceof List<?> tables) {
                                requireKnownTable(name, rule, tables(tables));
                            }
                        }
                    });
        }
        return definition;
    }

    private static Set<Table> tables(List<?> names) {
        return names.stream().map(name -> Table.parse(name.toString())).collect(Collectors.toSet());
    }

    private static void requireKnownTable(String name, String text, Set<Table> tables) {
        Rule rule = parse(name, text);
        if (!tables.contains(rule.table())) {
            throw new ConfigException(
                    name,
                    text,
                    "rule " + rule + ": the table " + rule.table() + " is not among '" + TABLES + "', which are "
                            + tables);
        }
    }

    /** Not left to the definition, so that one answer is given for a missing and for an empty list. */
    private static void requireTables(Object tables) {
        if (tables == null) {
            throw new ConfigException(TABLES, null, "expected at least one table");
        }
    }

    private static void requireRule(boolean none) {
        if (none) {
            throw new ConfigException("There is no rule; set '" + RULE_PREFIX + "1' and following");
        }
    }

    private static Rule parse(String name, String text) {
        try {
            return RuleParser.parse(text);
        } catch (InvalidExpressionException e) {
            throw new ConfigException(name, text, e.getMessage());
        }
    }

    private static final class RuleValidator implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            if (value != null) {
                parse(name, (String) value);
            }
        }

        @Override
        public String toString() {
            return "type [v version]; table: …; on: …; [when: …;] [key: …;] fields: … | tombstone; [topic: …;] "
                    + "[revision: …]";
        }
    }

    private static final class TablesValidator implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            if (value == null) {
                return;
            }
            try {
                if (tables((List<?>) value).isEmpty()) {
                    throw new ConfigException(name, value, "expected at least one table");
                }
            } catch (IllegalArgumentException e) {
                throw new ConfigException(name, value, e.getMessage());
            }
        }

        @Override
        public String toString() {
            return "database.table, …";
        }
    }

    /** Checks an option against the others when a configuration is validated: a validator sees one value alone. */
    private abstract static class OtherOptions implements ConfigDef.Recommender {
        abstract void check(String name, Map<String, Object> options);

        @Override
        public List<Object> validValues(String name, Map<String, Object> options) {
            check(name, options);
            return List.of();
        }

        @Override
        public boolean visible(String name, Map<String, Object> options) {
            return true;
        }
    }
}
