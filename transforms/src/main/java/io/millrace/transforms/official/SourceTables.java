package io.millrace.transforms.official;

import com.mysql.cj.jdbc.NonRegisteringDriver;
import io.millrace.expressions.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
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
 * @param tls how the connection is encrypted, and which servers it trusts
 */
record SourceTables(String host, int port, String user, String password, SourceTls tls) {
    private static final Logger LOG = LoggerFactory.getLogger(SourceTables.class);
    private static final String COLUMNS = """
            SELECT column_name, data_type, column_type FROM information_schema.columns
            WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position
            """;

    /** One validation needs the same table for each of its rules. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int MAX_REMEMBERED = 1000;
    private static final Map<ColumnQuery, Answer> ANSWERS = new ConcurrentHashMap<>();

    private record ColumnQuery(SourceTables database, Table table) {}

    private record Answer(Optional<Map<String, ColumnType>> columns, long queriedAt) {}

    /**
     * The table's columns in their order, none if there is no such table; empty if the database cannot be queried, which the
     * connector's own validation reports. An answer may be a few seconds old.
     */
    Optional<Map<String, ColumnType>> findColumns(Table table) {
        ColumnQuery query = new ColumnQuery(this, table);
        Answer known = ANSWERS.get(query);
        if (known != null && System.nanoTime() - known.queriedAt() < FRESH_NANOS) {
            return known.columns();
        }
        return queryColumns(table);
    }

    /** As {@link #findColumns}, with a new query. */
    Optional<Map<String, ColumnType>> queryColumns(Table table) {
        if (ANSWERS.size() >= MAX_REMEMBERED) {
            ANSWERS.clear();
        }
        Optional<Map<String, ColumnType>> columns = connectAndQuery(table);
        ANSWERS.put(new ColumnQuery(this, table), new Answer(columns, System.nanoTime()));
        return columns;
    }

    private Optional<Map<String, ColumnType>> connectAndQuery(Table table) {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.putAll(tls.driverProperties());
        properties.setProperty("connectTimeout", "5000");
        properties.setProperty("socketTimeout", "10000");
        try (Connection connection =
                        new NonRegisteringDriver().connect("jdbc:mysql://" + host + ":" + port + "/", properties);
                PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            query.setString(1, table.database());
            query.setString(2, table.name());
            Map<String, ColumnType> columns = new LinkedHashMap<>();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.put(rows.getString(1), typeOf(rows.getString(2), rows.getString(3)));
                }
            }
            return Optional.of(columns);
        } catch (SQLException e) {
            LOG.warn("The rules of {} are not checked against the table: {}", table, e.getMessage());
            return Optional.empty();
        }
    }

    /** The type of the column's values in Debezium's records; unknown if it depends on the connector's settings. */
    private static ColumnType typeOf(String dataType, String columnType) {
        String type = dataType.toLowerCase(Locale.ROOT);
        return switch (type) {
            case "char", "varchar", "tinytext", "text", "enum", "set" -> ColumnType.TEXT;
            // A value that can be this large may be stored elsewhere before a rule reads it, and is then a structure.
            case "mediumtext", "longtext", "json" -> ColumnType.UNKNOWN;
            case "smallint", "mediumint", "int", "year" -> ColumnType.INTEGER;
            case "bigint" ->
                columnType.toLowerCase(Locale.ROOT).contains("unsigned") ? ColumnType.UNKNOWN : ColumnType.INTEGER;
            case "double" -> ColumnType.REAL;
            default -> ColumnType.UNKNOWN;
        };
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " at " + host + ":" + port;
    }
}
