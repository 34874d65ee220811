package io.millrace.benchmarks.sink;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.postgresql.PGConnection;

/** The ways to write rows to PostgreSQL. */
final class PostgresCeiling {
    private static final String UPSERT = " ON CONFLICT (order_id) DO UPDATE SET customer = EXCLUDED.customer,"
            + " total = EXCLUDED.total, revision = EXCLUDED.revision";

    private PostgresCeiling() {}

    static List<Ceiling.Variant> variants(String table) {
        List<Ceiling.Variant> variants = new ArrayList<>();
        for (int batch : new int[] {500, 2000, 10_000}) {
            variants.add(upsert("multi-row upsert", batch, StatementWays.multiRow(table, UPSERT)));
        }
        variants.add(upsert(
                "batch rewritten by the driver",
                2000,
                StatementWays.driverBatch(table, UPSERT),
                "reWriteBatchedInserts=true"));
        for (int batch : new int[] {500, 2000, 10_000, 50_000}) {
            variants.add(upsert("unnest upsert", batch, unnestWay(table)));
        }
        for (int batch : new int[] {2000, 10_000, 50_000}) {
            variants.add(upsert(
                    "COPY, then INSERT SELECT ON CONFLICT",
                    batch,
                    (connection, rows) -> stageRows(connection, rows, table)));
        }
        for (int batch : new int[] {2000, 10_000, 50_000}) {
            variants.add(new Ceiling.Variant(
                    "COPY", batch, true, (connection, rows) -> copyRows(connection, rows, table), List.of()));
        }
        return variants;
    }

    private static Ceiling.Variant upsert(String name, int batch, Ceiling.Way way, String... driverOptions) {
        return new Ceiling.Variant(name, batch, false, way, List.of(driverOptions));
    }

    private static Ceiling.Way unnestWay(String table) {
        return (connection, rows) -> {
            try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + table + " ("
                    + Order.COLUMNS + ") SELECT * FROM unnest(?::bigint[], ?::text[], ?::numeric[], ?::bigint[])"
                    + UPSERT)) {
                statement.setArray(1, connection.createArrayOf("bigint", column(rows, Order::id)));
                statement.setArray(2, connection.createArrayOf("text", column(rows, Order::customer)));
                statement.setArray(3, connection.createArrayOf("numeric", column(rows, Order::total)));
                statement.setArray(4, connection.createArrayOf("bigint", column(rows, Order::revision)));
                statement.executeUpdate();
            }
        };
    }

    private static Object[] column(List<Order> rows, Function<Order, Object> value) {
        return rows.stream().map(value).toArray();
    }

    private static void stageRows(Connection connection, List<Order> rows, String table)
            throws SQLException, IOException {
        StatementWays.executeSql(
                connection,
                "CREATE TEMPORARY TABLE IF NOT EXISTS staged (order_id BIGINT, customer VARCHAR(40),"
                        + " total DECIMAL(12, 2), revision BIGINT) ON COMMIT DELETE ROWS");
        copyRows(connection, rows, "staged");
        StatementWays.executeSql(
                connection,
                "INSERT INTO " + table + " (" + Order.COLUMNS + ") SELECT " + Order.COLUMNS + " FROM staged" + UPSERT);
    }

    private static void copyRows(Connection connection, List<Order> rows, String table)
            throws SQLException, IOException {
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(
                        "COPY " + table + " (" + Order.COLUMNS + ") FROM STDIN",
                        new ByteArrayInputStream(StatementWays.textLines(rows)));
    }
}
