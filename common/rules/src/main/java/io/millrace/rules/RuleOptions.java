package io.millrace.rules;

import io.millrace.config.DerivedValue;
import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.expressions.InvalidExpressionException;
import io.millrace.expressions.LookupTable;
import io.millrace.lookups.Lookups;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
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
    private static final Pattern NUMBERED = Pattern.compile("(?:table|rule)\\.[0-9]+");

    /** The tables that can be parsed, in their order; the others are refused under the names of their options. */
    private static final DerivedValue<List<DeclaredTable>> TABLES = DerivedValue.of(RuleOptions::parseTables);

    /** The tables that expressions look up; those that are not valid are refused under their own names. */
    private static final DerivedValue<List<LookupTable>> LOOKUPS = DerivedValue.of(Lookups::findTables);

    /** A table and the option that declares it. */
    private record DeclaredTable(String option, Definition definition, TableDefaults defaults) {}

    static final OptionSet OPTIONS = declareOptions();

    /** The same for a transform, which refuses rules with the clause {@code also}. */
    static final OptionSet OF_TRANSFORM = OptionSet.of(OPTIONS.options().stream()
            .<Option<?>>map(option -> option.crossChecked(RuleOptions::refuseAlso))
            .toList());

    private RuleOptions() {}

    private static OptionSet declareOptions() {
        List<Option<?>> options = new ArrayList<>();
        for (int i = 1; i <= MAX_TABLES; i++) {
            options.add(
                    Option.string(TABLE_PREFIX + i)
                            .crossChecked(RuleOptions::checkPostedTable)
                            .documented(
                                    i == 1 ? Importance.HIGH : Importance.LOW,
                                    "A table that rules may name, as database.table, and the defaults of its rules:"
                                            + " key, fields, topic, partition.by, timestamp, headers, revision. A rule that names another table is"
                                            + " refused, so that a misspelt table is detected when the rule is posted. The table may be a"
                                            + " pattern, as in shop_{tenant}.orders. The option may have several tables, one a line."));
        }
        for (int i = 1; i <= MAX_RULES; i++) {
            options.add(Option.string(RULE_PREFIX + i)
                    .crossChecked(RuleOptions::checkPostedRule)
                    .documented(
                            i == 1 ? Importance.HIGH : Importance.LOW,
                            "The rule with this number, or several, one a line; a line that begins with a space continues"
                                    + " the one before. Rules are tried in the order of their numbers and lines, and the"
                                    + " first matching rule applies. A later matching rule with the clause also makes a"
                                    + " further event of the change, which EventSourceConnector alone can send."));
        }
        return OptionSet.of(options);
    }

    /**
     * Reads all tables and rules.
     *
     * @param lookups the tables that their expressions look up
     * @return the rules in their order
     * @throws ConfigException naming the option, its value and the reason
     */
    static List<Rule> readRules(Map<String, ?> options, Collection<LookupTable> lookups) {
        Map<String, Object> values = new HashMap<>(options);
        for (int i = 1; i <= MAX_TABLES; i++) {
            checkTables(TABLE_PREFIX + i, values, lookups);
        }
        List<Rule> rules = new ArrayList<>();
        for (int i = 1; i <= MAX_RULES; i++) {
            parseRules(RULE_PREFIX + i, values, lookups).forEach(parsed -> rules.add(parsed.rule()));
        }
        requireRule(values);
        return List.copyOf(rules);
    }

    /**
     * Refuses an option whose number is higher than the highest one, which would otherwise be ignored.
     *
     * @param options all that are set, also unknown ones
     * @throws ConfigException naming the option
     */
    static void requireKnownNumbers(Map<String, ?> options) {
        for (String option : new TreeSet<>(options.keySet())) {
            if (NUMBERED.matcher(option).matches() && !OPTIONS.names().contains(option)) {
                throw new ConfigException(option
                        + " is not an option: expected " + TABLE_PREFIX + "1 to " + TABLE_PREFIX + MAX_TABLES + " and "
                        + RULE_PREFIX + "1 to " + RULE_PREFIX + MAX_RULES
                        + ". One option may have several tables or rules, one a line");
            }
        }
    }

    /** The options of rules without a key, unless {@code key: none} states that there is to be none. */
    static List<String> findRulesWithoutKey(Map<String, ?> options) {
        Map<String, Object> values = new HashMap<>(options);
        List<String> found = new ArrayList<>();
        for (int i = 1; i <= MAX_RULES; i++) {
            String option = RULE_PREFIX + i;
            if (parseRules(option, values, LOOKUPS.get(values)).stream()
                    .anyMatch(parsed -> parsed.rule().key().isEmpty()
                            && !RuleParser.namesKey(parsed.definition().text(), tables(values)))) {
                found.add(option);
            }
        }
        return found;
    }

    /**
     * Refuses rules with the clause {@code also}, for a transform, which returns one record for each.
     *
     * @throws ConfigException naming the option and the rule
     */
    static void refuseAlso(Map<String, ?> options) {
        Map<String, Object> values = new HashMap<>(options);
        for (int i = 1; i <= MAX_RULES; i++) {
            refuseAlso(RULE_PREFIX + i, values);
        }
    }

    private static void refuseAlso(String option, Map<String, Object> values) {
        if (!option.startsWith(RULE_PREFIX)
                || !(values.get(option) instanceof String text)
                || !text.contains(RuleClauses.ALSO)) {
            // Rules are not parsed once more.
            return;
        }
        for (ParsedRule parsed : parseRules(option, values, LOOKUPS.get(values))) {
            if (parsed.rule().also()) {
                refuseAs(option, values, parsed.definition(), () -> {
                    throw new InvalidExpressionException("rule " + parsed.rule()
                            + ": 'also' makes a further event of a change, but a transform returns one record."
                            + " EventSourceConnector makes several events of one change; use it, or remove 'also'");
                });
            }
        }
    }

    /** The options of rules that read the transaction block. */
    static List<String> findRulesWithTransaction(Map<String, ?> options) {
        Map<String, Object> values = new HashMap<>(options);
        List<String> found = new ArrayList<>();
        if (values.values().stream()
                .noneMatch(value -> value instanceof String text && text.contains(ChangeScope.TRANSACTION))) {
            // Rules are not parsed once more.
            return found;
        }
        for (int i = 1; i <= MAX_RULES; i++) {
            String option = RULE_PREFIX + i;
            if (parseRules(option, values, LOOKUPS.get(values)).stream()
                    .flatMap(parsed -> parsed.rule().readPaths().stream())
                    .anyMatch(path -> path.variable().equals(ChangeScope.TRANSACTION))) {
                found.add(option);
            }
        }
        return found;
    }

    private static void checkPostedTable(String option, Map<String, Object> values) {
        checkTables(option, values, LOOKUPS.get(values));
        TopicOptions topics = TopicOptions.of(values);
        TABLES.get(values).stream()
                .filter(declared -> declared.option().equals(option))
                .forEach(declared -> refuseAs(option, values, declared.definition(), () -> {
                    SourceDatabase.check(values, declared.defaults().table(), parser -> declared.defaults()
                            .checkClauses(parser.withTopics(topics).withLookups(LOOKUPS.get(values))));
                    return declared;
                }));
    }

    private static void checkPostedRule(String option, Map<String, Object> values) {
        TopicOptions topics = TopicOptions.of(values);
        for (ParsedRule parsed : parseRules(option, values, LOOKUPS.get(values))) {
            refuseAs(option, values, parsed.definition(), () -> {
                SourceDatabase.check(values, parsed.rule().table(), parser -> parser.withTopics(topics)
                        .withLookups(LOOKUPS.get(values))
                        .parse(parsed.definition().text(), tables(values)));
                return parsed;
            });
        }
        if (option.equals(RULE_PREFIX + 1)) {
            requireRule(values);
        }
    }

    private static void checkTables(String option, Map<String, Object> values, Collection<LookupTable> lookups) {
        if (!(values.get(option) instanceof String text)) {
            return;
        }
        RuleParser parser =
                RuleParser.UNCHECKED.withTopics(TopicOptions.of(values)).withLookups(lookups);
        for (Definition definition : Definition.split(text)) {
            TableDefaults defaults = refuseAs(option, values, definition, () -> TableDefaults.parse(definition.text()));
            refuseAs(option, values, definition, () -> {
                defaults.checkClauses(parser);
                return defaults;
            });
            requireFirst(option, values, definition, defaults);
        }
        if (Definition.split(text).isEmpty()) {
            refuseAs(option, values, new Definition(text, 1, true), () -> TableDefaults.parse(text));
        }
    }

    private static void requireFirst(
            String option, Map<String, Object> values, Definition definition, TableDefaults defaults) {
        for (DeclaredTable earlier : TABLES.get(values)) {
            if (earlier.option().equals(option) && earlier.definition().line() == definition.line()) {
                return;
            }
            if (earlier.defaults().table().equals(defaults.table())) {
                throw new ConfigException(
                        option,
                        values.get(option),
                        "the table " + defaults.table() + " is in " + earlier.option()
                                + (earlier.definition().alone()
                                        ? ""
                                        : ", line " + earlier.definition().line())
                                + " already");
            }
        }
    }

    /** A rule and the text that it was parsed from. */
    private record ParsedRule(Definition definition, Rule rule) {}

    private static List<ParsedRule> parseRules(
            String option, Map<String, Object> values, Collection<LookupTable> lookups) {
        if (!(values.get(option) instanceof String text)) {
            return List.of();
        }
        RuleParser parser =
                RuleParser.UNCHECKED.withTopics(TopicOptions.of(values)).withLookups(lookups);
        List<Definition> definitions = Definition.split(text);
        if (definitions.isEmpty()) {
            definitions = List.of(new Definition(text, 1, true));
        }
        List<ParsedRule> rules = new ArrayList<>();
        for (Definition definition : definitions) {
            Rule rule = refuseAs(option, values, definition, () -> parser.parse(definition.text(), tables(values)));
            requireOwnSchemaName(option, rule, values);
            rules.add(new ParsedRule(definition, rule));
        }
        return rules;
    }

    private static List<TableDefaults> tables(Map<String, Object> values) {
        return TABLES.get(values).stream().map(DeclaredTable::defaults).toList();
    }

    /** A registry would take the schemas of two types for versions of one. */
    private static void requireOwnSchemaName(String option, Rule rule, Map<String, Object> values) {
        if (rule.schemaName().equals(rule.typeHeader())) {
            return;
        }
        for (int i = 1; i <= MAX_RULES; i++) {
            if (values.get(RULE_PREFIX + i) instanceof String text) {
                Optional<String> other = Definition.split(text).stream()
                        .flatMap(definition -> RuleParser.findTypeHeader(definition.text()).stream())
                        .filter(type -> !type.equals(rule.typeHeader()))
                        .filter(type -> Rule.schemaName(type).equals(rule.schemaName()))
                        .findFirst();
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

    private static List<DeclaredTable> parseTables(Map<String, Object> values) {
        List<DeclaredTable> tables = new ArrayList<>();
        for (int i = 1; i <= MAX_TABLES; i++) {
            String option = TABLE_PREFIX + i;
            if (values.get(option) instanceof String text) {
                for (Definition definition : Definition.split(text)) {
                    try {
                        tables.add(new DeclaredTable(option, definition, TableDefaults.parse(definition.text())));
                    } catch (InvalidExpressionException e) {
                        LOG.debug("{} is not a table: {}", option, e.getMessage());
                    }
                }
            }
        }
        return List.copyOf(tables);
    }

    private static <T> T refuseAs(
            String option, Map<String, Object> values, Definition definition, Supplier<T> parsing) {
        try {
            return definition.read(parsing);
        } catch (InvalidExpressionException e) {
            throw new ConfigException(option, values.get(option), e.getMessage());
        }
    }
}
