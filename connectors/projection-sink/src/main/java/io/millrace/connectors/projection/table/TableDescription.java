package io.millrace.connectors.projection.table;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A table as the database describes it.
 *
 * @param unfit why it cannot be a view whatever its columns are, such as an engine without transactions; null if it can
 * @param caseSensitive whether columns whose names differ by case only are different
 * @param columns in the table's order
 * @param uniqueKeys the primary key and every other unique key, by name; the columns' names as the table has them, and
 *     for every other part a text that is not a column's name
 */
public record TableDescription(
        @Nullable String unfit, boolean caseSensitive, List<Column> columns, Map<String, Set<String>> uniqueKeys) {
    /** The column that this name refers to in SQL. */
    public Optional<Column> column(String name) {
        return columns.stream()
                .filter(column -> caseSensitive
                        ? column.name().equals(name)
                        : column.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** A column's name as the table has it, or the given name if the table does not have the column. */
    public String canonical(String name) {
        return column(name).map(Column::name).orElse(name);
    }

    /** The names of the columns, for a message. */
    public String columnNames() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }
}
