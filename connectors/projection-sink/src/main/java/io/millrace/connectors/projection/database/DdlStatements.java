package io.millrace.connectors.projection.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Statements that create, change, drop or empty tables. A server may take longer for one than a driver waits for other
 * answers, and completes it even if the client has disconnected; so these have a separate timeout.
 */
public final class DdlStatements {
    private static final int TIMEOUT_MS = ConnectionSettings.DDL_SECONDS * 1000;

    private DdlStatements() {}

    /** Executes the statements, in their order, on a connection that has its former timeout afterwards. */
    public static void executeAll(Connection connection, List<String> statements) throws SQLException {
        withTimeout(connection, () -> {
            try (Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        });
    }

    /** Executes a statement that changes all rows of a table. */
    public static void executeUpdate(PreparedStatement statement) throws SQLException {
        withTimeout(statement.getConnection(), statement::executeUpdate);
    }

    /** An execution of statements. */
    private interface Execution {
        void execute() throws SQLException;
    }

    private static void withTimeout(Connection connection, Execution execution) throws SQLException {
        int timeout = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, TIMEOUT_MS);
        try {
            execution.execute();
        } catch (SQLException e) {
            try {
                connection.setNetworkTimeout(Runnable::run, timeout);
            } catch (SQLException closed) {
                e.addSuppressed(closed);
            }
            throw e;
        }
        connection.setNetworkTimeout(Runnable::run, timeout);
    }
}
