package io.millrace.testing.servers;

import io.debezium.embedded.Connect;
import io.debezium.engine.ChangeEvent;
import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The change events of Debezium's MySQL connector for a server's rows, without a worker and without Kafka: the
 * snapshot, and then every change in the order of the binlog, with its statement. Needs {@code debezium-embedded} and
 * {@code debezium-connector-mysql} on the class path. Records are read by one thread.
 */
public final class EmbeddedChanges implements AutoCloseable {
    private static final Duration TIME_TO_COME = Duration.ofMinutes(2);
    private static final long POLL_MS = 100;
    private static final String PREFIX = "shop";
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("name", "embedded"),
            Map.entry("connector.class", "io.debezium.connector.mysql.MySqlConnector"),
            Map.entry("offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore"),
            Map.entry("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory"),
            Map.entry("database.server.id", "5499"),
            Map.entry("topic.prefix", PREFIX),
            Map.entry("include.query", "true"),
            Map.entry("include.schema.changes", "false"),
            Map.entry("tombstones.on.delete", "false"));

    private final BlockingQueue<SourceRecord> captured = new LinkedBlockingQueue<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final DebeziumEngine<ChangeEvent<SourceRecord, SourceRecord>> engine;
    private volatile IllegalStateException failure;

    private EmbeddedChanges(Properties options) {
        this.engine = DebeziumEngine.create(Connect.class)
                .using(options)
                .using((success, message, error) -> {
                    if (!success) {
                        failure = new IllegalStateException("Debezium has failed: " + message, error);
                    }
                })
                .notifying(event -> captured.add(event.value()))
                .build();
        thread.execute(engine);
    }

    /**
     * Starts to read, with a snapshot first.
     *
     * @param password of the user {@code debezium}
     * @param tables as Debezium's {@code table.include.list} takes them
     */
    public static EmbeddedChanges of(MySqlServer mysql, String password, String tables) {
        Properties options = new Properties();
        options.putAll(DEFAULTS);
        options.putAll(Map.of(
                "database.hostname",
                "127.0.0.1",
                "database.port",
                Integer.toString(mysql.port()),
                "database.user",
                "debezium",
                "database.password",
                password,
                "table.include.list",
                tables));
        return new EmbeddedChanges(options);
    }

    /**
     * Waits for the next changes of rows.
     *
     * @throws IllegalStateException if Debezium has failed, or so many do not come within two minutes
     */
    public List<SourceRecord> take(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TIME_TO_COME.toNanos();
        List<SourceRecord> records = new ArrayList<>();
        while (records.size() < count) {
            SourceRecord record = captured.poll(POLL_MS, TimeUnit.MILLISECONDS);
            if (record == null) {
                if (failure != null) {
                    throw failure;
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "Debezium made " + records.size() + " records in time, not " + count);
                }
            } else if (record.topic().startsWith(PREFIX + ".")) {
                records.add(record);
            }
        }
        return records;
    }

    /** Stops reading. */
    @Override
    public void close() throws IOException {
        try {
            engine.close();
        } finally {
            thread.shutdown();
        }
    }
}
