package io.millrace.benchmarks;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import io.millrace.local.Installation;
import io.millrace.local.MySqlServer;
import io.millrace.local.ProjectFiles;
import io.millrace.local.SqlScript;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Records what Debezium's MySQL connector makes of a service's writes to the shop: orders that a snapshot reads, and orders
 * that are placed, paid, shipped and deleted, with the request's context in a comment of every statement; and outbox rows.
 */
final class Recorder {
    private static final int ROWS = 64;
    private static final int CHANGES = ROWS * 6;
    private static final String PASSWORD = "recorder";

    private final BlockingQueue<SourceRecord> captured = new LinkedBlockingQueue<>();

    private Recorder() {}

    /** Takes an empty directory for the server's data, and the file to write. */
    public static void main(String[] arguments) throws IOException, SQLException, InterruptedException {
        try (MySqlServer mysql = MySqlServer.start(Installation.locate(), Path.of(arguments[0]), Map.of())) {
            new RecordedChanges(new Recorder().record(mysql)).save(Path.of(arguments[1]));
        }
    }

    private List<SourceRecord> record(MySqlServer mysql) throws SQLException, IOException, InterruptedException {
        try (Connection connection = mysql.connectAsRoot()) {
            new SqlScript(ProjectFiles.of(Installation.locate()).sourceSql())
                    .apply(connection, Map.of("SHOP_SERVICE_PASSWORD", PASSWORD, "SHOP_DATABASE_PASSWORD", PASSWORD));
            placeOrders(connection, 1);
            DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine = DebeziumEngine.create(Connect.class)
                    .using(options(mysql))
                    .notifying(event -> captured.add(event.value()))
                    .build();
            ExecutorService thread = Executors.newSingleThreadExecutor();
            thread.execute(engine);
            try {
                List<SourceRecord> snapshot = take(ROWS);
                write(connection);
                return Stream.concat(snapshot.stream(), take(CHANGES).stream()).toList();
            } finally {
                engine.close();
                thread.shutdown();
            }
        }
    }

    private List<SourceRecord> take(int count) throws InterruptedException {
        List<SourceRecord> records = new ArrayList<>();
        while (records.size() < count) {
            SourceRecord record = captured.poll(2, TimeUnit.MINUTES);
            if (record == null) {
                throw new IllegalStateException("Debezium made " + records.size() + " records in time, not " + count);
            }
            if (record.topic().startsWith("shop.shop.")) {
                records.add(record);
            }
        }
        return records;
    }

    private static void write(Connection connection) throws SQLException {
        placeOrders(connection, 1001);
        for (int id = 1001; id < 1001 + ROWS; id++) {
            execute(
                    connection,
                    id,
                    "UPDATE shop.orders SET status = 'PAID', paid_at = '2026-11-21 10:01:00.123456', "
                            + "version = version + 1 WHERE id = " + id);
            execute(
                    connection,
                    id,
                    "UPDATE shop.orders SET status = 'SHIPPED', shipped_at = '2026-11-21 10:02:00', "
                            + "version = version + 1 WHERE id = " + id);
            execute(
                    connection,
                    id,
                    "INSERT INTO shop.outbox (id, aggregatetype, aggregateid, type, payload, "
                            + "request_id) VALUES (UUID(), 'order', '" + id + "', 'OrderPaid', "
                            + "'{\"order_id\": " + id + ", \"total\": \"19.90\", \"currency\": \"EUR\"}', 'r-" + id
                            + "')");
        }
        for (int id = 1001; id < 1001 + ROWS; id++) {
            execute(connection, id, "DELETE FROM shop.orders WHERE id = " + id);
            execute(connection, id, "UPDATE shop.orders SET total = total + 1 WHERE id = " + (id - 1000));
        }
    }

    private static void placeOrders(Connection connection, int firstId) throws SQLException {
        for (int id = firstId; id < firstId + ROWS; id++) {
            execute(
                    connection,
                    id,
                    "INSERT INTO shop.orders (id, customer_id, status, currency, total, placed_at) " + "VALUES (" + id
                            + ", " + (id * 7) + ", 'PLACED', 'EUR', 19.90, '2026-11-21 10:00:00.000001')");
        }
    }

    private static void execute(Connection connection, int id, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql
                    + " /*requestId='5f1c3a7e-0b1d-4c7e-9a55-%012d',userId='u%%2F42',".formatted(id)
                    + "traceparent='00-4bf92f3577b34da6a3ce929d%08x-00f067aa0ba902b7-01'*/".formatted(id));
        }
    }

    private static Properties options(MySqlServer mysql) {
        Properties options = new Properties();
        options.putAll(Map.ofEntries(
                Map.entry("name", "recorder"),
                Map.entry("connector.class", "io.debezium.connector.mysql.MySqlConnector"),
                Map.entry("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore"),
                Map.entry("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory"),
                Map.entry("database.hostname", "127.0.0.1"),
                Map.entry("database.port", Integer.toString(mysql.port())),
                Map.entry("database.user", "debezium"),
                Map.entry("database.password", PASSWORD),
                Map.entry("database.server.id", "5499"),
                Map.entry("topic.prefix", "shop"),
                Map.entry("table.include.list", "shop.orders,shop.outbox"),
                Map.entry("include.query", "true"),
                Map.entry("include.schema.changes", "false"),
                Map.entry("tombstones.on.delete", "false")));
        return options;
    }
}
