package io.millrace.benchmarks;

import io.millrace.testing.servers.EmbeddedChanges;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.SqlScript;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Records the change events of Debezium's MySQL connector for a service's writes to the shop: orders that a snapshot
 * reads, and orders that are placed, paid, shipped and deleted, with the request's context in a comment of every
 * statement; and outbox rows.
 */
final class Recorder {
    private static final int ROWS = RecordedChanges.ROWS;
    private static final int CHANGES = ROWS * 6;
    private static final String PASSWORD = "recorder";

    private Recorder() {}

    /** Takes an empty directory for the server's data, and the file to write. */
    public static void main(String[] arguments) throws IOException, SQLException, InterruptedException {
        try (MySqlServer mysql = MySqlServer.start(Installation.locate(), Path.of(arguments[0]), Map.of())) {
            new RecordedChanges(recordChanges(mysql)).saveTo(Path.of(arguments[1]));
        }
    }

    private static List<SourceRecord> recordChanges(MySqlServer mysql)
            throws SQLException, IOException, InterruptedException {
        try (Connection connection = mysql.connectAsRoot()) {
            new SqlScript(ProjectFiles.of(Installation.locate()).sourceSql())
                    .apply(connection, Map.of("SHOP_SERVICE_PASSWORD", PASSWORD, "SHOP_DATABASE_PASSWORD", PASSWORD));
            placeOrders(connection, 1);
            try (EmbeddedChanges changes = EmbeddedChanges.of(mysql, PASSWORD, "shop.orders,shop.outbox")) {
                List<SourceRecord> snapshot = changes.take(ROWS);
                writeRows(connection);
                return Stream.concat(snapshot.stream(), changes.take(CHANGES).stream())
                        .toList();
            }
        }
    }

    private static void writeRows(Connection connection) throws SQLException {
        placeOrders(connection, 1001);
        for (int id = 1001; id < 1001 + ROWS; id++) {
            executeSql(
                    connection,
                    id,
                    "UPDATE shop.orders SET status = 'PAID', paid_at = '2026-11-21 10:01:00.123456', "
                            + "version = version + 1 WHERE id = " + id);
            executeSql(
                    connection,
                    id,
                    "UPDATE shop.orders SET status = 'SHIPPED', shipped_at = '2026-11-21 10:02:00', "
                            + "version = version + 1 WHERE id = " + id);
            executeSql(
                    connection,
                    id,
                    "INSERT INTO shop.outbox (id, aggregatetype, aggregateid, type, payload, "
                            + "request_id) VALUES (UUID(), 'order', '" + id + "', 'OrderPaid', "
                            + "'{\"order_id\": " + id + ", \"total\": \"19.90\", \"currency\": \"EUR\"}', 'r-" + id
                            + "')");
        }
        for (int id = 1001; id < 1001 + ROWS; id++) {
            executeSql(connection, id, "DELETE FROM shop.orders WHERE id = " + id);
            executeSql(connection, id, "UPDATE shop.orders SET total = total + 1 WHERE id = " + (id - 1000));
        }
    }

    private static void placeOrders(Connection connection, int firstId) throws SQLException {
        for (int id = firstId; id < firstId + ROWS; id++) {
            executeSql(
                    connection,
                    id,
                    "INSERT INTO shop.orders (id, customer_id, status, currency, total, placed_at) " + "VALUES (" + id
                            + ", " + (id * 7) + ", 'PLACED', 'EUR', 19.90, '2026-11-21 10:00:00.000001')");
        }
    }

    private static void executeSql(Connection connection, int id, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql
                    + " /*requestId='5f1c3a7e-0b1d-4c7e-9a55-%012d',userId='u%%2F42',".formatted(id)
                    + "traceparent='00-4bf92f3577b34da6a3ce929d%08x-00f067aa0ba902b7-01'*/".formatted(id));
        }
    }
}
