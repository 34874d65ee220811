package io.millrace.it.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.it.snapshots.FoundRows.Seen;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.ConnectRest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private static final int CHUNK = 40;

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();
    private final FoundRows rows = new FoundRows(pipeline, NAME, "5431");
    private final AtomicBoolean goOn = new AtomicBoolean(true);

    @Test
    void rowsThatWereFoundAreWhatTheRulesSayAndNeverAnUnmarkedStepBack() throws Exception {
        long seed = Seeds.next();
        try (Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            FoundRows.create(sql, ROWS);
            rest.post(rows.connector(CHUNK));
            await("the initial snapshot").atMost(TIME_TO_ARRIVE).untilAsserted(() -> assertThat(rows.events("states"))
                    .hasSize(ROWS + 1));
            assertThat(rows.events("created")).hasSize(ROWS + 1).allMatch(e -> e.type()
                    .equals("Opened"));
            assertThat(rows.events("states")).allMatch(e -> e.type().equals("Seen"));
            assertThat(rows.events("created")).allMatch(e -> "initial".equals(e.snapshot()));

            CompletableFuture<Void> traffic =
                    CompletableFuture.runAsync(() -> FoundRows.change(pipeline, ROWS, new Random(seed), goOn));
            FoundRows.signal(sql, "first", "incremental", FoundRows.TABLES);
            rows.awaitFound(1, "incremental");
            FoundRows.signal(sql, "second", "incremental", FoundRows.TABLES);
            rows.awaitFound(2, "incremental");
            endIdleSessions(sql);
            FoundRows.signal(sql, "behind-a-loss", "incremental", List.of("states"));
            rows.awaitFound(3, "incremental");
            // The stream waits while it is taken. The first of its kind was at the beginning.
            FoundRows.signal(sql, "third", "blocking", FoundRows.TABLES);
            rows.awaitFound(2, "initial");
            goOn.set(false);
            traffic.get(1, TimeUnit.MINUTES);
            rows.awaitLatest(sql);

            Set<String> ids = new HashSet<>();
            for (String table : FoundRows.TABLES) {
                List<Seen> events = rows.events(table);
                events.forEach(
                        event -> assertThat(ids.add(event.id())).as(event.id()).isTrue());
                FoundRows.assertNoUnmarkedStepBack(events);
                assertThat(events).allMatch(e -> e.snapshot() == null || !table.equals("silent"));
                assertThat(events).allMatch(e -> !e.type().equals("Seen") || e.snapshot() != null);
                assertThat(events).anyMatch(e -> e.snapshot() == null && e.revision() > 1);
            }
            assertThat(rows.found("created", "incremental"))
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

    /** As {@code wait_timeout} does, also to a connection that Debezium needs only for the next snapshot. */
    private static void endIdleSessions(Statement sql) throws SQLException {
        List<Long> sessions = new ArrayList<>();
        try (ResultSet found = sql.executeQuery(
                "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'debezium'" + " AND COMMAND = 'Sleep'")) {
            while (found.next()) {
                sessions.add(found.getLong(1));
            }
        }
        assertThat(sessions).isNotEmpty();
        for (long session : sessions) {
            sql.execute("KILL " + session);
        }
    }

    /** Forgets the connector's offset, so that it begins with a snapshot; returns the ids of what it found. */
    private List<String> snapshotAgain() throws IOException {
        int before = rows.events("created").size();
        long found = rowsNow();
        rest.stop(NAME);
        ObjectNode body = JSON.createObjectNode();
        ObjectNode offset = body.putArray("offsets").addObject();
        offset.putObject("partition").put("server", NAME);
        offset.putNull("offset");
        rest.patchOffsets(NAME, body);
        rest.resume(NAME);
        await("a snapshot again").atMost(TIME_TO_ARRIVE).untilAsserted(() -> assertThat(rows.events("created"))
                .hasSize((int) (before + found)));
        List<Seen> again = rows.events("created").subList(before, (int) (before + found));
        assertThat(again).allMatch(e -> "initial".equals(e.snapshot()));
        return again.stream().map(Seen::id).toList();
    }

    private long rowsNow() throws IOException {
        try (Connection connection = pipeline.mysql().connectAsRoot();
                Statement sql = connection.createStatement()) {
            return FoundRows.versions(sql, "created").size();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
