package io.millrace.connectors.projection.database.postgresql;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.table.Column;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A temporary table into which rows are copied and from which one statement writes them: the fastest way to write rows
 * of which some exist already. Its rows are deleted at the end of the transaction. For one thread.
 */
final class Stage {
    /** Numbers the copies of all tasks: several may share a stage of a pooler's session. */
    private static final AtomicLong COPIES = new AtomicLong();

    private final Database database;
    private @Nullable Connection asked;
    private boolean permitted;
    private boolean dropped;

    Stage(Database database) {
        this.database = database;
    }

    /** Whether the user may create temporary tables; to be called in each transaction, before {@link #copy}. */
    boolean isPermitted() throws SQLException {
        Connection connection = database.current();
        if (connection != asked) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMP')")) {
                row.next();
                permitted = row.getBoolean(1);
            }
            dropped = PostgresSession.changesBetweenTransactions(connection);
            asked = connection;
        }
        return permitted;
    }

    /**
     * Copies rows into the table for rows of such columns, which is created if it is missing.
     *
     * @param columns the columns of the rows
     * @param values the value of a row and a column as text; null for null
     * @return an id that distinguishes these rows from others of the transaction
     */
    <R> long copy(List<Column> columns, List<R> rows, List<Function<R, @Nullable Object>> values) throws SQLException {
        long copy = COPIES.incrementAndGet();
        try (Statement statement = database.current().createStatement()) {
            statement.execute(PostgresSql.createStage(columns, dropped));
        }
        CopyIn target = database.current()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + PostgresSql.stage(columns) + " FROM STDIN");
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
