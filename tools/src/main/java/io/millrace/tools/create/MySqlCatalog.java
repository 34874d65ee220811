package io.millrace.tools.create;

import io.millrace.rules.OfficialEventOptions;
import io.millrace.rules.SourceServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The catalog of MySQL. */
final class MySqlCatalog extends SourceCatalog {
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

    private final Map<String, String> databaseOptions;

    /**
     * The catalog of a server.
     *
     * @param databaseOptions how it is reached
     */
    MySqlCatalog(Connection connection, Map<String, String> databaseOptions) {
        super(connection);
        this.databaseOptions = databaseOptions;
    }

    @Override
    String tablesQuery() {
        return TABLES;
    }

    @Override
    String columnsQuery() {
        return COLUMNS;
    }

    @Override
    int columnValues() {
        return 8;
    }

    @Override
    CapturedColumn readColumn(List<String> row) {
        return new MySqlColumn(
                row.get(0),
                row.get(1).toLowerCase(Locale.ROOT),
                row.get(2),
                row.get(3).equals("YES"),
                Long.parseLong(row.get(4)),
                Integer.parseInt(row.get(5)),
                row.get(6).isEmpty() ? "" : "CHARACTER SET " + row.get(6) + " COLLATE " + row.get(7));
    }

    @Override
    String primaryKeyQuery() {
        return PRIMARY_KEY;
    }

    @Override
    List<String> readCascades(String database, String table) throws SQLException {
        return queryRows(CASCADES, 1, database, table).stream()
                .map(row -> row.get(0))
                .toList();
    }

    @Override
    boolean hasCaseInsensitiveNames() {
        try {
            return !queryValue("SELECT @@GLOBAL.lower_case_table_names").equals("0");
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    SourceSetup readSetup(NewRequest request) throws SQLException {
        SourceServer server = SourceServer.of(
                        OfficialEventOptions.DATABASE.definition().parse(databaseOptions))
                .orElseThrow();
        return new MySqlSetup(
                request,
                queryValue("SELECT VERSION()"),
                findServerIds(),
                server.findObjections(true),
                server.findStatementObjection());
    }

    /** The ids of the server and of those that read its binlog; empty if the user may not see them. */
    private Optional<Set<Long>> findServerIds() {
        // The second is the name of the statement before MySQL 8.0.22.
        for (String sql : List.of("SHOW REPLICAS", "SHOW SLAVE HOSTS")) {
            try (Statement statement = connection().createStatement();
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
}
