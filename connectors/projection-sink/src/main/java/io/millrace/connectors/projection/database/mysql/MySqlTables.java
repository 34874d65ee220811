package io.millrace.connectors.projection.database.mysql;

import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.TableDescription;
import io.millrace.connectors.projection.table.TableIdentity;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the definition of a table from MySQL. */
final class MySqlTables {
    private static final String TABLE = """
            SELECT engine FROM information_schema.tables
             WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND table_type = 'BASE TABLE'
            """;
    private static final String COLUMNS = """
            SELECT column_name, data_type, column_type, is_nullable, column_default, extra,
                   numeric_scale, datetime_precision, character_octet_length, character_set_name, collation_name,
                   (SELECT l.pad_attribute FROM information_schema.collations l
                     WHERE l.collation_name = c.collation_name) AS pad_attribute
              FROM information_schema.columns c
             WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?
             ORDER BY ordinal_position
            """;
    private static final String UNIQUE_KEYS = """
            SELECT index_name, column_name, sub_part
              FROM information_schema.statistics
             WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND non_unique = 0
             ORDER BY index_name, seq_in_index
            """;

    /**
     * The server shows a table's triggers only to users with the privilege TRIGGER on it. A grant on a pattern of names
     * counts only if nothing is granted on the database itself. The grants of a role are not in these tables, so a user with a role
     * is taken to have the privilege.
     */
    private static final String TRIGGERS_HIDDEN = """
            SELECT CONCAT('the user needs the privilege TRIGGER on ', seen.view_name,
                          ': without it the server does not show whether the table has triggers')
              FROM (SELECT COALESCE(?, DATABASE()) AS view_schema, ? AS view_name,
                           CONCAT('''', LEFT(CURRENT_USER(), CHAR_LENGTH(CURRENT_USER())
                                                            - CHAR_LENGTH(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)) - 1),
                                  '''@''', SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''') AS user_name) seen
             WHERE CURRENT_ROLE() = 'NONE'
               AND NOT EXISTS (SELECT 1 FROM information_schema.user_privileges p
                                WHERE p.grantee = seen.user_name AND p.privilege_type = 'TRIGGER')
               AND NOT EXISTS (SELECT 1 FROM information_schema.schema_privileges p
                                WHERE p.grantee = seen.user_name AND p.privilege_type = 'TRIGGER'
                                  AND (p.table_schema = seen.view_schema
                                       OR seen.view_schema LIKE p.table_schema
                                      AND NOT EXISTS (SELECT 1 FROM information_schema.schema_privileges e
                                                       WHERE e.grantee = seen.user_name
                                                         AND e.table_schema = seen.view_schema)))
               AND NOT EXISTS (SELECT 1 FROM information_schema.table_privileges p
                                WHERE p.grantee = seen.user_name AND p.privilege_type = 'TRIGGER'
                                  AND p.table_schema = seen.view_schema AND p.table_name = seen.view_name)
            """;

    private final Connection connection;

    MySqlTables(Connection connection) {
        this.connection = connection;
    }

    /** The table; empty if it does not exist, or is not visible to the user. */
    Optional<TableDescription> read(TableName name) throws SQLException {
        try (PreparedStatement statement = prepare(TABLE, name);
                ResultSet table = statement.executeQuery()) {
            return table.next()
                    ? Optional.of(
                            new TableDescription(unfit(table.getString(1)), false, columns(name), uniqueKeys(name)))
                    : Optional.empty();
        }
    }

    /** The server keeps the time of a table's creation in seconds. */
    void awaitNextGeneration(TableName name) throws SQLException {
        try (PreparedStatement statement = prepare("""
                SELECT SLEEP(LEAST(1, GREATEST(0,
                           TIMESTAMPDIFF(MICROSECOND, SYSDATE(6), create_time + INTERVAL 1 SECOND) / 1000000)))
                  FROM information_schema.tables
                 WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?
                """, name)) {
            statement.executeQuery().close();
        }
    }

    /** A server may keep names in small letters, so the name is the server's if the table is there. */
    TableIdentity identify(TableName name) throws SQLException {
        try (PreparedStatement statement = prepare("""
                SELECT table_schema, table_name, CAST(create_time AS CHAR) FROM information_schema.tables
                 WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ?
                """, name);
                ResultSet table = statement.executeQuery()) {
            if (table.next()) {
                return new TableIdentity(new TableName(table.getString(1), table.getString(2)), table.getString(3));
            }
        }
        try (PreparedStatement statement = prepare(
                        "SELECT COALESCE(?, DATABASE()), IF(@@lower_case_table_names = 0, names.name,"
                                + " LOWER(names.name)) FROM (SELECT ? AS name) names",
                        name);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new TableIdentity(new TableName(row.getString(1), row.getString(2)), null);
        }
    }

    /** What {@code CREATE TABLE LIKE} and {@code RENAME TABLE} would lose: triggers, foreign keys of it and to it, numbers. */
    List<String> findObstacles(TableName name) throws SQLException {
        List<String> obstacles = new ArrayList<>();
        for (String sql : List.of("""
                SELECT CONCAT('the trigger ', trigger_name, ' would stay with the old one') FROM information_schema.triggers
                 WHERE event_object_schema = COALESCE(?, DATABASE()) AND event_object_table = ?
                """, """
                SELECT CONCAT('the foreign key ', constraint_name, ' of ', table_name,
                              ' would stay with the old one')
                  FROM information_schema.referential_constraints
                 WHERE unique_constraint_schema = COALESCE(?, DATABASE()) AND referenced_table_name = ?
                """, """
                SELECT CONCAT('its foreign key ', constraint_name, ' would stay with the old one')
                  FROM information_schema.referential_constraints
                 WHERE constraint_schema = COALESCE(?, DATABASE()) AND table_name = ?
                """, """
                SELECT CONCAT('the column ', column_name, ' would number the rows again') FROM information_schema.columns
                 WHERE table_schema = COALESCE(?, DATABASE()) AND table_name = ? AND extra LIKE '%auto_increment%'
                """, TRIGGERS_HIDDEN)) {
            try (PreparedStatement statement = prepare(sql, name);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    obstacles.add(row.getString(1));
                }
            }
        }
        return obstacles;
    }

    private static @Nullable String unfit(@Nullable String engine) {
        return "InnoDB".equalsIgnoreCase(engine)
                ? null
                : "the table's engine is " + engine
                        + ", which has no transactions, so rows and offsets could not be written together; change it"
                        + " with ALTER TABLE ... ENGINE = InnoDB";
    }

    private List<Column> columns(TableName name) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement statement = prepare(COLUMNS, name);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                columns.add(column(row));
            }
        }
        return columns;
    }

    private static final int DIGITS_OF_A_DOUBLE = 17;

    private static Column column(ResultSet row) throws SQLException {
        ColumnKind kind = kind(row.getString("data_type"));
        String extra = row.getString("extra").toLowerCase(Locale.ROOT);
        int size =
                switch (kind) {
                    case DECIMAL -> row.getInt("numeric_scale");
                    case DATETIME, TIME -> row.getInt("datetime_precision");
                    case PADDED_BINARY -> row.getInt("character_octet_length");
                    case JSON -> DIGITS_OF_A_DOUBLE;
                    default -> 0;
                };
        boolean numbered = extra.contains("auto_increment");
        boolean generated = extra.contains("virtual generated") || extra.contains("stored generated");
        boolean required = row.getString("is_nullable").equals("NO")
                && row.getString("column_default") == null
                && !numbered
                && !extra.contains("generated");
        String type = row.getString("column_type");
        return new Column(
                row.getString("column_name"),
                kind,
                type,
                type,
                size,
                required,
                generated,
                numbered,
                collation(kind, row.getString("collation_name"), row.getString("pad_attribute")),
                null,
                row.getString("is_nullable").equals("YES"),
                declaration(row));
    }

    private static String declaration(ResultSet row) throws SQLException {
        String type = row.getString("column_type");
        String characters = row.getString("character_set_name");
        return characters == null || row.getString("data_type").equalsIgnoreCase("json")
                ? type
                : type + " CHARACTER SET " + characters + " COLLATE " + row.getString("collation_name");
    }

    /**
     * A binary collation distinguishes all texts, except by trailing spaces if it pads; CHAR has no trailing spaces.
     */
    private static @Nullable String collation(ColumnKind kind, @Nullable String collation, @Nullable String padding) {
        boolean exact = collation == null
                || (collation.endsWith("_bin") && (kind == ColumnKind.PADDED_TEXT || "NO PAD".equals(padding)));
        return exact ? null : collation;
    }

    private static ColumnKind kind(String dataType) {
        return switch (dataType.toLowerCase(Locale.ROOT)) {
            case "tinyint", "smallint", "mediumint", "int", "bigint", "year", "bit" -> ColumnKind.INTEGER;
            case "decimal" -> ColumnKind.DECIMAL;
            case "float", "double" -> ColumnKind.FLOATING;
            case "varchar", "tinytext", "text", "mediumtext", "longtext", "enum" -> ColumnKind.TEXT;
            case "set" -> ColumnKind.PARSED;
            case "char" -> ColumnKind.PADDED_TEXT;
            case "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> ColumnKind.BINARY;
            case "binary" -> ColumnKind.PADDED_BINARY;
            case "json" -> ColumnKind.JSON;
            case "date" -> ColumnKind.DATE;
            case "time" -> ColumnKind.TIME;
            case "datetime", "timestamp" -> ColumnKind.DATETIME;
            default -> ColumnKind.UNSUPPORTED;
        };
    }

    private Map<String, Set<String>> uniqueKeys(TableName name) throws SQLException {
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        try (PreparedStatement statement = prepare(UNIQUE_KEYS, name);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                // A part of a column or an expression is not a column: no projection's key can be equal to it.
                String part = row.getString("column_name") == null
                        ? "(an expression)"
                        : row.getString("column_name")
                                + (row.getString("sub_part") == null ? "" : "(" + row.getString("sub_part") + ")");
                keys.computeIfAbsent(row.getString("index_name"), k -> new LinkedHashSet<>())
                        .add(part);
            }
        }
        return keys;
    }

    private PreparedStatement prepare(String sql, TableName name) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setString(1, name.database());
        statement.setString(2, name.table());
        return statement;
    }
}
