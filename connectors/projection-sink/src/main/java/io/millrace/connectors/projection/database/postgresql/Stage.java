package io.millrace.connectors.projection.database.postgresql;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.table.Column;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A temporary table that rows are copied into, from where one statement writes them: the quickest way into a table that has
 * some of them already. Its rows are gone with the transaction. For one thread.
 */
final class Stage {
    private final Database database;
    private @Nullable Connection asked;
    private boolean permitted;
    private long copies;

    Stage(Database database) {
        this.database = database;
    }

    /** Whether the user may create temporary tables. */
    boolean isPermitted() throws SQLException {
        Connection connection = database.current();
        if (connection != asked) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMP')")) {
                row.next();
                permitted = row.getBoolean(1);
            }
            asked = connection;
        }
        return permitted;
    }

    /**
     * Copies rows into the table, which is created where it is missing.
     *
     * @param table the table's name
     * @param columns the columns of the rows
     * @param values the value of a row and a column, as it is written in text; null for null
     * @return what tells these rows from others of the transaction
     */
    <R> long copy(String table, List<Column> columns, List<R> rows, List<Function<R, @Nullable Object>> values)
            throws SQLException {
        long copy = ++copies;
        try (Statement statement = database.current().createStatement()) {
            statement.execute(PostgresSql.createStage(table, columns));
        }
        CopyIn target =
                database.current().unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + table + " FROM STDIN");
        try {
            new CopyText(target).write(copy, rows, values);
            target.endCopy();
        } finally {
            if (target.isActive()) {
                target.cancelCopy();
            }
        }
        return copy;
    }
}
