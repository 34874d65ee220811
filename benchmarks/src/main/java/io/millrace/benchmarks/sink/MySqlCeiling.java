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
    private MySqlCeiling() {}

    static List<Ceiling.Variant> variants(String table, OrderShape shape) {
        List<Ceiling.Variant> variants = new ArrayList<>();
        String upsert = " AS incoming" + onDuplicate(shape);
        for (int batch : new int[] {500, 2000, 10_000}) {
            variants.add(variant("multi-row upsert", batch, StatementWays.multiRow(table, shape, upsert)));
        }
        if (StatementWays.isPreparable(2000, shape)) {
            variants.add(variant(
                    "multi-row upsert, prepared by the server",
                    2000,
                    StatementWays.multiRow(table, shape, upsert),
                    "useServerPrepStmts=true",
                    "cachePrepStmts=true",
                    "prepStmtCacheSqlLimit=1000000"));
        }
        variants.add(variant(
                "batch rewritten by the driver",
                2000,
                StatementWays.driverBatch(table, shape, upsert),
                "rewriteBatchedStatements=true"));
        for (int batch : new int[] {2000, 10_000}) {
            variants.add(variant("JSON_TABLE upsert", batch, jsonTable(table, shape)));
        }
        for (int batch : new int[] {2000, 10_000, 50_000}) {
            variants.add(variant(
                    "LOAD DATA LOCAL REPLACE",
                    batch,
                    (connection, rows) -> loadRows(connection, rows, "REPLACE INTO TABLE " + table, shape),
                    "allowLoadLocalInfile=true"));
        }
        for (int batch : new int[] {2000, 10_000}) {
            variants.add(variant(
                    "LOAD DATA LOCAL, then INSERT SELECT",
                    batch,
                    (connection, rows) -> stageRows(connection, rows, table, shape),
                    "allowLoadLocalInfile=true"));
        }
        return variants;
    }

    private static Ceiling.Variant variant(String name, int batch, Ceiling.Way way, String... driverOptions) {
        return new Ceiling.Variant(name, batch, false, way, List.of(driverOptions));
    }

    private static void loadRows(Connection connection, List<Order> rows, String into, OrderShape shape)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement
                    .unwrap(JdbcStatement.class)
                    .setLocalInfileInputStream(new ByteArrayInputStream(StatementWays.textLines(rows)));
            statement.execute(
                    "LOAD DATA LOCAL INFILE 'rows' " + into + " CHARACTER SET utf8mb4 (" + shape.names() + ")");
        }
    }

    private static void stageRows(Connection connection, List<Order> rows, String table, OrderShape shape)
            throws SQLException {
        StatementWays.executeSql(connection, "CREATE TEMPORARY TABLE IF NOT EXISTS staged LIKE " + table);
        StatementWays.executeSql(connection, "TRUNCATE TABLE staged");
        loadRows(connection, rows, "INTO TABLE staged", shape);
        StatementWays.executeSql(
                connection,
                "INSERT INTO " + table + " (" + shape.names() + ") SELECT * FROM (SELECT " + shape.names()
                        + " FROM staged) AS incoming" + onDuplicate(shape));
    }

    private static String onDuplicate(OrderShape shape) {
        return " ON DUPLICATE KEY UPDATE " + shape.assignments("incoming");
    }

    /** The rows as one JSON text; the statement is always the same. */
    private static Ceiling.Way jsonTable(String table, OrderShape shape) {
        StringBuilder paths = new StringBuilder();
        for (int i = 0; i < shape.columns().size(); i++) {
            OrderColumn column = shape.columns().get(i);
            paths.append(i == 0 ? "" : ", ")
                    .append(column.name())
                    .append(' ')
                    .append(column.type().sql())
                    .append(" PATH '$[")
                    .append(i)
                    .append("]'");
        }
        String sql = "INSERT INTO " + table + " (" + shape.names() + ") SELECT * FROM JSON_TABLE(?, '$[*]' COLUMNS("
                + paths + ")) AS incoming" + onDuplicate(shape);
        return (connection, rows) -> {
            StringBuilder json = new StringBuilder(rows.size() * 64).append('[');
            for (Order row : rows) {
                json.append(json.length() == 1 ? "[\"" : ",[\"")
                        .append(String.join("\",\"", row.texts()))
                        .append("\"]");
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, json.append(']').toString());
                statement.executeUpdate();
            }
        };
    }
}
