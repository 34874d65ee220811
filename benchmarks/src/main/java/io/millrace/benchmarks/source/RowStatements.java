package io.millrace.benchmarks.source;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * The SQL of a shape's changes. Statement {@code n}, from 0 on, is for the next rows of {@code rowsPerStatement} and for one
 * table; tables take turns. Each has the request's context in a comment.
 */
record RowStatements(SourceShape shape) {
    /** The status and the version of each row at the end. */
    static final String LAST_STATUS = "PAID";

    static final long LAST_VERSION = 2;

    /** How many rows are inserted and updated by the statements of a batch; more if a statement is for more rows. */
    private static final int BATCH_ROWS = 100;

    /** The definition of a table. */
    String create(String table) {
        return "CREATE TABLE " + table
                + shape.columns().stream()
                        .map(column -> column.name() + " " + column.definition())
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    /** An insert of the rows with ids from first to last. */
    String insert(String table, int first, int last) {
        List<ChangedColumn> columns = shape.columns();
        StringBuilder sql = new StringBuilder("INSERT INTO ").append(table).append(" VALUES ");
        for (int id = first; id <= last; id++) {
            sql.append(id == first ? "(" : ", (");
            for (int column = 0; column < columns.size(); column++) {
                sql.append(column == 0 ? "" : ", ").append(columns.get(column).literal(id));
            }
            sql.append(')');
        }
        return sql.append(comment(first)).toString();
    }

    /** An update of the rows with ids from first to last. */
    String update(String table, int first, int last) {
        return "UPDATE " + table + " SET status = '" + LAST_STATUS + "', version = version + 1 WHERE id BETWEEN "
                + first + " AND " + last + comment(first);
    }

    /** The statements of a batch, from 0 on, which insert rows and update them at once; empty behind the last row. */
    String batch(int number, int rows) {
        int step = shape.rowsPerStatement();
        int statements = Math.max(1, BATCH_ROWS / step);
        StringJoiner batch = new StringJoiner("; ");
        for (int statement = number * statements; statement < (number + 1) * statements; statement++) {
            int first = statement * step + 1;
            int last = Math.min(rows, first + step - 1);
            if (first <= rows) {
                batch.add(insert(tableOf(first), first, last)).add(update(tableOf(first), first, last));
            }
        }
        return batch.toString();
    }

    /** The table of a row. */
    String tableOf(int id) {
        List<String> tables = shape.tables();
        return tables.get((id - 1) / shape.rowsPerStatement() % tables.size());
    }

    /** The request's id that the statements have of which this row is the first. */
    static String requestId(int first) {
        return "5f1c3a7e-" + first;
    }

    /** The first row of the statements that change a row. */
    int firstOf(int id) {
        return (id - 1) / shape.rowsPerStatement() * shape.rowsPerStatement() + 1;
    }

    private static String comment(int first) {
        return String.format(
                Locale.ROOT,
                " /*requestId='%s',userId='u%%2F42',traceparent='00-4bf92f3577b34da6a3ce929d%08x-00f067aa0ba902b7-01'*/",
                requestId(first),
                first);
    }
}
