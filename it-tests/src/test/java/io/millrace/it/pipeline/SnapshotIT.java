package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.Seeds;
import io.millrace.it.TestPipeline;
import io.millrace.local.ConnectRest;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * Snapshots at the beginning, by signals while the tables change, and again from nothing: what a row that was found becomes
 * is the rules' choice, and no consumer takes an old state for a new one unless it overlooks {@code ce_snapshot}.
 */
class SnapshotIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "snapshots";
    private static final Duration TIME_TO_ARRIVE = Duration.ofMinutes(2);
    private static final int ROWS = 300;
    /** No traffic changes it, so each snapshot shows it, and as the last one of its table. */
    private static final long LAST_ROW = 1_000_000;

    private record Seen(String id, String type, long key, long revision, String snapshot) {}

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();
    private final AtomicBoolean goOn = new AtomicBoolean(true);

    @Test
    void rowsThatWereFoundAreWhatTheRulesSayAndNeverAnUnmarkedStepBack() throws Exception {
        long seed = Seeds.next();
        try (Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            create(sql);
            rest.post(connector());
            await("the initial snapshot").atMost(TIME_TO_ARRIVE).untilAsserted(() -> assertThat(events("states"))
                    .hasSize(ROWS + 1));
            assertThat(events("created")).hasSize(ROWS + 1).allMatch(e -> e.type()
                    .equals("Opened"));
            assertThat(events("states")).allMatch(e -> e.type().equals("Seen"));
            assertThat(events("created")).allMatch(e -> "initial".equals(e.snapshot()));

            CompletableFuture<Void> traffic = CompletableFuture.runAsync(() -> change(new Random(seed)));
            signal(sql, "first");
            awaitIncremental(1);
            signal(sql, "second");
            awaitIncremental(2);
            goOn.set(false);
            traffic.get(1, TimeUnit.MINUTES);
            awaitLatest(sql);

            Set<String> ids = new HashSet<>();
            for (String table : List.of("created", "states", "silent")) {
                List<Seen> events = events(table);
                events.forEach(
                        event -> assertThat(ids.add(event.id())).as(event.id()).isTrue());
                assertNoUnmarkedStepBack(events);
                assertThat(events).allMatch(e -> e.snapshot() == null || !table.equals("silent"));
                assertThat(events).allMatch(e -> !e.type().equals("Seen") || e.snapshot() != null);
                assertThat(events).anyMatch(e -> e.snapshot() == null && e.revision() > 1);
            }
            assertThat(events("created").stream().filter(e -> "incremental".equals(e.snapshot())))
                    .hasSizeGreaterThan(ROWS / 2)
                    .allMatch(e -> e.type().equals("Opened"));

            List<String> once = snapshotAgain();
            List<String> again = snapshotAgain();
            assertThat(once).doesNotContainAnyElementsOf(ids);
            assertThat(again).containsExactlyInAnyOrderElementsOf(once);
        } finally {
            goOn.set(false);
            rest.delete(NAME);
        }
    }

    private static void create(Statement sql) throws SQLException {
        sql.execute("CREATE DATABASE found");
        for (String table : List.of("silent", "created", "states")) {
            sql.execute("CREATE TABLE found." + table
                    + " (id BIGINT PRIMARY KEY, n INT NOT NULL, version BIGINT NOT NULL DEFAULT 1)");
            for (long id = 1; id <= ROWS; id++) {
                sql.addBatch("INSERT INTO found." + table + " (id, n) VALUES (" + id + ", 0)");
            }
            sql.executeBatch();
            sql.execute("INSERT INTO found." + table + " (id, n) VALUES (" + LAST_ROW + ", 0)");
        }
        sql.execute(
                "CREATE TABLE found.signals (id VARCHAR(42) PRIMARY KEY, type VARCHAR(32) NOT NULL, data VARCHAR(2048))");
        sql.execute("GRANT SELECT ON found.* TO 'debezium'@'%'");
        // The marks around each chunk are rows of the signal table.
        sql.execute("GRANT INSERT, UPDATE, DELETE ON found.signals TO 'debezium'@'%'");
    }

    private static ObjectNode connector() throws IOException {
        ObjectNode body =
                (ObjectNode) JSON.readTree(ShopConnectors.files().get(0).toFile());
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties().removeIf(option -> option.getKey().matches(".*\\.(rule|table)\\..*"));
        config.put("topic.prefix", NAME)
                .put("database.server.id", "5431")
                .put("schema.history.internal.kafka.topic", NAME + ".schema-history")
                .put("table.include.list", "found.silent,found.created,found.states,found.signals")
                .put("signal.data.collection", "found.signals")
                .put("incremental.snapshot.chunk.size", "40")
                .put("key.converter.schemas.enable", "false")
                .put("topic.creation.default.partitions", "1");
        int number = 1;
        for (String table : List.of("created", "states", "silent")) {
            config.put(
                    "transforms.event.table." + number,
                    "found." + table + "; key: id; fields: id, n; revision: row.version; topic: " + NAME + "." + table);
            config.put("transforms.event.rule." + (10 * number), rule(table, "Changed", "update"));
            config.put("transforms.event.rule." + (10 * number + 1), rule(table, "Closed", "delete"));
            config.put(
                    "transforms.event.rule." + (10 * number + 2),
                    rule(table, "Opened", table.equals("created") ? "create, read" : "create"));
            number++;
        }
        config.put("transforms.event.rule.1", rule("states", "Seen", "read"));
        return body.put("name", NAME);
    }

    private static String rule(String table, String type, String operations) {
        return type + "; table: found." + table + "; on: " + operations;
    }

    private static void signal(Statement sql, String id) throws SQLException {
        sql.execute("INSERT INTO found.signals VALUES ('" + id + "', 'execute-snapshot', '{\"type\": \"incremental\", "
                + "\"data-collections\": [\"found.silent\", \"found.created\", \"found.states\"]}')");
    }

    private void awaitIncremental(int snapshots) {
        await("incremental snapshot " + snapshots).atMost(TIME_TO_ARRIVE).untilAsserted(() -> assertThat(
                        events("states").stream()
                                .filter(e -> e.key() == LAST_ROW && "incremental".equals(e.snapshot())))
                .hasSize(snapshots));
    }

    /** A service that changes, opens and closes; the version of a row grows with every write. */
    private void change(Random random) {
        try (Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            for (long next = ROWS + 1; goOn.get(); next++) {
                for (String table : List.of("silent", "created", "states")) {
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
    private void awaitLatest(Statement sql) {
        for (String table : List.of("created", "states", "silent")) {
            await(table).atMost(TIME_TO_ARRIVE).untilAsserted(() -> {
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

    private static Map<Long, Long> versions(Statement sql, String table) throws SQLException {
        Map<Long, Long> versions = new TreeMap<>();
        try (ResultSet row = sql.executeQuery("SELECT id, version FROM found." + table)) {
            while (row.next()) {
                versions.put(row.getLong(1), row.getLong(2));
            }
        }
        return versions;
    }

    private static void assertNoUnmarkedStepBack(List<Seen> events) {
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

    /** Forgets the connector's offset, so that it begins with a snapshot; returns the ids of what it found. */
    private List<String> snapshotAgain() throws IOException {
        int before = events("created").size();
        long rows = rows();
        rest.stop(NAME);
        ObjectNode body = JSON.createObjectNode();
        ObjectNode offset = body.putArray("offsets").addObject();
        offset.putObject("partition").put("server", NAME);
        offset.putNull("offset");
        rest.patchOffsets(NAME, body);
        rest.resume(NAME);
        await("a snapshot again").atMost(TIME_TO_ARRIVE).untilAsserted(() -> assertThat(events("created"))
                .hasSize((int) (before + rows)));
        List<Seen> found = events("created").subList(before, (int) (before + rows));
        assertThat(found).allMatch(e -> "initial".equals(e.snapshot()));
        return found.stream().map(Seen::id).toList();
    }

    private long rows() throws IOException {
        try (Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            return versions(sql, "created").size();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private List<Seen> events(String table) throws IOException {
        List<Seen> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                EventLog.records(pipeline.broker().bootstrapServers(), NAME + "." + table)) {
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
