package io.millrace.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The tables whose records have other keys than their rows, so that several rows may share one: Debezium's option
 * {@code message.key.columns}, {@code table:column,column;table:column}, in which a table is a regular expression.
 */
final class SharedKeys {
    private final List<Pattern> tables;
    private final Map<Table, Boolean> known = new ConcurrentHashMap<>();

    private SharedKeys(List<Pattern> tables) {
        this.tables = tables;
    }

    /**
     * Parses the option.
     *
     * @throws IllegalArgumentException if a table is not a regular expression
     */
    static SharedKeys parse(String option) {
        List<Pattern> tables = new ArrayList<>();
        for (String entry : option.split(";", -1)) {
            String table =
                    entry.substring(0, Math.max(0, entry.lastIndexOf(':'))).strip();
            if (!table.isEmpty()) {
                try {
                    tables.add(Pattern.compile(table, Pattern.CASE_INSENSITIVE));
                } catch (PatternSyntaxException e) {
                    throw new IllegalArgumentException("'" + table + "' is not a regular expression", e);
                }
            }
        }
        return new SharedKeys(List.copyOf(tables));
    }

    /** Whether several rows of the table may have one key. */
    boolean contains(Table table) {
        return !tables.isEmpty()
                && known.computeIfAbsent(table, name -> tables.stream()
                        .anyMatch(expression ->
                                expression.matcher(name.toString()).matches()));
    }
}
