package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.StateException;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The table of the views' states, next to the ledger's table: a row for each connector and view. Methods work within
 * the caller's transaction.
 */
final class ViewTable {
    private static final String SUFFIX = "_views";

    private final TableName name;
    private final Dialect dialect;
    private final String quotedName;

    /** The table that belongs to a ledger's. */
    ViewTable(TableName ledger, Dialect dialect) {
        this.name = new TableName(ledger.database(), ledger.table() + SUFFIX);
        this.dialect = dialect;
        this.quotedName = dialect.quote(name);
    }

    TableName name() {
        return name;
    }

    /** The statements that create the table. */
    List<String> createStatements() {
        String text = dialect.exactText() + " NOT NULL";
        return dialect.createTable(
                name,
                List.of(
                        "connector " + text,
                        "view_name " + text,
                        "state VARCHAR(16) NOT NULL",
                        "replaces " + dialect.exactText(),
                        "generation VARCHAR(255)",
                        "since TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"),
                List.of("connector", "view_name"),
                List.of());
    }

    /** The rows of a connector, in the order of the views' names. */
    List<ViewRow> readRows(Connection connection, String connector) throws SQLException {
        return query(connection, " WHERE connector = ? ORDER BY view_name", connector);
    }

    /** The rows of all connectors that write a view. */
    List<ViewRow> readWriters(Connection connection, TableName view) throws SQLException {
        return query(connection, " WHERE view_name = ? ORDER BY connector", view.toString());
    }

    private List<ViewRow> query(Connection connection, String condition, String parameter) throws SQLException {
        List<ViewRow> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT connector, view_name, state, replaces, generation FROM " + quotedName + condition)) {
            statement.setString(1, parameter);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    rows.add(new ViewRow(
                            row.getString(1),
                            TableName.parse(row.getString(2)),
                            ViewState.valueOf(row.getString(3).toUpperCase(Locale.ROOT)),
                            row.getString(4),
                            row.getString(5)));
                }
            }
        }
        return rows;
    }

    /**
     * Adds a row.
     *
     * @throws StateException if another task has just added it; the transaction is to be tried again
     */
    void insert(Connection connection, ViewRow row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + quotedName
                + " (state, replaces, generation, connector, view_name) VALUES (?, ?, ?, ?, ?)")) {
            setRow(statement, 1, row);
            statement.executeUpdate();
        } catch (SQLException e) {
            if (dialect.errors().isDuplicateKey(e)) {
                throw new StateException(
                        "Another task has just added the row of " + row.view() + " to " + name, "40001");
            }
            throw e;
        }
    }

    /** Writes what a row has now. */
    void update(Connection connection, ViewRow row) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + quotedName
                + " SET since = CASE WHEN state = ? THEN since ELSE CURRENT_TIMESTAMP(6) END,"
                + " state = ?, replaces = ?, generation = ? WHERE connector = ? AND view_name = ?")) {
            statement.setString(1, stateOf(row));
            setRow(statement, 2, row);
            statement.executeUpdate();
        }
    }

    private static void setRow(PreparedStatement statement, int first, ViewRow row) throws SQLException {
        statement.setString(first, stateOf(row));
        statement.setString(first + 1, row.replaces());
        statement.setString(first + 2, row.generation());
        statement.setString(first + 3, row.connector());
        statement.setString(first + 4, row.view().toString());
    }

    private static String stateOf(ViewRow row) {
        return row.state().name().toLowerCase(Locale.ROOT);
    }

    void delete(Connection connection, ViewRow row) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + quotedName + " WHERE connector = ? AND view_name = ?")) {
            statement.setString(1, row.connector());
            statement.setString(2, row.view().toString());
            statement.executeUpdate();
        }
    }

    void deleteAll(Connection connection, String connector) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + quotedName + " WHERE connector = ?")) {
            statement.setString(1, connector);
            statement.executeUpdate();
        }
    }
}
