package io.millrace.it.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.projection.ProjectionSinkTask;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.it.Seeds;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Random streams, cut into random batches, replayed, and interrupted by the server's death: every row as in a model. A
 * subclass starts the server. */
abstract class SinkFaultsIT {
    private static final int RECORDS = 6000;
    static SinkFixture fixture;

    private final long seed = Seeds.next();
    private final Random random = new Random(seed);
    private final Map<String, List<String>> orders = new TreeMap<>();
    private final Map<List<String>, List<String>> apps = new HashMap<>();

    @AfterAll
    static void stopServer() {
        fixture.close();
    }

    @BeforeEach
    void createViews() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS orders, apps");
        String text = fixture.database.text(20);
        fixture.execute("CREATE TABLE orders (id " + text + " PRIMARY KEY, a VARCHAR(20), b VARCHAR(20),"
                + " kept VARCHAR(20) DEFAULT 'fresh')");
        fixture.execute("CREATE TABLE apps (site " + text + ", app " + text
                + ", version VARCHAR(20), PRIMARY KEY (site, app))");
    }

    @Test
    void agreesWithTheModelHoweverTheStreamIsCutAndReplayed() throws SQLException {
        List<SinkRecord> stream = stream();
        Map<String, String> options = options("cut");
        ProjectionSinkTask task = fixture.opened(options, new FakeContext(true));
        int at = 0;
        while (at < stream.size()) {
            if (random.nextInt(20) == 0) {
                // A worker that dies between two batches, and one that takes over and is sent old records again.
                task.stop();
                task = fixture.opened(options, new FakeContext(true));
                at = Math.max(0, at - random.nextInt(300));
            }
            int to = Math.min(stream.size(), at + 1 + random.nextInt(400));
            task.put(stream.subList(at, to));
            at = to;
        }
        task.stop();

        assertViews();
    }

    @Test
    void agreesWithTheModelAlthoughTheServerIsKilledAndSessionsAreCutOff() throws Exception {
        List<SinkRecord> stream = stream();
        ProjectionSinkTask task = fixture.opened(options("killed"), new FakeContext(true));
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int at = 0; at < stream.size(); at += 50) {
                putUntilItWorks(task, stream.subList(at, Math.min(stream.size(), at + 50)));
            }
        });
        for (int i = 0; i < 10 && !writing.isDone(); i++) {
            long before = ledger();
            await().pollInterval(Duration.ofMillis(2)).until(() -> writing.isDone() || ledger() > before + 100);
            if (i % 5 == 0) {
                fixture.database.kill();
                fixture.database.restart();
            } else {
                fixture.database.cutOffSessions();
            }
        }
        writing.get();
        SinkFixture.settle(task);
        task.stop();

        assertViews();
        assertThat(ledger()).isEqualTo(3L * RECORDS);
    }

    @Test
    void claimsAPartitionFromATaskThatIsStuckInATransaction() throws Exception {
        FakeContext stuck = new FakeContext(true);
        CompletableFuture<Void> reported = new CompletableFuture<>();
        stuck.reported = reported;
        ProjectionSinkTask zombie = fixture.opened(options("stuck"), stuck);
        List<SinkRecord> records = List.of(
                SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "zombie")),
                SinkFixture.record(1, Map.of("id", "2"), Map.of("a", "longer than twenty characters")));
        zombie.put(records);
        await().until(() -> !stuck.reports.isEmpty());

        // Waits for the ledger's row until the server ends the session that has been idle for too long.
        ProjectionSinkTask owner = fixture.opened(options("stuck"), new FakeContext(true));
        owner.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "owner"))));
        reported.complete(null);

        assertThatThrownBy(() -> SinkFixture.settle(zombie))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("epoch 2");
        SinkFixture.settle(owner);
        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "owner"));
        zombie.stop();
        owner.stop();
    }

    @Test
    void failsOnceTheRetryTimeoutHasPassed() throws SQLException {
        Map<String, String> options = options("impatient");
        options.put("retry.timeout.ms", "0");
        ProjectionSinkTask task = fixture.opened(options, new FakeContext(true));
        fixture.database.kill();
        try {
            task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
            assertThatThrownBy(() -> SinkFixture.settle(task))
                    .isInstanceOf(ConnectException.class)
                    .isNotInstanceOf(RetriableException.class)
                    .hasMessageContaining("retry.timeout.ms");
        } finally {
            fixture.database.restart();
        }
        task.stop();
        assertThat(fixture.rows("SELECT * FROM orders")).isEmpty();
    }

    @Test
    void writesOnceAServerThatIsReadOnlyTakesWritesAgain() throws Exception {
        ProjectionSinkTask task = fixture.opened(options("patient"), new FakeContext(true));
        fixture.database.readOnly(true);
        task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
        // More often than only for the sessions that were ended.
        await().until(() -> (long) metric("patient", "Retries") > 2);
        assertThat(metric("patient", "LedgerLagRecords")).isEqualTo(1L);
        fixture.database.readOnly(false);
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "x"));
    }

    /** Every order of events leaves the same rows, and two tasks that write the same rows have no order at all. */
    @Test
    void keepsTheHighestRevisionWhateverTheOrderAndWhoeverWrites() throws Exception {
        fixture.execute("DROP TABLE IF EXISTS revised");
        fixture.execute("CREATE TABLE revised (id INT PRIMARY KEY, status VARCHAR(20), rev BIGINT, gone BOOLEAN)");
        Map<String, String> options = fixture.options(
                "revised",
                "revised",
                "revised.kind",
                "upsert",
                "revised.key",
                "id = key.id",
                "revised.columns",
                "status, rev",
                "revised.revision",
                "rev",
                "revised.delete.when",
                "value.gone",
                "revised.on.delete",
                "mark",
                "revised.deleted.column",
                "gone");
        Map<Integer, Map<String, Object>> last = new TreeMap<>();
        List<List<SinkRecord>> streams = List.of(new ArrayList<>(), new ArrayList<>());
        List<Integer> order = new ArrayList<>(IntStream.range(0, 3000).boxed().toList());
        Collections.shuffle(order, random);
        for (int revision : order) {
            int id = random.nextInt(40);
            Map<String, Object> event =
                    Map.of("status", "s" + revision, "rev", revision, "gone", random.nextInt(4) == 0);
            int partition = random.nextInt(2);
            List<SinkRecord> stream = streams.get(partition);
            stream.add(SinkFixture.record(partition, stream.size(), Map.of("id", id), event));
            last.merge(id, event, (old, next) -> (int) old.get("rev") > revision ? old : next);
        }
        List<CompletableFuture<Void>> writing = new ArrayList<>();
        for (int partition = 0; partition < 2; partition++) {
            ProjectionSinkTask task = fixture.task(options, new FakeContext(true));
            task.open(List.of(SinkFixture.partition(partition)));
            List<SinkRecord> stream = streams.get(partition);
            Random cuts = new Random(random.nextLong());
            writing.add(CompletableFuture.runAsync(() -> {
                for (int at = 0; at < stream.size(); ) {
                    int to = Math.min(stream.size(), at + 1 + cuts.nextInt(100));
                    putUntilItWorks(task, stream.subList(at, to));
                    at = to;
                }
                SinkFixture.settle(task);
                task.stop();
            }));
        }
        for (CompletableFuture<Void> one : writing) {
            one.get();
        }

        List<List<String>> expected = new ArrayList<>();
        last.forEach((id, event) -> expected.add(Arrays.asList(
                "" + id,
                (boolean) event.get("gone") ? null : (String) event.get("status"),
                "" + event.get("rev"),
                (boolean) event.get("gone") ? "1" : "0")));
        assertThat(fixture.rows("SELECT id, CASE WHEN gone THEN NULL ELSE status END, rev,"
                        + " CASE WHEN gone THEN 1 ELSE 0 END FROM revised ORDER BY id"))
                .as("seed %d", seed)
                .isEqualTo(expected);
    }

    private static Object metric(String connector, String attribute) throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .getAttribute(
                        new ObjectName("io.millrace:type=projection-sink,connector=" + connector + ",task=0"),
                        attribute);
    }

    private static void putUntilItWorks(ProjectionSinkTask task, List<SinkRecord> records) {
        while (true) {
            try {
                task.put(records);
                return;
            } catch (RetriableException e) {
                // As a worker does.
                Thread.onSpinWait();
            }
        }
    }

    private static long ledger() throws SQLException {
        List<List<String>> rows =
                fixture.rows("SELECT next_offset FROM millrace_ledger WHERE connector = 'killed' AND topic = 'events'");
        return rows.isEmpty() ? 0 : Long.parseLong(rows.get(0).get(0));
    }

    /** Offsets with gaps; the model is what one record after the other would leave. */
    private List<SinkRecord> stream() {
        List<SinkRecord> stream = new ArrayList<>();
        long sites = 0;
        for (int i = 0; i < RECORDS; i++) {
            long offset = 3L * i + 2;
            String id = String.valueOf(random.nextInt(300));
            switch (i == RECORDS - 1 ? 0 : random.nextInt(6)) {
                case 0 -> {
                    order(id).set(0, "a" + i);
                    stream.add(SinkFixture.record(offset, Map.of("id", id), Map.of("a", "a" + i)));
                }
                case 1 -> {
                    order(id).set(1, "b" + i);
                    stream.add(SinkFixture.record(offset, Map.of("id", id), Map.of("b", "b" + i)));
                }
                case 2 -> {
                    orders.remove(id);
                    stream.add(SinkFixture.record(offset, Map.of("id", id), null));
                }
                case 3 -> {
                    orders.remove(id);
                    stream.add(SinkFixture.record(offset, Map.of("id", id), Map.of("a", "x", "gone", true)));
                }
                default -> stream.add(site(sites++, "s" + random.nextInt(40), i));
            }
        }
        return stream;
    }

    private List<String> order(String id) {
        return orders.computeIfAbsent(id, k -> new ArrayList<>(Arrays.asList(null, null)));
    }

    private SinkRecord site(long offset, String site, int i) {
        apps.keySet().removeIf(key -> key.get(0).equals(site));
        List<Map<String, Object>> elements = new ArrayList<>();
        for (int e = random.nextInt(5); e > 0; e--) {
            String app = "app" + random.nextInt(8);
            apps.put(List.of(site, app), List.of("v" + i + "." + e));
            elements.add(Map.of("id", app, "version", "v" + i + "." + e));
        }
        return SinkFixture.siteRecord(offset, Map.of("site", site), Map.of("apps", elements));
    }

    private void assertViews() throws SQLException {
        List<List<String>> expectedOrders = new ArrayList<>();
        orders.forEach((id, values) -> expectedOrders.add(Arrays.asList(id, values.get(0), values.get(1), "fresh")));
        List<List<String>> expectedApps = new ArrayList<>();
        apps.forEach((key, values) -> expectedApps.add(List.of(key.get(0), key.get(1), values.get(0))));
        assertThat(fixture.rows("SELECT id, a, b, kept FROM orders"))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(expectedOrders);
        assertThat(fixture.rows("SELECT site, app, version FROM apps"))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(expectedApps);
    }

    private static Map<String, String> options(String connector) {
        Map<String, String> options = fixture.options(
                connector,
                "a,b,apps",
                "apps.kind",
                "explode",
                "apps.topics",
                "sites",
                "apps.key",
                "site = key.site",
                "apps.elements",
                "value.apps",
                "apps.element.key",
                "app = element.id",
                "apps.columns",
                "version = element.version");
        for (String column : List.of("a", "b")) {
            options.put("projection." + column + ".kind", "upsert");
            options.put("projection." + column + ".table", "orders");
            options.put("projection." + column + ".topics", "events");
            options.put("projection." + column + ".key", "id = key.id");
            options.put("projection." + column + ".columns", column);
            options.put("projection." + column + ".when", "has(value." + column + ")");
            options.put("projection." + column + ".delete.when", "has(value.gone)");
        }
        return options;
    }
}
