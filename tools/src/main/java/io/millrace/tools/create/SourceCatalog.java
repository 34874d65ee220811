package io.millrace.tools.create;

import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.NearestNames;
import io.millrace.tools.input.UsageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the definitions of tables, and facts of the server, from the source's database. Changes nothing. The queries take a database
 * (or schema) and a table. For one thread.
 */
abstract class SourceCatalog {
    private static final String BASE_TABLE = "BASE TABLE";

    private final Connection connection;
    private final Map<String, Map<String, String>> tableTypes = new LinkedHashMap<>();

    SourceCatalog(Connection connection) {
        this.connection = connection;
    }

    /** The query of the tables and views of a database: the name, and {@value #BASE_TABLE} or another kind. */
    abstract String tablesQuery();

    /** The query of a table's columns in their order: as many values as {@link #readColumn} takes. */
    abstract String columnsQuery();

    /** How many values {@link #columnsQuery} has. */
    abstract int columnValues();

    /** A column from the row of {@link #columnsQuery}. */
    abstract CapturedColumn readColumn(List<String> row);

    /** The query of the columns of a table's primary key, in their order: the name, and a text if only a prefix is in the key. */
    abstract String primaryKeyQuery();

    /** The foreign keys of a table that change its rows without a change that the source reads. */
    abstract List<String> readCascades(String database, String table) throws SQLException;

    /** Whether the server finds a table by another name than its changes have. */
    abstract boolean hasCaseInsensitiveNames();

    /** What the server needs for the source, and what the source needs to know of it. */
    abstract SourceSetup readSetup(NewRequest request) throws SQLException;

    final Connection connection() {
        return connection;
    }

    /** The names of all tables of a database, without its views. */
    final List<TableName> findTables(String database) throws SQLException {
        return typesOf(database).entrySet().stream()
                .filter(table -> table.getValue().equals(BASE_TABLE))
                .map(table -> new TableName(database, table.getKey()))
                .toList();
    }

    /**
     * The definition of a table.
     *
     * @param database the database of a name without one
     * @throws UsageException if the user does not see such a table, or it is a view
     */
    final CapturedTable readTable(TableName table, String database) throws SQLException {
        String named = table.database();
        String schema = named == null ? database : named;
        Map<String, String> types = typesOf(schema);
        // The server may find a table by another name than its changes have.
        String name = types.containsKey(table.table())
                ? table.table()
                : types.keySet().stream()
                        .filter(known -> known.equalsIgnoreCase(table.table()) && hasCaseInsensitiveNames())
                        .findFirst()
                        .orElseThrow(() -> new UsageException("--tables: the database " + schema + " has no table "
                                + table.table() + ", or the user may not read it"
                                + NearestNames.suggest(table.table(), types.keySet())));
        if (!BASE_TABLE.equals(types.get(name))) {
            throw new UsageException("--tables: " + schema + "." + name + " is a view, of which the server's log has no"
                    + " changes; name the tables that it reads");
        }
        List<String> key = new ArrayList<>();
        boolean hasPrefix = false;
        for (List<String> part : queryRows(primaryKeyQuery(), 2, schema, name)) {
            key.add(part.get(0));
            hasPrefix |= !part.get(1).isEmpty();
        }
        return new CapturedTable(schema, name, readColumns(schema, name), key, hasPrefix, readCascades(schema, name));
    }

    private Map<String, String> typesOf(String database) throws SQLException {
        Map<String, String> known = tableTypes.get(database);
        if (known == null) {
            known = new LinkedHashMap<>();
            for (List<String> row : queryRows(tablesQuery(), 2, database)) {
                known.put(row.get(0), row.get(1));
            }
            tableTypes.put(database, known);
        }
        return known;
    }

    private List<CapturedColumn> readColumns(String database, String table) throws SQLException {
        List<CapturedColumn> columns = new ArrayList<>();
        for (List<String> row : queryRows(columnsQuery(), columnValues(), database, table)) {
            columns.add(readColumn(row));
        }
        return columns;
    }

    /** The first column of the first row of a query. */
    final String queryValue(String sql) throws SQLException {
        return queryRows(sql, 1).get(0).get(0);
    }

    /** The rows of a query, a NULL as an empty text. */
    final List<List<String>> queryRows(String sql, int columns, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            List<List<String>> rows = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        String value = row.getString(i);
                        values.add(value == null ? "" : value);
                    }
                    rows.add(values);
                }
            }
            return rows;
        }
    }
}
