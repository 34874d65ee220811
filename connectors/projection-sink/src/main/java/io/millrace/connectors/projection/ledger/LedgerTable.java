package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.LedgerStatements;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The tables of the ledger, with the rows of all connectors that use it: one for offsets, one for views. Methods work within
 * the caller's transaction.
 */
public final class LedgerTable {
    private final TableName name;
    private final Dialect dialect;
    private final LedgerStatements statements;
    private final ViewTable views;

    public LedgerTable(TableName name, Dialect dialect) {
        this.name = name;
        this.dialect = dialect;
        this.statements = dialect.ledger(name);
        this.views = new ViewTable(name, dialect);
    }

    /**
     * Creates the tables that are missing, and adds the columns that a table of a former version lacks. May end the
     * transaction, as MySQL does.
     *
     * @throws ConnectException if the user may not change the table
     */
    public void prepare(Connection connection) throws SQLException {
        // Read first, because CREATE TABLE IF NOT EXISTS needs the privilege even if the table exists.
        if (!exists(connection, name)) {
            createTable(connection, name, List.of(statements.create()));
        } else if (!hasFormat(connection)) {
            upgrade(connection);
        }
        if (!exists(connection, views.name())) {
            createTable(connection, views.name(), views.createStatements());
        }
    }

    /** Whether both tables are there, as this version has them. */
    public boolean isPrepared(Connection connection) throws SQLException {
        return hasFormat(connection) && exists(connection, views.name());
    }

    private boolean exists(Connection connection, TableName table) throws SQLException {
        return dialect.describe(connection, table).isPresent();
    }

    private boolean hasFormat(Connection connection) throws SQLException {
        Optional<TableDescription> table = dialect.describe(connection, name);
        return table.isPresent() && table.get().column("format").isPresent();
    }

    private void createTable(Connection connection, TableName table, List<String> ddl) throws SQLException {
        try {
            executeAll(connection, ddl);
        } catch (SQLException e) {
            connection.rollback();
            // If two tasks create it at once, one of them may fail.
            if (!exists(connection, table)) {
                throw e;
            }
        }
    }

    private void upgrade(Connection connection) throws SQLException {
        try {
            executeAll(connection, statements.upgrade());
        } catch (SQLException e) {
            connection.rollback();
            if (hasFormat(connection)) {
                return;
            }
            if (dialect.errors().classify(e) == SqlFault.TRANSIENT) {
                throw e;
            }
            throw new ConnectException(
                    "The ledger " + name + " is of a former version, and the database user cannot add its columns ("
                            + dialect.errors().describeCodes(e) + "). Have somebody who may do it run: "
                            + String.join("; ", statements.upgrade()));
        }
    }

    private static void executeAll(Connection connection, List<String> ddl) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : ddl) {
                statement.execute(sql);
            }
        }
        connection.commit();
    }

    LedgerStatements statements() {
        return statements;
    }

    ViewTable views() {
        return views;
    }

    Dialect dialect() {
        return dialect;
    }

    /** The name, quoted. */
    String quotedName() {
        return dialect.quote(name);
    }

    Optional<String> queryText(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getString(1));
            }
        }
    }

    long queryNumber(Connection connection, String sql, String... parameters) throws SQLException {
        return new BigDecimal(queryText(connection, sql, parameters).orElseThrow()).longValueExact();
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
