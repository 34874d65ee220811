package io.millrace.tools.check;

import io.millrace.connectors.event.UnwrappedConfiguration;
import io.millrace.expressions.NearestNames;
import io.millrace.rules.OfficialEventConfig;
import io.millrace.rules.SourceConnection;
import io.millrace.tools.source.SourceProduct;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigException;

/** Checks a source of MySQL or PostgreSQL against its database: the connection, table lists, and tables without rules. */
final class SourceCheck {
    private static final String HOST = "database.hostname";
    private static final String INCLUDED_TABLES = "table.include.list";

    private final CheckReport report;
    private final SourceProduct product;
    private final Map<String, String> options;

    /** A check of a source of this product. */
    SourceCheck(CheckReport report, SourceProduct product) {
        this.report = report;
        this.product = product;
        this.options = report.resolved();
    }

    void check() {
        requireOptions();
        Optional<OfficialEventConfig> rules = findRules();
        rules.ifPresent(this::checkKeys);
        if (UnwrappedConfiguration.isWrapped(options) && rules.isEmpty()) {
            checkRawRows();
        }
        boolean isNamed = product.requiredOptions().stream()
                .filter(option -> option.startsWith("database."))
                .allMatch(options::containsKey);
        if (!isNamed || !report.hasValuesOf("database.")) {
            return;
        }
        Optional<SourceConnection> connection = findConnection();
        if (connection.isEmpty()) {
            return;
        }
        Optional<String> fault = connection.get().findFault();
        if (fault.isPresent()) {
            report.add(CheckProblem.of(
                    HOST,
                    "the database cannot be reached with " + HOST + ", database.port, database.user and"
                            + " database.password: " + fault.get(),
                    List.of(),
                    "Correct them; rules and table lists are not checked against the tables until then"));
            return;
        }
        connection.get().findTables().ifPresent(tables -> checkTables(tables, rules));
    }

    private void requireOptions() {
        for (String option : product.requiredOptions()) {
            if (options.getOrDefault(option, "").isBlank()) {
                report.add(CheckProblem.of(option, "expected a value, found none", List.of(), "Set the option"));
            }
        }
    }

    /** Rules that are not valid are problems already. */
    private Optional<OfficialEventConfig> findRules() {
        try {
            return UnwrappedConfiguration.isWrapped(options)
                    ? UnwrappedConfiguration.findRules(options)
                    : Optional.empty();
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    private void checkKeys(OfficialEventConfig rules) {
        for (String option : rules.findRulesWithoutKey()) {
            report.add(CheckProblem.of(
                    "events." + option,
                    "the rule's events have no key, so those of one row may be in different partitions, without an order",
                    List.of(),
                    "Add 'key: NAME = row.COLUMN' to the rule or to its table, or 'key: none' if no order is needed"));
        }
    }

    private void checkRawRows() {
        boolean storesPayloads = !options.getOrDefault("payload.fields", "").isBlank();
        boolean hasRule = options.keySet().stream().anyMatch(option -> option.startsWith("events.rule."));
        if (!storesPayloads && !hasRule) {
            report.add(
                    CheckProblem.of(
                            "events.rule.1",
                            "no rule is set, so every column of every captured table is sent as it is",
                            List.of(),
                            "Set events.table.1 and events.rule.1; or use the wrapped connector alone if the rows are to be sent"));
        }
    }

    private Optional<SourceConnection> findConnection() {
        try {
            return product.findConnection(options);
        } catch (ConfigException e) {
            report.add(CheckProblem.ofValidation(HOST, String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    private void checkTables(List<String> tables, Optional<OfficialEventConfig> rules) {
        Set<String> databases = new LinkedHashSet<>();
        tables.forEach(table -> databases.add(table.substring(0, table.indexOf('.'))));
        checkList(product.includedSchemas(), databases, product.schemaName());
        checkList(INCLUDED_TABLES, tables, "table");
        if (rules.isPresent()) {
            Set<String> named = new LinkedHashSet<>();
            rules.get().tables().forEach(table -> named.addAll(OfficialEventConfig.expandTable(table, tables)));
            named.addAll(rules.get().findUnmappedTables());
            for (String expression : split(INCLUDED_TABLES)) {
                for (String table : findMatches(expression, tables)) {
                    if (!named.contains(table)) {
                        report.addNote("changes of " + table + ", which " + INCLUDED_TABLES
                                + " names, are dropped: no rule matches them");
                    }
                }
            }
            checkUnmapped(rules.get(), tables);
        }
    }

    private void checkUnmapped(OfficialEventConfig rules, List<String> tables) {
        for (String table : rules.findUnmappedTables()) {
            if (!tables.contains(table)) {
                report.add(CheckProblem.of(
                        "events.unmapped.tables",
                        "expected tables of the source, found " + table
                                + ", which does not exist or which the user may not" + " read",
                        NearestNames.find(table, tables),
                        "Correct the name, or create the table"));
            }
        }
    }

    private void checkList(String option, Iterable<String> names, String what) {
        List<String> all = new ArrayList<>();
        names.forEach(all::add);
        for (String expression : split(option)) {
            if (findMatches(expression, all).isEmpty()) {
                report.add(CheckProblem.of(
                        option,
                        "no " + what + " of the source matches '" + expression + "'",
                        NearestNames.find(expression.replace("\\", ""), all),
                        "Correct the expression, create the " + what + ", or grant SELECT on it to database.user"));
            }
        }
    }

    private List<String> split(String option) {
        List<String> parts = new ArrayList<>();
        for (String part : options.getOrDefault(option, "").split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    /** As Debezium matches: the whole name, upper and lower case alike. */
    private List<String> findMatches(String expression, List<String> names) {
        try {
            Pattern pattern = Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
            return names.stream()
                    .filter(name -> pattern.matcher(name).matches())
                    .toList();
        } catch (PatternSyntaxException e) {
            return List.of();
        }
    }
}
