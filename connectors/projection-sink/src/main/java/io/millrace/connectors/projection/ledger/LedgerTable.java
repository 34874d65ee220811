package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.LedgerStatements;
import io.millrace.connectors.projection.table.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/** The table of the ledger, with the rows of all connectors that use it. Methods work within the caller's transaction. */
public final class LedgerTable {
    private final TableName name;
    private final Dialect dialect;
    private final LedgerStatements statements;

    public LedgerTable(TableName name, Dialect dialect) {
        this.name = name;
        this.dialect = dialect;
        this.statements = dialect.ledger(name);
    }

    /** Creates the table if it is missing. May end the transaction, as MySQL does. */
    void createIfMissing(Connection connection) throws SQLException {
        // Read first, because CREATE TABLE IF NOT EXISTS needs the privilege even if the table exists.
        if (dialect.describe(connection, name).isPresent()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(statements.create());
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            // If two tasks create it at once, one of them may fail.
            if (dialect.describe(connection, name).isEmpty()) {
                throw e;
            }
        }
    }

    LedgerStatements statements() {
        return statements;
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
