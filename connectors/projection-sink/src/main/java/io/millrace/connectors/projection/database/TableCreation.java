package io.millrace.connectors.projection.database;

import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Creates tables that the sink needs beside the views. */
public final class TableCreation {
    private TableCreation() {}

    /** Creates the table if it is missing. May end the transaction, as MySQL does. */
    public static void createIfMissing(Connection connection, Dialect dialect, TableName table, List<String> statements)
            throws SQLException {
        // Looked for first, because CREATE TABLE IF NOT EXISTS needs the privilege even where there is nothing to do.
        if (dialect.describe(connection, table).isPresent()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            // Two tasks that create it at once do not both succeed in PostgreSQL.
            if (dialect.describe(connection, table).isEmpty()) {
                throw e;
            }
        }
    }
}
