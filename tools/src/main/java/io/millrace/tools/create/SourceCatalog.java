package io.millrace.tools.create;

import io.millrace.connectors.projection.table.TableName;
import io.millrace.expressions.NearestNames;
import io.millrace.tools.input.UsageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the definitions of tables, and facts of the server, from MySQL. Changes nothing. For one thread. */
final class SourceCatalog {
    private static final String TABLES = """
        SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name
        """;
    private static final String COLUMNS = """
        SELECT column_name, data_type, column_type, is_nullable, COALESCE(character_maximum_length, 0),
               COALESCE(numeric_scale, datetime_precision, 0), character_set_name, collation_name
          FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position
        """;
    private static final String PRIMARY_KEY = """
        SELECT column_name, sub_part FROM information_schema.statistics
         WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index
        """;
    private static final String CASCADES = """
        SELECT constraint_name FROM information_schema.referential_constraints
         WHERE constraint_schema = ? AND table_name = ?
           AND (delete_rule IN ('CASCADE', 'SET NULL') OR update_rule IN ('CASCADE', 'SET NULL'))
         ORDER BY constraint_name
        """;
    private static final String BASE_TABLE = "BASE TABLE";

    private final Connection connection;
    private final Map<String, Map<String, String>> tableTypes = new LinkedHashMap<>();

    SourceCatalog(Connection connection) {
        this.connection = connection;
    }

    /** The names of all tables of a database, without its views. */
    List<TableName> findTables(String database) throws SQLException {
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
    CapturedTable readTable(TableName table, String database) throws SQLException {
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
            throw new UsageException("--tables: " + schema + "." + name + " is a view, and the binlog has no changes of"
                    + " views; name the tables that it reads");
        }
        List<String> key = new ArrayList<>();
        boolean hasPrefix = false;
        for (List<String> part : queryRows(PRIMARY_KEY, 2, schema, name)) {
            key.add(part.get(0));
            hasPrefix |= !part.get(1).isEmpty();
        }
        List<String> cascades = queryRows(CASCADES, 1, schema, name).stream()
                .map(row -> row.get(0))
                .toList();
        return new CapturedTable(schema, name, readColumns(schema, name), key, hasPrefix, cascades);
    }

    private boolean hasCaseInsensitiveNames() {
        try {
            return !queryValue("SELECT @@GLOBAL.lower_case_table_names").equals("0");
        } catch (SQLException e) {
            return false;
        }
    }

    private Map<String, String> typesOf(String database) throws SQLException {
        Map<String, String> known = tableTypes.get(database);
        if (known == null) {
            known = new LinkedHashMap<>();
            for (List<String> row : queryRows(TABLES, 2, database)) {
                known.put(row.get(0), row.get(1));
            }
            tableTypes.put(database, known);
        }
        return known;
    }

    private List<CapturedColumn> readColumns(String database, String table) throws SQLException {
        List<CapturedColumn> columns = new ArrayList<>();
        for (List<String> row : queryRows(COLUMNS, 8, database, table)) {
            columns.add(new CapturedColumn(
                    row.get(0),
                    row.get(1).toLowerCase(Locale.ROOT),
                    row.get(2),
                    row.get(3).equals("YES"),
                    Long.parseLong(row.get(4)),
                    Integer.parseInt(row.get(5)),
                    row.get(6).isEmpty() ? "" : "CHARACTER SET " + row.get(6) + " COLLATE " + row.get(7)));
        }
        return columns;
    }

    /** The version of the server. */
    String readVersion() throws SQLException {
        return queryValue("SELECT VERSION()");
    }

    /** The ids of the server and of those that read its binlog; empty if the user may not see them. */
    Optional<Set<Long>> findServerIds() {
        // The second is the name of the statement before MySQL 8.0.22.
        for (String sql : List.of("SHOW REPLICAS", "SHOW SLAVE HOSTS")) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(sql)) {
                Set<Long> ids = new HashSet<>();
                ids.add(Long.parseLong(queryValue("SELECT @@GLOBAL.server_id")));
                while (row.next()) {
                    ids.add(row.getLong(1));
                }
                return Optional.of(ids);
            } catch (SQLException e) {
                // The next statement, or the user lacks the privilege.
            }
        }
        return Optional.empty();
    }

    private String queryValue(String sql) throws SQLException {
        return queryRows(sql, 1).get(0).get(0);
    }

    /** The rows of a query, a NULL as an empty text. */
    private List<List<String>> queryRows(String sql, int columns, String... parameters) throws SQLException {
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
