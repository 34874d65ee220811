package io.millrace.tools.create;

import io.millrace.rules.OfficialEventOptions;
import io.millrace.rules.PostgresCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The catalog of PostgreSQL. Its tables are named with their schemas. */
final class PostgresCatalog extends SourceCatalog {
    private static final String TABLES = """
        SELECT c.relname, CASE WHEN c.relkind IN ('r', 'p') THEN 'BASE TABLE' ELSE 'VIEW' END
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = ? AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
           AND has_table_privilege(c.oid, 'SELECT')
         ORDER BY c.relname
        """;

    /** A generated column is not in the log. The first four bytes of a modifier are a header. */
    private static final String COLUMNS = """
        SELECT a.attname, t.typname, t.typtype, format_type(a.atttypid, a.atttypmod), a.attnotnull,
               CASE WHEN t.typname IN ('varchar', 'bpchar') AND a.atttypmod > 0 THEN a.atttypmod - 4 ELSE 0 END,
               CASE WHEN t.typname = 'numeric' AND a.atttypmod > 0 THEN (a.atttypmod - 4) >> 16 ELSE 0 END,
               CASE WHEN t.typname = 'numeric' AND a.atttypmod > 0 THEN (((a.atttypmod - 4) & 2047) # 1024) - 1024
                    WHEN t.typname IN ('time', 'timestamp', 'timestamptz') AND a.atttypmod < 0 THEN 6
                    WHEN t.typname IN ('time', 'timestamp', 'timestamptz') THEN a.atttypmod
                    ELSE 0 END
          FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
         ORDER BY a.attnum
        """;

    private static final String PRIMARY_KEY = """
        SELECT a.attname, '' FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          CROSS JOIN LATERAL unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
         WHERE n.nspname = ? AND c.relname = ? AND i.indisprimary ORDER BY k.place
        """;

    /**
     * Tables of which the log has no unchanged large values: a row has values that can be stored outside of it, and the identity is
     * not full. A partitioned table has the identities of its partitions.
     */
    private static final String INCOMPLETE = """
        SELECT n.nspname || '.' || c.relname
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
           AND NOT coalesce((SELECT bool_and(l.relreplident = 'f') FROM pg_catalog.pg_class l
                 WHERE l.oid IN (SELECT t.relid FROM pg_partition_tree(c.oid) t WHERE t.isleaf)), c.relreplident = 'f')
           AND EXISTS (SELECT 1 FROM pg_catalog.pg_attribute a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attstorage <> 'p')
        """;

    private static final String GENERATED = """
        SELECT n.nspname || '.' || c.relname, bool_or(a.attgenerated = 'v')
          FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE a.attgenerated <> '' AND NOT a.attisdropped GROUP BY 1
        """;
    /** The version from which on a publication can have generated columns, and must have them if the identity is full. */
    private static final int PUBLISHES_GENERATED = 180_000;

    private final Map<String, String> databaseOptions;

    /**
     * The catalog of a database.
     *
     * @param databaseOptions how it is reached
     */
    PostgresCatalog(Connection connection, Map<String, String> databaseOptions) {
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
        return new PostgresColumn(
                row.get(0),
                row.get(1),
                row.get(2).equals("e"),
                row.get(3),
                row.get(4).equals("f"),
                Long.parseLong(row.get(5)),
                Integer.parseInt(row.get(6)),
                Integer.parseInt(row.get(7)));
    }

    @Override
    String primaryKeyQuery() {
        return PRIMARY_KEY;
    }

    /** The log has the rows that a foreign key changes. */
    @Override
    List<String> readCascades(String database, String table) {
        return List.of();
    }

    @Override
    boolean hasCaseInsensitiveNames() {
        return false;
    }

    @Override
    SourceSetup readSetup(NewRequest request) throws SQLException {
        Set<String> incomplete = new HashSet<>();
        queryRows(INCOMPLETE, 1).forEach(row -> incomplete.add(row.get(0)));
        String name = PostgresSetup.nameFor(request.prefix());
        List<String> objections = PostgresCheck.of(
                        OfficialEventOptions.POSTGRES_DATABASE.definition().parse(databaseOptions))
                .map(check -> check.findObjections(name, name, true, Optional.empty()))
                .orElse(List.of());
        boolean isPublished = !queryRows("SELECT 1 FROM pg_catalog.pg_publication WHERE pubname = ?", 1, name)
                .isEmpty();
        Map<String, Boolean> generated = new HashMap<>();
        if (Integer.parseInt(queryValue("SHOW server_version_num")) >= PUBLISHES_GENERATED) {
            queryRows(GENERATED, 2)
                    .forEach(row -> generated.put(row.get(0), row.get(1).equals("t")));
        }
        return new PostgresSetup(request, objections, incomplete, generated, isPublished);
    }
}
