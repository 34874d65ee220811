package io.millrace.rules;

import io.millrace.config.DerivedValue;
import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.expressions.InvalidExpressionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The numbered options {@code table.N} and {@code rule.N}. When they are posted they are also checked against the source's
 * tables, if its database can be queried.
 */
final class RuleOptions {
    static final int MAX_TABLES = 100;
    static final int MAX_RULES = 300;

    private static final Logger LOG = LoggerFactory.getLogger(RuleOptions.class);
    private static final String TABLE_PREFIX = "table.";
    private static final String RULE_PREFIX = "rule.";

    /** The tables that can be parsed, by their numbers; the others are refused under their own names. */
    private static final DerivedValue<NavigableMap<Integer, TableDefaults>> TABLES =
            DerivedValue.of(RuleOptions::parseTables);

    static final OptionSet OPTIONS = declareOptions();

    private RuleOptions() {}

    private static OptionSet declareOptions() {
        List<Option<?>> options = new ArrayList<>();
        for (int i = 1; i <= MAX_TABLES; i++) {
            options.add(Option.string(TABLE_PREFIX + i)
                    .crossChecked(RuleOptions::checkPostedTable)
                    .documented(
                            i == 1 ? Importance.HIGH : Importance.LOW,
                            "A table that rules may name, as database.table, and the defaults of its rules:"
                                    + " key, fields, topic, partition.by, timestamp, headers, revision. A rule that names another table is"
                                    + " refused, so that a misspelt table is detected when the rule is posted."));
        }
        for (int i = 1; i <= MAX_RULES; i++) {
            options.add(Option.string(RULE_PREFIX + i)
                    .crossChecked(RuleOptions::checkPostedRule)
                    .documented(
                            i == 1 ? Importance.HIGH : Importance.LOW,
                            "The rule with this number. Rules are tried in the order of their numbers, and the"
                                    + " first matching rule applies."));
        }
        return OptionSet.of(options);
    }

    /**
     * Reads all tables and rules.
     *
     * @return the rules in their order
     * @throws ConfigException naming the option, its value and the reason
     */
    static List<Rule> readRules(Map<String, ?> options) {
        Map<String, Object> values = new HashMap<>(options);
        for (int i = 1; i <= MAX_TABLES; i++) {
            checkTable(TABLE_PREFIX + i, values);
        }
        List<Rule> rules = new ArrayList<>();
        for (int i = 1; i <= MAX_RULES; i++) {
            parseRule(RULE_PREFIX + i, values).ifPresent(rules::add);
        }
        requireRule(values);
        return List.copyOf(rules);
    }

    /** The options of rules without a key, unless {@code key: none} states that there is to be none. */
    static List<String> findRulesWithoutKey(Map<String, ?> options) {
        Map<String, Object> values = new HashMap<>(options);
        List<String> found = new ArrayList<>();
        for (int i = 1; i <= MAX_RULES; i++) {
            String option = RULE_PREFIX + i;
            parseRule(option, values)
                    .filter(rule -> rule.key().isEmpty())
                    .filter(rule -> !RuleParser.namesKey(
                            String.valueOf(values.get(option)),
                            TABLES.get(values).values()))
                    .ifPresent(rule -> found.add(option));
        }
        return found;
    }

    private static void checkPostedTable(String option, Map<String, Object> values) {
        checkTable(option, values);
        TableDefaults defaults = TABLES.get(values).get(numberOf(option));
        if (defaults != null) {
            SourceDatabase.findTable(values, defaults.table())
                    .ifPresent(table -> refuseAs(
                            option,
                            values,
                            () -> table.check(
                                    parser -> defaults.checkClauses(parser.withTopics(TopicOptions.of(values))))));
        }
    }

    private static void checkPostedRule(String option, Map<String, Object> values) {
        parseRule(option, values)
                .flatMap(rule -> SourceDatabase.findTable(values, rule.table()))
                .ifPresent(table -> refuseAs(
                        option,
                        values,
                        () -> table.check(parser -> parser.withTopics(TopicOptions.of(values))
                                .parse(
                                        String.valueOf(values.get(option)),
                                        TABLES.get(values).values()))));
        if (option.equals(RULE_PREFIX + 1)) {
            requireRule(values);
        }
    }

    private static void checkTable(String option, Map<String, Object> values) {
        if (!(values.get(option) instanceof String text)) {
            return;
        }
        TableDefaults defaults = TABLES.get(values).get(numberOf(option));
        if (defaults == null) {
            // Parsed again for the reason.
            defaults = refuseAs(option, values, () -> TableDefaults.parse(text));
        }
        TableDefaults checked = defaults;
        refuseAs(option, values, () -> checked.checkClauses(RuleParser.UNCHECKED.withTopics(TopicOptions.of(values))));
        TABLES.get(values).headMap(numberOf(option)).forEach((earlier, table) -> {
            if (table.table().equals(checked.table())) {
                throw new ConfigException(
                        option, text, "the table " + table.table() + " is in " + TABLE_PREFIX + earlier + " already");
            }
        });
    }

    private static Optional<Rule> parseRule(String option, Map<String, Object> values) {
        if (!(values.get(option) instanceof String text)) {
            return Optional.empty();
        }
        Rule rule = refuseAs(option, values, () -> RuleParser.UNCHECKED
                .withTopics(TopicOptions.of(values))
                .parse(text, TABLES.get(values).values()));
        requireOwnSchemaName(option, rule, values);
        return Optional.of(rule);
    }

    /** A registry would take the schemas of two types for versions of one. */
    private static void requireOwnSchemaName(String option, Rule rule, Map<String, Object> values) {
        if (rule.schemaName().equals(rule.typeHeader())) {
            return;
        }
        for (int i = 1; i <= MAX_RULES; i++) {
            if (values.get(RULE_PREFIX + i) instanceof String text) {
                Optional<String> other = RuleParser.findTypeHeader(text)
                        .filter(type -> !type.equals(rule.typeHeader()))
                        .filter(type -> Rule.schemaName(type).equals(rule.schemaName()));
                if (other.isPresent()) {
                    throw new ConfigException(
                            option,
                            values.get(option),
                            "the schemas of the types " + rule.typeHeader() + " and " + other.get() + " have one name, "
                                    + rule.schemaName() + "; give one of the types another name");
                }
            }
        }
    }

    private static void requireRule(Map<String, ?> values) {
        if (values.entrySet().stream()
                .noneMatch(option -> option.getKey().startsWith(RULE_PREFIX) && option.getValue() != null)) {
            throw new ConfigException("No rule is set; set '" + RULE_PREFIX + "1' and following");
        }
    }

    private static int numberOf(String option) {
        return Integer.parseInt(option.substring(option.lastIndexOf('.') + 1));
    }

    private static NavigableMap<Integer, TableDefaults> parseTables(Map<String, Object> values) {
        NavigableMap<Integer, TableDefaults> tables = new TreeMap<>();
        for (int i = 1; i <= MAX_TABLES; i++) {
            if (values.get(TABLE_PREFIX + i) instanceof String text) {
                try {
                    tables.put(i, TableDefaults.parse(text));
                } catch (InvalidExpressionException e) {
                    LOG.debug("{}{} is not a table: {}", TABLE_PREFIX, i, e.getMessage());
                }
            }
        }
        return tables;
    }

    private static void refuseAs(String option, Map<String, Object> values, Runnable check) {
        refuseAs(option, values, () -> {
            check.run();
            return option;
        });
    }

    private static <T> T refuseAs(String option, Map<String, Object> values, Supplier<T> parsing) {
        try {
            return parsing.get();
        } catch (InvalidExpressionException e) {
            throw new ConfigException(option, values.get(option), e.getMessage());
        }
    }
}
