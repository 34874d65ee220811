package io.millrace.benchmarks.sink;

import com.mysql.cj.jdbc.JdbcStatement;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The ways to write rows to MySQL. */
final class MySqlCeiling {
    private static final String UPSERT = " AS incoming ON DUPLICATE KEY UPDATE customer = incoming.customer,"
            + " total = incoming.total, revision = incoming.revision";

    private MySqlCeiling() {}

    static List<Ceiling.Variant> variants(String table) {
        List<Ceiling.Variant> variants = new ArrayList<>();
        for (int batch : new int[] {500, 2000, 10_000}) {
            variants.add(variant("multi-row upsert", batch, StatementWays.multiRow(table, UPSERT)));
        }
        variants.add(variant(
                "multi-row upsert, prepared by the server",
                2000,
                StatementWays.multiRow(table, UPSERT),
                "useServerPrepStmts=true",
                "cachePrepStmts=true",
                "prepStmtCacheSqlLimit=1000000"));
        variants.add(variant(
                "batch rewritten by the driver",
                2000,
                StatementWays.driverBatch(table, UPSERT),
                "rewriteBatchedStatements=true"));
        for (int batch : new int[] {2000, 10_000}) {
            variants.add(variant("JSON_TABLE upsert", batch, jsonTable(table)));
        }
        for (int batch : new int[] {2000, 10_000, 50_000}) {
            variants.add(variant(
                    "LOAD DATA LOCAL REPLACE",
                    batch,
                    (connection, rows) -> loadRows(connection, rows, "REPLACE INTO TABLE " + table),
                    "allowLoadLocalInfile=true"));
        }
        for (int batch : new int[] {2000, 10_000}) {
            variants.add(variant(
                    "LOAD DATA LOCAL, then INSERT SELECT",
                    batch,
                    (connection, rows) -> stageRows(connection, rows, table),
                    "allowLoadLocalInfile=true"));
        }
        return variants;
    }

    private static Ceiling.Variant variant(String name, int batch, Ceiling.Way way, String... driverOptions) {
        return new Ceiling.Variant(name, batch, false, way, List.of(driverOptions));
    }

    private static void loadRows(Connection connection, List<Order> rows, String into) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement
                    .unwrap(JdbcStatement.class)
                    .setLocalInfileInputStream(new ByteArrayInputStream(StatementWays.textLines(rows)));
            statement.execute(
                    "LOAD DATA LOCAL INFILE 'rows' " + into + " CHARACTER SET utf8mb4 (" + Order.COLUMNS + ")");
        }
    }

    private static void stageRows(Connection connection, List<Order> rows, String table) throws SQLException {
        StatementWays.executeSql(connection, "CREATE TEMPORARY TABLE IF NOT EXISTS staged LIKE " + table);
        StatementWays.executeSql(connection, "TRUNCATE TABLE staged");
        loadRows(connection, rows, "INTO TABLE staged");
        StatementWays.executeSql(
                connection,
                "INSERT INTO " + table + " (" + Order.COLUMNS + ") SELECT * FROM (SELECT " + Order.COLUMNS
                        + " FROM staged) AS incoming ON DUPLICATE KEY UPDATE customer = incoming.customer,"
                        + " total = incoming.total, revision = incoming.revision");
    }

    /** The rows as one JSON text; the statement is always the same. */
    private static Ceiling.Way jsonTable(String table) {
        return (connection, rows) -> {
            StringBuilder json = new StringBuilder(rows.size() * 64).append('[');
            for (Order row : rows) {
                json.append(json.length() == 1 ? "[" : ",[")
                        .append(row.id())
                        .append(",\"")
                        .append(row.customer())
                        .append("\",\"")
                        .append(row.total().toPlainString())
                        .append("\",")
                        .append(row.revision())
                        .append(']');
            }
            try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table + " ("
                    + Order.COLUMNS + ") SELECT * FROM JSON_TABLE(?, '$[*]' COLUMNS(order_id BIGINT PATH '$[0]',"
                    + " customer VARCHAR(40) PATH '$[1]', total DECIMAL(12, 2) PATH '$[2]',"
                    + " revision BIGINT PATH '$[3]')) AS incoming ON DUPLICATE KEY UPDATE customer = incoming.customer,"
                    + " total = incoming.total, revision = incoming.revision")) {
                statement.setString(1, json.append(']').toString());
                statement.executeUpdate();
            }
        };
    }
}
