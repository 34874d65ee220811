package io.millrace.rules;

import io.millrace.expressions.InvalidExpressionException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queries the source database for the columns of its tables, so that posted rules can be checked against them. Safe for use by
 * many threads.
 *
 * @param host the server
 * @param port its port
 * @param user a user that may read the tables
 * @param password the user's password
 * @param dialect the kind of the database
 */
record SourceTables(String host, int port, String user, String password, SourceDialect dialect) {
    private static final Logger LOG = LoggerFactory.getLogger(SourceTables.class);
    /** One validation needs the same table for each of its rules. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int MAX_REMEMBERED = 1000;
    private static final Map<ColumnQuery, Answer> ANSWERS = new ConcurrentHashMap<>();

    private static final Map<SourceTables, NamesAnswer> NAMES = new ConcurrentHashMap<>();

    private record NamesAnswer(Optional<List<String>> names, long queriedAt) {}

    private record ColumnQuery(SourceTables database, Table table) {}

    private record Answer(Optional<Map<String, SourceColumn>> columns, long queriedAt) {}

    /**
     * The table's columns in their order, none if the table does not exist; empty if the database cannot be queried,
     * which the connector's own validation reports. An answer may be a few seconds old.
     */
    Optional<Map<String, SourceColumn>> findColumns(Table table) {
        ColumnQuery query = new ColumnQuery(this, table);
        Answer known = ANSWERS.get(query);
        if (known != null && System.nanoTime() - known.queriedAt() < FRESH_NANOS) {
            return known.columns();
        }
        return queryColumns(table);
    }

    /** As {@link #findColumns}, with a new query. */
    Optional<Map<String, SourceColumn>> queryColumns(Table table) {
        if (ANSWERS.size() >= MAX_REMEMBERED) {
            ANSWERS.clear();
        }
        Optional<Map<String, SourceColumn>> columns = connectAndQuery(table);
        ANSWERS.put(new ColumnQuery(this, table), new Answer(columns, System.nanoTime()));
        return columns;
    }

    private Optional<Map<String, SourceColumn>> connectAndQuery(Table table) {
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement(dialect.columnsQuery())) {
            query.setString(1, table.database());
            query.setString(2, table.name());
            Map<String, SourceColumn> columns = new LinkedHashMap<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    requireSameName(table, new Table(rows.getString(4), rows.getString(5)));
                    columns.put(rows.getString(1), dialect.readColumn(rows));
                }
            }
            return Optional.of(columns);
        } catch (SQLException e) {
            LOG.warn("Checking the rules against the table {} failed: {}", table, e.getMessage());
            return Optional.empty();
        }
    }

    /** Depending on lower_case_table_names the server finds a table by another name than its changes have. */
    private static void requireSameName(Table table, Table found) {
        if (!found.equals(table)) {
            throw new InvalidExpressionException("the server's name of the table " + table + " is " + found
                    + ", and no change would match; write the server's name");
        }
    }

    /**
     * The values of the server's global variables, by their names; none of a variable that this server does not have. Empty if
     * the database cannot be queried.
     */
    Optional<Map<String, String>> queryVariables(Collection<String> names) {
        String statement = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ("
                + String.join(", ", Collections.nCopies(names.size(), "?")) + ")";
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement(statement)) {
            int parameter = 1;
            for (String name : names) {
                query.setString(parameter++, name);
            }
            Map<String, String> values = new HashMap<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    values.put(rows.getString(1).toLowerCase(Locale.ROOT), rows.getString(2));
                }
            }
            return Optional.of(values);
        } catch (SQLException e) {
            LOG.warn("Checking the settings of {} failed: {}", this, e.getMessage());
            return Optional.empty();
        }
    }

    /** As {@link #queryTables}; an answer may be a few seconds old. */
    Optional<List<String>> findTableNames() {
        NamesAnswer known = NAMES.get(this);
        if (known != null && System.nanoTime() - known.queriedAt() < FRESH_NANOS) {
            return known.names();
        }
        if (NAMES.size() >= MAX_REMEMBERED) {
            NAMES.clear();
        }
        Optional<List<String>> names = queryTables();
        NAMES.put(this, new NamesAnswer(names, System.nanoTime()));
        return names;
    }

    /** The names of the tables that the user may read; empty if the database cannot be queried. */
    Optional<List<String>> queryTables() {
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement(dialect.tablesQuery());
                ResultSet rows = query.executeQuery()) {
            List<String> names = new ArrayList<>();
            while (rows.next()) {
                names.add(rows.getString(1) + "." + rows.getString(2));
            }
            return Optional.of(names);
        } catch (SQLException e) {
            LOG.warn("The tables of {} are not listed: {}", this, e.getMessage());
            return Optional.empty();
        }
    }

    /** Why no connection can be opened; empty if one can. */
    Optional<String> findConnectionFault() {
        try (Connection connection = connect()) {
            return connection.isValid(1) ? Optional.empty() : Optional.of("the server does not answer");
        } catch (SQLException e) {
            return Optional.of(
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("no message"));
        }
    }

    /** Opens a connection, which the caller closes. */
    Connection connect() throws SQLException {
        return dialect.connect(host, port, user, password);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " at " + host + ":" + port;
    }
}
