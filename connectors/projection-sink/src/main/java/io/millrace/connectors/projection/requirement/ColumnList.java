package io.millrace.connectors.projection.requirement;

import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.expressions.Field;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Columns that one option lists.
 *
 * @param option the option's full name
 * @param columns the columns, in the order of the list
 */
public record ColumnList(String option, List<ColumnNeed> columns) {
    public ColumnList {
        columns = List.copyOf(columns);
    }

    /** The columns of a list of fields. */
    public static ColumnList of(String option, List<Field> fields) {
        return new ColumnList(option, fields.stream().map(ColumnNeed::of).toList());
    }

    public List<String> names() {
        return columns.stream().map(ColumnNeed::name).toList();
    }

    /** The names of fields' columns as the table has them. */
    public static Set<String> canonicalNames(TableDescription table, List<String> names) {
        return names.stream().map(table::canonical).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
