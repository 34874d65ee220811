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
 * @param uniqueKeys the primary key and every other unique key, by name; the columns' names as the table has them, and a
 *     text that is no column's name for every part that is something else
 */
public record TableDescription(
        @Nullable String unfit, boolean caseSensitive, List<Column> columns, Map<String, Set<String>> uniqueKeys) {
    /** The column that SQL means by this name. */
    public Optional<Column> column(String name) {
        return columns.stream()
                .filter(column -> caseSensitive
                        ? column.name().equals(name)
                        : column.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /** A column's name as the table has it, or the name as it is where the table has no such column. */
    public String canonical(String name) {
        return column(name).map(Column::name).orElse(name);
    }

    /** The names of the columns, for a message. */
    public String columnNames() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }
}
