package io.millrace.connectors.projection.requirement;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the reasons why a projection cannot write a table. */
public final class TableCheck {
    private final TableName name;
    private final TableDescription table;
    private final List<Problem> problems;

    /** Adds what is wrong to the problems. Options are given by their full names. */
    public TableCheck(TableName name, TableDescription table, List<Problem> problems) {
        this.name = name;
        this.table = table;
        this.problems = problems;
    }

    /** Requires a table whose rows are written in one transaction with offsets. */
    public void requireFit(String option) {
        if (table.unfit() != null) {
            add(option, table.unfit());
        }
    }

    /** Whether the table has all columns, and each can be written. */
    public boolean requireWritable(ColumnList list) {
        int before = problems.size();
        list.names().forEach(name -> findWritable(list.option(), name));
        return problems.size() == before;
    }

    /** The column, if the table has it and it can be written; otherwise a problem. */
    public Optional<Column> findWritable(String option, String column) {
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
     * Requires that these columns are a primary or unique key, and that no other unique key can be violated.
     *
     * @param written all columns that the projection writes
     */
    public void requireKey(String option, Set<String> key, Collection<String> written) {
        if (!table.uniqueKeys().containsValue(key)) {
            add(
                    option,
                    "expected a primary or unique key of exactly the columns " + key + "; the table has "
                            + (table.uniqueKeys().isEmpty() ? "none" : describeKeys()));
            return;
        }
        table.uniqueKeys().forEach((other, columns) -> {
            // A key that holds the projection's own, or a number that the database hands out, is never in the way.
            boolean numbered = columns.stream().anyMatch(column -> isNumbered(column, written));
            if (!columns.containsAll(key) && !numbered) {
                add(
                        option,
                        "the table has one more unique key, " + other + " of " + columns
                                + "; a row with an equal value there would overwrite a row with another key");
            }
        });
    }

    private boolean isNumbered(String column, Collection<String> written) {
        return table.column(column).map(Column::numbered).orElse(false) && !written.contains(column);
    }

    private String describeKeys() {
        return table.uniqueKeys().entrySet().stream()
                .map(key -> key.getKey() + " of " + key.getValue())
                .collect(Collectors.joining(", "));
    }

    /** Requires that every column without a default that is NOT NULL is written. */
    public void requireValues(String option, Collection<String> written) {
        for (Column column : table.columns()) {
            if (column.required() && !written.contains(column.name())) {
                add(
                        option,
                        "the column " + column.name() + " is NOT NULL without a default, and the projection does not"
                                + " write it, so it could not add a row");
            }
        }
    }

    public TableDescription table() {
        return table;
    }

    /** Adds a problem with this table. */
    public void add(String option, String reason) {
        problems.add(new Problem(option, "table " + name + ": " + reason));
    }
}
