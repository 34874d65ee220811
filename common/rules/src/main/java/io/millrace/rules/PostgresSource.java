package io.millrace.rules;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.expressions.ColumnType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * A source in PostgreSQL. Its options are those of Debezium's connector, under the same names.
 *
 * @param database the database's name
 * @param tls the driver's properties for an encrypted connection
 */
record PostgresSource(String database, Map<String, String> tls) implements SourceDialect {
    private static final Option<String> DATABASE =
            Option.string("database.dbname").nonEmpty().low("The name of the database in PostgreSQL.");
    private static final Option<String> MODE = Option.string("database.sslmode")
            .defaultTo("prefer")
            .low("Whether the connection is encrypted, and the server verified.");
    private static final Option<String> ROOT =
            Option.string("database.sslrootcert").low("A file with the certificates of the trusted authorities.");
    private static final Option<String> CERTIFICATE =
            Option.string("database.sslcert").low("A file with the client's certificate.");
    private static final Option<String> KEY = Option.string("database.sslkey").low("A file with the client's key.");
    private static final Option<Password> KEY_PASSWORD =
            Option.password("database.sslpassword").low("The password of the client's key.");

    static final OptionSet OPTIONS = OptionSet.of(DATABASE, MODE, ROOT, CERTIFICATE, KEY, KEY_PASSWORD);

    private static final int NUMERIC_WITHOUT_SCALE = -1;

    /** A generated column is not in the log, so a rule cannot read it. */
    private static final String COLUMNS = """
        SELECT a.attname, t.typname, a.atttypmod, n.nspname, c.relname, t.typtype,
            ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            AND a.attgenerated = '' AND has_table_privilege(c.oid, 'SELECT')
        ORDER BY a.attnum
        """;

    private static final String TABLES = """
        SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%'
            AND n.nspname <> 'information_schema' AND has_table_privilege(c.oid, 'SELECT')
        ORDER BY 1, 2
        """;

    PostgresSource {
        tls = Map.copyOf(tls);
    }

    /** The source of these options; empty if they do not name a database in PostgreSQL. */
    static Optional<PostgresSource> find(Map<String, ?> options) {
        return DATABASE.find(options).map(database -> {
            Map<String, String> properties = new HashMap<>();
            properties.put("sslmode", MODE.find(options).orElse("prefer"));
            ROOT.find(options).ifPresent(file -> properties.put("sslrootcert", file));
            CERTIFICATE.find(options).ifPresent(file -> properties.put("sslcert", file));
            KEY.find(options).ifPresent(file -> properties.put("sslkey", file));
            KEY_PASSWORD.find(options).ifPresent(password -> properties.put("sslpassword", password.value()));
            return new PostgresSource(database, properties);
        });
    }

    @Override
    public Connection connect(String host, int port, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(tls);
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("loginTimeout", "5");
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        @Nullable
        Connection connection =
                new Driver().connect("jdbc:postgresql://" + host + ":" + port + "/" + encode(database), properties);
        if (connection == null) {
            throw new SQLException("expected an address of PostgreSQL, found " + host + ":" + port);
        }
        return connection;
    }

    /** A name may have characters that begin the driver's own parameters. */
    private static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String columnsQuery() {
        return COLUMNS;
    }

    @Override
    public String tablesQuery() {
        return TABLES;
    }

    @Override
    public SourceColumn readColumn(ResultSet row) throws SQLException {
        String type = row.getString(2);
        boolean isEnum = "e".equals(row.getString(6));
        return new SourceColumn(
                isEnum ? ColumnType.TEXT : typeOf(type, row.getInt(3)),
                isEnum ? readTexts(row.getArray(7)) : List.of(),
                type.equals("timestamptz"));
    }

    private static List<String> readTexts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    /** The type of the column's values in Debezium's records; unknown if it depends on the connector's settings. */
    private static ColumnType typeOf(String type, int modifier) {
        return switch (type) {
            case "bpchar" -> ColumnType.TEXT;
            // Of any length, such a value may be stored elsewhere before a rule reads it, and is then a structure.
            case "varchar" -> modifier < 0 ? ColumnType.UNKNOWN : ColumnType.TEXT;
            case "uuid" -> ColumnType.TEXT;
            case "int2", "int4", "int8" -> ColumnType.INTEGER;
            case "float8" -> ColumnType.REAL;
            case "numeric" -> modifier == NUMERIC_WITHOUT_SCALE ? ColumnType.UNKNOWN : ColumnType.DECIMAL;
            case "bool" -> ColumnType.BOOLEAN;
            default -> ColumnType.UNKNOWN;
        };
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return database + ", " + tls.get("sslmode");
    }
}
