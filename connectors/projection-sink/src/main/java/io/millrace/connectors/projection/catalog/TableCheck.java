package io.millrace.connectors.projection.catalog;

import io.millrace.connectors.projection.definition.Problem;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.Field;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what keeps a projection from writing a table. */
final class TableCheck {
    private final ProjectionDefinition projection;
    private final TableName name;
    private final TableDescription table;
    private final List<Problem> problems;

    TableCheck(ProjectionDefinition projection, TableName name, TableDescription table, List<Problem> problems) {
        this.projection = projection;
        this.name = name;
        this.table = table;
        this.problems = problems;
    }

    /** The table can hold rows that are written together with offsets. */
    void fit(String option) {
        if (table.unfit() != null) {
            add(option, table.unfit());
        }
    }

    /** The columns are there and can be written; whether that is so. */
    boolean writable(String option, List<Field> fields) {
        int before = problems.size();
        fields.forEach(field -> writable(option, field.name()));
        return problems.size() == before;
    }

    /** The column, where it is there and can be written. */
    Optional<Column> writable(String option, String column) {
        Optional<Column> found = table.column(column);
        if (found.isEmpty()) {
            add(option, "the table has no column " + column + "; it has " + table.columnNames());
        } else if (found.get().generated()) {
            add(option, "the column " + column + " is generated; the database computes it");
        } else if (found.get().kind() == ColumnKind.UNSUPPORTED) {
            add(
                    option,
                    "the column " + column + " has the type " + found.get().typeName()
                            + ", which a projection cannot write");
        } else {
            return found;
        }
        return Optional.empty();
    }

    /**
     * These columns are a primary or unique key, and no other key is in the way.
     *
     * @param written all columns that the projection writes
     */
    void keys(String option, Set<String> key, Collection<String> written) {
        if (!table.uniqueKeys().containsValue(key)) {
            add(
                    option,
                    "expected a primary or unique key of exactly the columns " + key + "; the table has "
                            + (table.uniqueKeys().isEmpty() ? "none" : describeKeys()));
            return;
        }
        table.uniqueKeys().forEach((other, columns) -> {
            // A key that holds the projection's own, or a number that the database hands out, is never in the way.
            boolean numbered = columns.stream().anyMatch(column -> numbers(column, written));
            if (!columns.containsAll(key) && !numbered) {
                add(
                        option,
                        "the table has one more unique key, " + other + " of " + columns
                                + "; a row that collides in it would overwrite a row with another key");
            }
        });
    }

    private boolean numbers(String column, Collection<String> written) {
        return table.column(column).map(Column::numbered).orElse(false) && !written.contains(column);
    }

    private String describeKeys() {
        return table.uniqueKeys().entrySet().stream()
                .map(key -> key.getKey() + " of " + key.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Every column that must have a value gets one. */
    void required(String option, Collection<String> written) {
        for (Column column : table.columns()) {
            if (column.required() && !written.contains(column.name())) {
                add(
                        option,
                        "the column " + column.name() + " is NOT NULL without a default, and the projection does not"
                                + " write it, so it could not add a row");
            }
        }
    }

    void add(String option, String reason) {
        problems.add(new Problem(projection.option(option), "table " + name + ": " + reason));
    }
}
