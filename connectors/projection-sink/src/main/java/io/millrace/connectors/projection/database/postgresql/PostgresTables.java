package io.millrace.connectors.projection.database.postgresql;

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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the definition of a table from PostgreSQL. */
final class PostgresTables {
    private static final String TABLE = """
            SELECT c.oid, c.relkind, c.relpersistence
              FROM pg_catalog.pg_class c
             WHERE c.oid = pg_catalog.to_regclass(?) AND c.relkind IN ('r', 'p', 'f')
            """;
    /** A domain is taken for the type that it restricts. */
    private static final String COLUMNS = """
            SELECT a.attname, a.attidentity, a.attgenerated,
                   a.attnotnull OR d.typnotnull AS not_null, a.atthasdef OR d.typdefault IS NOT NULL AS has_default,
                   pg_catalog.format_type(a.atttypid, a.atttypmod) AS type_name,
                   CASE WHEN d.typtype = 'd' THEN d.typtypmod ELSE a.atttypmod END AS modifier,
                   pg_catalog.quote_ident(tn.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS storage,
                   t.typname, t.typtype, t.typcategory,
                   pg_catalog.quote_ident(en.nspname) || '.' || pg_catalog.quote_ident(e.typname) AS element_storage,
                   e.typname AS element_name, e.typtype AS element_type,
                   COALESCE(c.collisdeterministic, true) AS deterministic, c.collname AS collation_name,
                   CASE WHEN a.attcollation <> d.typcollation
                        THEN ' COLLATE ' || pg_catalog.quote_ident(cn.nspname) || '.'
                             || pg_catalog.quote_ident(c.collname)
                        ELSE '' END AS collation_clause,
                   COALESCE(pg_catalog.pg_get_expr(f.adbin, f.adrelid), '') AS default_text
              FROM pg_catalog.pg_attribute a
              JOIN pg_catalog.pg_type d ON d.oid = a.atttypid
              JOIN pg_catalog.pg_type t ON t.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype ELSE d.oid END
              JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
              LEFT JOIN pg_catalog.pg_type e ON t.typcategory = 'A' AND e.oid = t.typelem
              LEFT JOIN pg_catalog.pg_namespace en ON en.oid = e.typnamespace
              LEFT JOIN pg_catalog.pg_collation c ON c.oid = a.attcollation
              LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = c.collnamespace
              LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
             WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attnum
            """;
    /** An index for a part of the rows, or one that is checked at the end of a transaction, decides no conflict. */
    private static final String UNIQUE_KEYS = """
            SELECT i.indexrelid::regclass::text AS name, a.attname,
                   i.indpred IS NOT NULL OR NOT i.indimmediate OR NOT i.indisvalid AS unusable
              FROM pg_catalog.pg_index i
              CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, place)
              LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
             WHERE i.indrelid = ? AND i.indisunique AND k.place <= i.indnkeyatts
             ORDER BY 1, k.place
            """;

    private static final int FRACTIONAL_DIGITS = 6;
    /** The modifier of a text is its length and that of a header. */
    private static final int TEXT_MODIFIER = 4;

    private final Connection connection;

    PostgresTables(Connection connection) {
        this.connection = connection;
    }

    /** The table; empty if it does not exist, or is not visible to the user. */
    Optional<TableDescription> read(String quotedName) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TABLE)) {
            statement.setString(1, quotedName);
            try (ResultSet table = statement.executeQuery()) {
                if (!table.next()) {
                    return Optional.empty();
                }
                long oid = table.getLong(1);
                return Optional.of(new TableDescription(
                        unfit(table.getString(2), table.getString(3)), true, columns(oid), uniqueKeys(oid)));
            }
        }
    }

    /** The oid changes if a table is dropped and created again, and the file node if it is emptied or rewritten. */
    TableIdentity identify(TableName name, String quoted) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT n.nspname, c.relname, c.oid || '/' || c.relfilenode
                  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.oid = pg_catalog.to_regclass(?)
                UNION ALL
                SELECT COALESCE(?, pg_catalog.current_schema()), ?, NULL
                 WHERE pg_catalog.to_regclass(?) IS NULL
                """)) {
            statement.setString(1, quoted);
            statement.setString(2, name.database());
            statement.setString(3, name.table());
            statement.setString(4, quoted);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new TableIdentity(new TableName(row.getString(1), row.getString(2)), row.getString(3));
            }
        }
    }

    /** Statements that give a table what {@code LIKE} does not copy: storage parameters, replica identity, privileges, owner. */
    List<String> completeCopy(String table, String copy) throws SQLException {
        List<String> statements = new ArrayList<>();
        for (String sql : List.of("""
                SELECT 'ALTER TABLE ' || ? || ' SET (' || pg_catalog.array_to_string(reloptions, ', ') || ')'
                  FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(?) AND reloptions IS NOT NULL
                """, """
                SELECT 'ALTER TABLE ' || ? || ' REPLICA IDENTITY '
                       || CASE relreplident WHEN 'f' THEN 'FULL' ELSE 'NOTHING' END
                  FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(?) AND relreplident IN ('f', 'n')
                """, """
                SELECT 'GRANT ' || a.privilege_type || ' ON ' || ? || ' TO '
                       || CASE WHEN a.grantee = 0 THEN 'PUBLIC'
                               ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END
                       || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
                  FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
                 WHERE c.oid = pg_catalog.to_regclass(?)
                """, """
                SELECT 'ALTER TABLE ' || ? || ' OWNER TO '
                       || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(relowner))
                  FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(?)
                   AND pg_catalog.pg_get_userbyid(relowner) <> current_user
                """)) {
            statements.addAll(texts(sql, copy, table));
        }
        return statements;
    }

    /** The objects of the table that a copy would not have, and the reasons why the user may not rename it. */
    List<String> findObstacles(String table) throws SQLException {
        List<String> obstacles = new ArrayList<>();
        for (String sql : List.of(
                "SELECT 'the trigger ' || tgname || ' would stay with the old one' FROM pg_catalog.pg_trigger"
                        + " WHERE tgrelid = pg_catalog.to_regclass(?) AND NOT tgisinternal",
                "SELECT 'the rule ' || rulename || ' would stay with the old one' FROM pg_catalog.pg_rewrite"
                        + " WHERE ev_class = pg_catalog.to_regclass(?)",
                "SELECT 'the policy ' || polname || ' would stay with the old one' FROM pg_catalog.pg_policy"
                        + " WHERE polrelid = pg_catalog.to_regclass(?)",
                "SELECT 'its row security would be lost' FROM pg_catalog.pg_class"
                        + " WHERE oid = pg_catalog.to_regclass(?) AND (relrowsecurity OR relforcerowsecurity)",
                "SELECT 'the foreign key ' || conname || ' of ' || conrelid::regclass || ' would stay with the old one'"
                        + " FROM pg_catalog.pg_constraint"
                        + " WHERE confrelid = pg_catalog.to_regclass(?) AND contype = 'f'",
                "SELECT 'its foreign key ' || conname || ' would stay with the old one'"
                        + " FROM pg_catalog.pg_constraint"
                        + " WHERE conrelid = pg_catalog.to_regclass(?) AND contype = 'f'",
                "SELECT DISTINCT 'the SQL view ' || r.ev_class::regclass || ' would stay with the old one'"
                        + " FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid"
                        + " WHERE d.refobjid = pg_catalog.to_regclass(?)"
                        + " AND d.classid = 'pg_catalog.pg_rewrite'::regclass"
                        + " AND d.refclassid = 'pg_catalog.pg_class'::regclass AND r.ev_class <> d.refobjid",
                "SELECT 'it is partitioned, and the new one would not be' FROM pg_catalog.pg_class"
                        + " WHERE oid = pg_catalog.to_regclass(?) AND relkind = 'p'",
                "SELECT DISTINCT 'it inherits, is inherited from, or is a partition, and the new one would not be'"
                        + " FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid ="
                        + " pg_catalog.to_regclass(?)"
                        + " AND c.relkind <> 'p' WHERE c.oid IN (i.inhrelid, i.inhparent)",
                "SELECT 'the sequence ' || s.oid::regclass || ' of the column ' || a.attname"
                        + " || ' would stay with the old one'"
                        + " FROM pg_catalog.pg_depend d"
                        + " JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
                        + " JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
                        + " WHERE d.refobjid = pg_catalog.to_regclass(?)"
                        + " AND d.classid = 'pg_catalog.pg_class'::regclass"
                        + " AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a'",
                "SELECT 'the column ' || attname || ' would number the rows again' FROM pg_catalog.pg_attribute"
                        + " WHERE attrelid = pg_catalog.to_regclass(?) AND attidentity <> '' AND NOT attisdropped",
                "SELECT 'the privileges on the column ' || attname || ' would be lost' FROM pg_catalog.pg_attribute"
                        + " WHERE attrelid = pg_catalog.to_regclass(?) AND attacl IS NOT NULL AND NOT attisdropped",
                "SELECT 'the publication ' || p.pubname || ' would keep the old one'"
                        + " FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid"
                        + " WHERE r.prrelid = pg_catalog.to_regclass(?)",
                "SELECT 'its replica identity is an index, which the new one would not use' FROM pg_catalog.pg_class"
                        + " WHERE oid = pg_catalog.to_regclass(?) AND relreplident = 'i'",
                "SELECT 'it is in the tablespace ' || t.spcname || ', and the new one would not be'"
                        + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace"
                        + " WHERE c.oid = pg_catalog.to_regclass(?)",
                "SELECT 'it belongs to the role ' || pg_catalog.pg_get_userbyid(relowner) || ', which the user does"
                        + " not have' FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass(?) AND NOT"
                        + " pg_catalog.pg_has_role(relowner, 'USAGE')")) {
            obstacles.addAll(texts(sql, table));
        }
        return obstacles;
    }

    private List<String> texts(String sql, String... parameters) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    texts.add(row.getString(1));
                }
            }
        }
        return texts;
    }

    private static @Nullable String unfit(String kind, String persistence) {
        if (kind.equals("f")) {
            return "it is a foreign table, so rows and offsets could not be written together; name a table of this"
                    + " database";
        }
        return switch (persistence) {
            case "p" -> null;
            case "u" ->
                "it is unlogged, so a crash of the server would empty it; change it with ALTER TABLE ... SET LOGGED";
            default -> "it is a temporary table, which ends with its session; name a permanent one";
        };
    }

    private List<Column> columns(long table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
            statement.setLong(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    columns.add(column(row));
                }
            }
        }
        return columns;
    }

    private static Column column(ResultSet row) throws SQLException {
        String name = row.getString("attname");
        String typeName = row.getString("type_name");
        int modifier = row.getInt("modifier");
        String identity = row.getString("attidentity");
        boolean generated =
                identity.equals("a") || !row.getString("attgenerated").isEmpty();
        boolean numbered = identity.equals("d") || row.getString("default_text").startsWith("nextval(");
        boolean required = row.getBoolean("not_null") && !row.getBoolean("has_default") && identity.isEmpty();
        boolean isArray = row.getString("typcategory").equals("A") && row.getString("element_name") != null;
        @Nullable Column element = null;
        if (isArray) {
            String type = row.getString("element_name");
            ColumnKind kind = kind(type, row.getString("element_type"));
            element = new Column(
                    name,
                    kind,
                    typeName,
                    row.getString("element_storage"),
                    size(kind, modifier),
                    false,
                    false,
                    false,
                    null,
                    null,
                    true,
                    row.getString("element_storage"));
        }
        ColumnKind kind = element != null
                ? element.kind() == ColumnKind.UNSUPPORTED ? ColumnKind.UNSUPPORTED : ColumnKind.ARRAY
                : losesFields(typeName)
                        ? ColumnKind.UNSUPPORTED
                        : kind(row.getString("typname"), row.getString("typtype"));
        String collation = row.getString("typname").equals("citext")
                ? "citext"
                : row.getBoolean("deterministic") ? null : row.getString("collation_name");
        return new Column(
                name,
                kind,
                typeName,
                row.getString("storage"),
                size(kind, modifier),
                required,
                generated,
                numbered,
                collation,
                element,
                !row.getBoolean("not_null"),
                typeName + row.getString("collation_clause"));
    }

    /** {@code interval year to month}, for example, which drops days and smaller units without an error. */
    private static boolean losesFields(String typeName) {
        return typeName.startsWith("interval ") && !typeName.contains("second");
    }

    private static ColumnKind kind(String type, String typeType) {
        if (typeType.equals("e")) {
            return ColumnKind.TEXT;
        }
        return switch (type) {
            case "int2", "int4", "int8" -> ColumnKind.INTEGER;
            case "bool" -> ColumnKind.BOOLEAN;
            case "numeric" -> ColumnKind.DECIMAL;
            case "float4", "float8" -> ColumnKind.FLOATING;
            case "text", "varchar", "citext" -> ColumnKind.TEXT;
            case "interval", "inet", "cidr", "macaddr", "macaddr8", "xml" -> ColumnKind.PARSED;
            case "bpchar" -> ColumnKind.PADDED_TEXT;
            case "bytea" -> ColumnKind.BINARY;
            case "json", "jsonb" -> ColumnKind.JSON;
            case "uuid" -> ColumnKind.UUID;
            case "date" -> ColumnKind.DATE;
            case "time", "timetz" -> ColumnKind.TIME;
            case "timestamp", "timestamptz" -> ColumnKind.DATETIME;
            default -> ColumnKind.UNSUPPORTED;
        };
    }

    private static int size(ColumnKind kind, int modifier) {
        return switch (kind) {
            // The modifier's upper half is the precision; the scale is eleven bits with a sign. -1 is numeric alone.
            case DECIMAL -> modifier < 0 ? -1 : Math.max(-1, ((((modifier - 4) & 0x7ff) ^ 1024) - 1024));
            case DATETIME, TIME -> modifier < 0 ? FRACTIONAL_DIGITS : modifier;
            case TEXT, PADDED_TEXT -> Math.max(0, modifier - TEXT_MODIFIER);
            default -> 0;
        };
    }

    private Map<String, Set<String>> uniqueKeys(long table) throws SQLException {
        Map<String, Set<String>> keys = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_KEYS)) {
            statement.setLong(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Set<String> parts = keys.computeIfAbsent(row.getString("name"), k -> new LinkedHashSet<>());
                    String column = row.getString("attname");
                    parts.add(column == null ? "(an expression)" : column);
                    if (row.getBoolean("unusable")) {
                        parts.add("(of some rows only, deferred or invalid)");
                    }
                }
            }
        }
        return keys;
    }
}
