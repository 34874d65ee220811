package io.millrace.it.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.shop.EventLog;
import io.millrace.it.shop.ShopConnectors;
import io.millrace.local.LocalPipeline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Three tables whose rows snapshots find, a service that changes them meanwhile, and what one connector made of them: of a
 * row that was found nothing ({@code silent}), what a creation becomes ({@code created}), or an event of its own
 * ({@code states}).
 */
final class FoundRows {
    static final List<String> TABLES = List.of("silent", "created", "states");
    /** No traffic changes it, so each snapshot shows it, and as the last one of its table. */
    static final long LAST_ROW = 1_000_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_TO_ARRIVE = Duration.ofMinutes(2);

    /** An event; the snapshot is null where it is of a change. */
    record Seen(String id, String type, long key, long revision, String snapshot) {}

    private final LocalPipeline pipeline;
    private final String name;
    private final String serverId;

    /** Of a connector of this name, which begins the names of its topics, too. */
    FoundRows(LocalPipeline pipeline, String name, String serverId) {
        this.pipeline = pipeline;
        this.name = name;
        this.serverId = serverId;
    }

    /** Makes the tables with this many rows each, and another one in which a connector marks its chunks. */
    static void create(Statement sql, int rows) throws SQLException {
        sql.execute("CREATE DATABASE found");
        for (String table : TABLES) {
            sql.execute("CREATE TABLE found." + table
                    + " (id BIGINT PRIMARY KEY, n INT NOT NULL, version BIGINT NOT NULL DEFAULT 1)");
            sql.execute("INSERT INTO found." + table + " (id, n) VALUES "
                    + LongStream.rangeClosed(1, rows)
                            .mapToObj(id -> "(" + id + ", 0), ")
                            .collect(Collectors.joining())
                    + "(" + LAST_ROW + ", 0)");
        }
        sql.execute("CREATE TABLE found.signals (id VARCHAR(42) PRIMARY KEY, type VARCHAR(32) NOT NULL, data"
                + " VARCHAR(2048))");
        sql.execute("GRANT SELECT ON found.* TO 'debezium'@'%'");
        // The marks around each chunk are rows of the signal table.
        sql.execute("GRANT INSERT, UPDATE, DELETE ON found.signals TO 'debezium'@'%'");
    }

    /** The shop's connector for these tables, with a rule for each thing that can become of a row that was found. */
    ObjectNode connector(int chunk) throws IOException {
        ObjectNode body =
                (ObjectNode) JSON.readTree(ShopConnectors.file("10-shop-source").toFile());
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties().removeIf(option -> option.getKey().matches(".*\\.(rule|table)\\..*"));
        config.put("topic.prefix", name)
                .put("database.server.id", serverId)
                .put("schema.history.internal.kafka.topic", name + ".schema-history")
                .put("table.include.list", "found.silent,found.created,found.states,found.signals")
                .put("signal.data.collection", "found.signals")
                .put("incremental.snapshot.chunk.size", chunk)
                .put("key.converter.schemas.enable", "false")
                .put("topic.creation.default.partitions", "1");
        int number = 1;
        for (String table : TABLES) {
            config.put(
                    "events.table." + number,
                    "found." + table + "; key: id; fields: id, n; revision: row.version; topic: " + name + "." + table);
            config.put("events.rule." + (10 * number), rule(table, "Changed", "update"));
            config.put("events.rule." + (10 * number + 1), rule(table, "Closed", "delete"));
            config.put(
                    "events.rule." + (10 * number + 2),
                    rule(table, "Opened", table.equals("created") ? "create, read" : "create"));
            number++;
        }
        config.put("events.rule.1", rule("states", "Seen", "read"));
        return body.put("name", name);
    }

    private static String rule(String table, String type, String operations) {
        return type + "; table: found." + table + "; on: " + operations;
    }

    /** Asks for a snapshot of these tables by a row in the signal table. */
    static void signal(Statement sql, String id, String type, List<String> tables) throws SQLException {
        sql.execute(
                "INSERT INTO found.signals VALUES ('" + id + "', 'execute-snapshot', '" + data(type, tables) + "')");
    }

    /** What a signal says that asks for a snapshot of these tables. */
    static String data(String type, List<String> tables) {
        return "{\"type\": \"" + type + "\", \"data-collections\": ["
                + tables.stream().map(table -> "\"found." + table + "\"").collect(Collectors.joining(", ")) + "]}";
    }

    /** Waits until the last row was found as often as this by snapshots of this kind. */
    void awaitFound(int snapshots, String kind) {
        await(name + ": snapshot " + snapshots + ", " + kind)
                .atMost(TIME_TO_ARRIVE)
                .untilAsserted(() -> assertThat(found("states", kind).filter(e -> e.key() == LAST_ROW))
                        .hasSize(snapshots));
    }

    /** The events of rows that a snapshot of this kind found. */
    Stream<Seen> found(String table, String kind) throws IOException {
        return events(table).stream().filter(event -> kind.equals(event.snapshot()));
    }

    /** A service that changes, opens and closes, as long as it may; the version of a row grows with every write. */
    static void change(LocalPipeline pipeline, int rows, Random random, AtomicBoolean goOn) {
        try (Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            for (long next = rows + 1L; goOn.get(); next++) {
                for (String table : TABLES) {
                    long id = 1L + random.nextInt((int) next);
                    switch (random.nextInt(6)) {
                        case 0 -> sql.executeUpdate("INSERT INTO found." + table + " (id, n) VALUES (" + next + ", 1)");
                        case 1 -> sql.executeUpdate("DELETE FROM found." + table + " WHERE id = " + id);
                        default ->
                            sql.executeUpdate("UPDATE found." + table
                                    + " SET n = n + 1, version = version + 1 WHERE id BETWEEN " + id + " AND "
                                    + (id + random.nextInt(4)));
                    }
                }
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (SQLException | InterruptedException e) {
            throw new IllegalStateException("The service could not go on", e);
        }
    }

    /** Waits until the newest event of every row says the version that the row has. */
    void awaitLatest(Statement sql) {
        for (String table : TABLES) {
            await(name + ": " + table).atMost(TIME_TO_ARRIVE).untilAsserted(() -> {
                Map<Long, Long> newest = new TreeMap<>();
                Set<Long> closed = new HashSet<>();
                for (Seen event : events(table)) {
                    newest.merge(event.key(), event.revision(), Math::max);
                    if (event.type().equals("Closed")) {
                        closed.add(event.key());
                    }
                }
                newest.keySet().removeAll(closed);
                Map<Long, Long> versions = versions(sql, table);
                if (table.equals("silent")) {
                    versions.keySet().retainAll(newest.keySet());
                }
                assertThat(newest).isEqualTo(versions);
            });
        }
    }

    static Map<Long, Long> versions(Statement sql, String table) throws SQLException {
        Map<Long, Long> versions = new TreeMap<>();
        try (ResultSet row = sql.executeQuery("SELECT id, version FROM found." + table)) {
            while (row.next()) {
                versions.put(row.getLong(1), row.getLong(2));
            }
        }
        return versions;
    }

    /** Of a row, an event of a change is never older than one before it. */
    static void assertNoUnmarkedStepBack(List<Seen> events) {
        Map<Long, Long> newest = new HashMap<>();
        Set<Long> closed = new HashSet<>();
        for (Seen event : events) {
            if (event.snapshot() == null) {
                assertThat(event.revision()).isGreaterThanOrEqualTo(newest.getOrDefault(event.key(), 0L));
                assertThat(closed).doesNotContain(event.key());
            }
            newest.merge(event.key(), event.revision(), Math::max);
            if (event.type().equals("Closed")) {
                closed.add(event.key());
            }
        }
    }

    /** Of a row, an event of a change is never older than that of another change before it, whatever snapshots said. */
    static void assertChangesInOrder(List<Seen> events) {
        assertNoUnmarkedStepBack(
                events.stream().filter(event -> event.snapshot() == null).toList());
    }

    /** The events of the table, in their order. */
    List<Seen> events(String table) throws IOException {
        List<Seen> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                EventLog.records(pipeline.broker().bootstrapServers(), name + "." + table)) {
            JsonNode key = JSON.readTree(record.key());
            events.add(new Seen(
                    EventLog.header(record, "ce_id"),
                    EventLog.header(record, "ce_type"),
                    key.path("id").asLong(),
                    Long.parseLong(EventLog.header(record, "ce_revision")),
                    EventLog.header(record, "ce_snapshot")));
        }
        return events;
    }
}
