package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.DdlStatements;
import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.LedgerStatements;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.requirement.ColumnList;
import io.millrace.connectors.projection.requirement.Problem;
import io.millrace.connectors.projection.requirement.TableCheck;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The tables of the ledger, with the rows of all connectors that use it: one for offsets, one for views. Methods work within
 * the caller's transaction.
 */
public final class LedgerTable {
    private static final String OPTION = "ledger.table";
    private static final List<String> KEY = List.of("connector", "topic", "partition_id");
    private static final List<String> NUMBERS = List.of("next_offset", "epoch");
    private static final String SUCCESSOR = "successor";
    /** A table of a former version gets them. */
    private static final List<String> SINCE_FORMAT = List.of("cluster_id", "topic_id", "format");

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
     * @throws ConnectException if a table of this name cannot be the ledger, or the user may not change it
     */
    public void prepare(Connection connection) throws SQLException {
        List<Problem> problems = findProblems(connection, OPTION);
        if (!problems.isEmpty()) {
            throw new ConnectException("The ledger (" + OPTION + ") cannot be kept in the "
                    + problems.get(0).reason());
        }
        // Read first, because CREATE TABLE IF NOT EXISTS needs the privilege even if the table exists.
        if (!dialect.exists(connection, name)) {
            createTable(connection, name, List.of(statements.create()));
        } else if (!hasFormat(connection)) {
            upgrade(connection);
        }
        if (!dialect.exists(connection, views.name())) {
            createTable(connection, views.name(), views.createStatements());
        }
    }

    /** Whether both tables are there, as this version has them. */
    public boolean isPrepared(Connection connection) throws SQLException {
        return hasFormat(connection) && dialect.exists(connection, views.name());
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
            if (!dialect.exists(connection, table)) {
                throw e;
            }
        }
    }

    /** The reasons why tables of these names cannot be the ledger. Missing tables are created. */
    public List<Problem> findProblems(Connection connection, String option) throws SQLException {
        List<Problem> problems = new ArrayList<>();
        dialect.describe(connection, name).ifPresent(found -> checkTable(found, option, problems));
        dialect.describe(connection, views.name())
                .ifPresent(found -> new TableCheck(views.name(), found, problems).requireFit(option));
        return problems;
    }

    private void checkTable(TableDescription table, String option, List<Problem> problems) {
        TableCheck check = new TableCheck(name, table, problems);
        check.requireFit(option);
        List<String> columns = new ArrayList<>(KEY);
        columns.addAll(NUMBERS);
        columns.add(SUCCESSOR);
        boolean complete = true;
        for (String column : columns) {
            complete &= check.findWritable(option, column).isPresent();
        }
        if (!complete) {
            return;
        }
        for (String key : KEY) {
            requireExact(check, option, table.column(key).orElseThrow());
        }
        for (String number : NUMBERS) {
            requireRoom(check, option, table.column(number).orElseThrow());
        }
        columns.addAll(SINCE_FORMAT);
        Set<String> written = ColumnList.canonicalNames(table, columns);
        check.requireKey(option, ColumnList.canonicalNames(table, KEY), written);
        check.requireValues(option, written);
    }

    /** Otherwise two connectors or topics would share a row. */
    private void requireExact(TableCheck check, String option, Column column) {
        if (column.collated()) {
            check.add(
                    option,
                    "the column " + column.name() + " compares texts by " + column.collation()
                            + ", which treats different texts as equal; give it the collation "
                            + dialect.exactCollation());
        }
    }

    private static void requireRoom(TableCheck check, String option, Column column) {
        if (!column.typeName().toLowerCase(Locale.ROOT).startsWith("bigint")) {
            check.add(
                    option,
                    "expected the type BIGINT for the column " + column.name() + ", found " + column.typeName());
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
                    "The ledger " + name + " is of an earlier version, and the database user cannot add its columns ("
                            + dialect.errors().describeCodes(e) + "). Run as a user with the privilege: "
                            + String.join("; ", statements.upgrade()));
        }
    }

    private static void executeAll(Connection connection, List<String> ddl) throws SQLException {
        DdlStatements.executeAll(connection, ddl);
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
