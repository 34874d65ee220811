package io.millrace.benchmarks.sink;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/** The ways to write rows to PostgreSQL. */
final class PostgresCeiling {
    private PostgresCeiling() {}

    static List<Ceiling.Variant> variants(String table, OrderShape shape) {
        List<Ceiling.Variant> variants = new ArrayList<>();
        String conflict = onConflict(shape);
        for (int batch : new int[] {500, 2000, 10_000}) {
            if (StatementWays.isPreparable(batch, shape)) {
                variants.add(upsert("multi-row upsert", batch, StatementWays.multiRow(table, shape, conflict)));
            }
        }
        variants.add(upsert(
                "batch rewritten by the driver",
                2000,
                StatementWays.driverBatch(table, shape, conflict),
                "reWriteBatchedInserts=true"));
        for (int batch : new int[] {500, 2000, 10_000, 50_000}) {
            variants.add(upsert("unnest upsert", batch, unnestWay(table, shape)));
        }
        for (int batch : new int[] {2000, 10_000, 50_000}) {
            variants.add(upsert(
                    "COPY, then INSERT SELECT ON CONFLICT",
                    batch,
                    (connection, rows) -> stageRows(connection, rows, table, shape)));
        }
        for (int batch : new int[] {2000, 10_000, 50_000}) {
            variants.add(new Ceiling.Variant(
                    "COPY", batch, true, (connection, rows) -> copyRows(connection, rows, table, shape), List.of()));
        }
        return variants;
    }

    private static Ceiling.Variant upsert(String name, int batch, Ceiling.Way way, String... driverOptions) {
        return new Ceiling.Variant(name, batch, false, way, List.of(driverOptions));
    }

    private static String onConflict(OrderShape shape) {
        return " ON CONFLICT (" + OrderShape.KEY + ") DO UPDATE SET " + shape.assignments("EXCLUDED");
    }

    private static Ceiling.Way unnestWay(String table, OrderShape shape) {
        String arrays =
                OrderShape.join(shape.columns(), column -> "?::" + column.type().element() + "[]", ", ");
        String sql = "INSERT INTO " + table + " (" + shape.names() + ") SELECT * FROM unnest(" + arrays + ")"
                + onConflict(shape);
        return (connection, rows) -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < shape.columns().size(); i++) {
                    int column = i;
                    Object[] values =
                            rows.stream().map(row -> row.values().get(column)).toArray();
                    statement.setArray(
                            i + 1,
                            connection.createArrayOf(
                                    shape.columns().get(i).type().element(), values));
                }
                statement.executeUpdate();
            }
        };
    }

    private static void stageRows(Connection connection, List<Order> rows, String table, OrderShape shape)
            throws SQLException, IOException {
        String definitions = OrderShape.join(
                shape.columns(), column -> column.name() + " " + column.type().sql(), ", ");
        StatementWays.executeSql(
                connection, "CREATE TEMPORARY TABLE IF NOT EXISTS staged (" + definitions + ") ON COMMIT DELETE ROWS");
        copyRows(connection, rows, "staged", shape);
        StatementWays.executeSql(
                connection,
                "INSERT INTO " + table + " (" + shape.names() + ") SELECT " + shape.names() + " FROM staged"
                        + onConflict(shape));
    }

    private static void copyRows(Connection connection, List<Order> rows, String table, OrderShape shape)
            throws SQLException, IOException {
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(
                        "COPY " + table + " (" + shape.names() + ") FROM STDIN",
                        new ByteArrayInputStream(StatementWays.textLines(rows)));
    }
}
