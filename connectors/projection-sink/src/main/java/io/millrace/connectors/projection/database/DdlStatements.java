package io.millrace.connectors.projection.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Statements that create, change or drop tables. A server may take longer for one than a driver waits for other
 * answers, and completes it even if the client has disconnected; so these have a separate timeout.
 */
public final class DdlStatements {
    private static final int TIMEOUT_MS = ConnectionSettings.DDL_SECONDS * 1000;

    private DdlStatements() {}

    /** Executes the statements, in their order, on a connection that has its former timeout afterwards. */
    public static void executeAll(Connection connection, List<String> statements) throws SQLException {
        int timeout = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, TIMEOUT_MS);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
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
