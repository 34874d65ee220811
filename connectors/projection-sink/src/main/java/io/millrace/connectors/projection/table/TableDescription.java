package io.millrace.connectors.projection.table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table as the database describes it.
 *
 * @param engine the storage engine, e.g. {@code InnoDB}
 * @param columns in the table's order
 * @param uniqueKeys the primary key and every other unique key, by name; columns in lower case, because MySQL compares
 *     names of columns without regard to case
 */
public record TableDescription(String engine, List<Column> columns, Map<String, Set<String>> uniqueKeys) {
    /** The columns by their names in lower case. */
    public Map<String, Column> byName() {
        Map<String, Column> byName = new LinkedHashMap<>();
        columns.forEach(column -> byName.put(column.name().toLowerCase(Locale.ROOT), column));
        return byName;
    }

    /** The names of the columns, for a message. */
    public String columnNames() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }
}
