package io.millrace.connectors.event;

import io.millrace.changes.Operation;
import io.millrace.rules.OfficialEventConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/**
 * What Debezium's connector for MySQL or PostgreSQL captures with its options: tables, and kinds of changes.
 *
 * <p>Source: Debezium's documentation of these connectors, {@code table.include.list} and {@code skipped.operations}.
 */
final class CapturedTables {
    private static final String INCLUDED_TABLES = "table.include.list";
    private static final String EXCLUDED_TABLES = "table.exclude.list";
    private static final String SKIPPED = "skipped.operations";
    private static final String SKIPPED_BY_DEFAULT = "t";
    private static final Map<String, Operation> OPERATIONS = new LinkedHashMap<>();

    static {
        OPERATIONS.put("c", Operation.CREATE);
        OPERATIONS.put("u", Operation.UPDATE);
        OPERATIONS.put("d", Operation.DELETE);
        OPERATIONS.put("t", Operation.TRUNCATE);
    }

    private final Map<String, String> options;
    private final String includedDatabases;
    private final String excludedDatabases;

    /**
     * With the options of the connector.
     *
     * @param container what its tables are in: {@code database}, or {@code schema} for PostgreSQL
     */
    CapturedTables(Map<String, String> options, String container) {
        this.options = options;
        this.includedDatabases = container + ".include.list";
        this.excludedDatabases = container + ".exclude.list";
    }

    /**
     * The reasons why a rule never matches, one sentence for each table, or for each pattern of tables.
     *
     * @param existing the tables of the database, each as {@code database.table}; none if they are not known
     */
    List<String> findObjections(OfficialEventConfig rules, Collection<String> existing) {
        List<String> objections = new ArrayList<>();
        for (String table : rules.tables()) {
            List<String> expanded = OfficialEventConfig.expandTable(table, existing);
            if (!expanded.isEmpty()
                    && expanded.stream().allMatch(name -> findObjection(name).isPresent())) {
                expanded.stream().findFirst().flatMap(this::findObjection).ifPresent(objections::add);
            }
        }
        List<String> skipped =
                List.of(options.getOrDefault(SKIPPED, SKIPPED_BY_DEFAULT).split("\\s*,\\s*"));
        OPERATIONS.forEach((code, operation) -> {
            if (skipped.contains(code)) {
                rules.findTablesWith(operation)
                        .forEach(table -> objections.add("a rule of " + table + " is for " + operation + ", which "
                                + SKIPPED
                                + "=" + String.join(",", skipped) + " leaves out"
                                + (options.containsKey(SKIPPED) ? "" : " (the default); set " + SKIPPED + "=none")));
            }
        });
        return objections;
    }

    private Optional<String> findObjection(String table) {
        String database = table.substring(0, table.indexOf('.'));
        return Stream.of(
                        matches(includedDatabases, database, true) ? "" : includedDatabases,
                        matches(excludedDatabases, database, false) ? excludedDatabases : "",
                        matches(INCLUDED_TABLES, table, true) ? "" : INCLUDED_TABLES,
                        matches(EXCLUDED_TABLES, table, false) ? EXCLUDED_TABLES : "")
                .filter(option -> !option.isEmpty())
                .map(option -> "a rule names the table " + table + ", which " + option + "=" + options.get(option)
                        + " leaves out")
                .findFirst();
    }

    /** Whether an expression of the list matches the whole name; the default if there is no list. */
    private boolean matches(String list, String name, boolean otherwise) {
        String expressions = options.getOrDefault(list, "");
        if (expressions.isBlank()) {
            return otherwise;
        }
        for (String expression : expressions.split(",", -1)) {
            try {
                if (Pattern.compile(expression.strip(), Pattern.CASE_INSENSITIVE)
                        .matcher(name)
                        .matches()) {
                    return true;
                }
            } catch (PatternSyntaxException e) {
                // The wrapped connector refuses it.
                return otherwise;
            }
        }
        return false;
    }
}
