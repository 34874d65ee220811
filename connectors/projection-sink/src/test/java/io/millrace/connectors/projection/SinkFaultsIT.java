package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.DdlStatements;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.testing.Seeds;
import io.millrace.testing.documents.Troubleshooting;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.opened(options, context);
        int at = 0;
        while (at < stream.size()) {
            if (random.nextInt(20) == 0) {
                // A worker that dies between two batches, and one that takes over where the ledger says.
                task.stop();
                context = new FakeContext(true);
                task = fixture.opened(options, context);
                at = 0;
            }
            int to = Math.min(stream.size(), at + 1 + random.nextInt(400));
            Map<TopicPartition, Long> resumed = context.seeks;
            task.put(stream.subList(at, to).stream()
                    .filter(record -> record.kafkaOffset()
                            >= resumed.get(new TopicPartition(record.topic(), record.kafkaPartition())))
                    .toList());
            at = to;
        }
        SinkFixture.settle(task);
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

    /** Through refusals by the projection and by the database, and dead letters that come back in any order. */
    @Test
    void keepsTheOrderOfKeysUntilTheirRefusedRecordsComeBack() throws SQLException {
        KeyOrderModel model = new KeyOrderModel(fixture, random);
        try {
            model.run(50);
        } finally {
            model.stop();
        }
    }

    @Test
    void claimsAPartitionFromATaskThatIsStuckInATransaction() throws Exception {
        ProjectionSinkTask first = fixture.opened(options("stuck"), new FakeContext(true));
        first.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "first"))));
        SinkFixture.settle(first);
        first.stop();
        ProjectionSinkConfig config = new ProjectionSinkConfig(options("stuck"));
        try (Database stuck = new Database(config.connection())) {
            config.offsets()
                    .moveOffsets(
                            stuck.connection(),
                            List.of(new Offsets.Move(new Claim(SinkFixture.partition(0), 1, 1), 2)));

            // Waits for the ledger's row until the server ends the session that has been idle for too long.
            FakeContext takesOver = new FakeContext(true);
            ProjectionSinkTask owner = fixture.opened(options("stuck"), takesOver);
            assertThat(takesOver.paused).isNotEmpty();
            SinkFixture.awaitClaims(owner, takesOver);
            owner.put(List.of(SinkFixture.record(1, Map.of("id", "1"), Map.of("a", "owner"))));
            SinkFixture.settle(owner);
            owner.stop();
        }
        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "owner"));
        assertThat(fixture.ledger("stuck", 0)).isEqualTo(2);
    }

    @Test
    void claimsAPartitionFromATaskThatWaitsForTheDeadLetterQueue() throws Exception {
        FakeContext stuck = new FakeContext(true);
        CompletableFuture<Void> reported = new CompletableFuture<>();
        stuck.reported = reported;
        ProjectionSinkTask zombie = fixture.opened(options("waiting"), stuck);
        List<SinkRecord> records = List.of(
                SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "zombie")),
                SinkFixture.record(1, Map.of("id", "2"), Map.of("a", "longer than twenty characters")));
        zombie.put(records);
        await().pollInSameThread().until(() -> {
            zombie.put(List.of());
            return !stuck.reports.isEmpty();
        });

        // The waiting task has no transaction.
        FakeContext takesOver = new FakeContext(true);
        ProjectionSinkTask owner = fixture.opened(options("waiting"), takesOver);
        SinkFixture.awaitClaims(owner, takesOver);
        owner.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "owner"))));
        SinkFixture.settle(owner);
        reported.complete(null);

        SinkFixture.awaitLoss(zombie, SinkFixture.partition(0));
        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "owner"));
        zombie.stop();
        owner.stop();
    }

    @Test
    void reportsARefusedRecordOnceHoweverOftenItsBatchIsTriedAgain() throws Exception {
        FakeContext context = new FakeContext(true);
        CompletableFuture<Void> reported = new CompletableFuture<>();
        context.reported = reported;
        ProjectionSinkTask task = fixture.opened(options("once"), context);
        task.put(List.of(
                SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x")),
                SinkFixture.record(1, Map.of("id", "2"), Map.of("a", "longer than twenty characters"))));
        await().pollInSameThread().until(() -> {
            task.put(List.of());
            return !context.reports.isEmpty();
        });
        assertThat(fixture.rows("SELECT * FROM orders")).isEmpty();
        assertThat(metric("once", "RefusedRecords")).isEqualTo(0L);

        fixture.database.readOnly(true);
        reported.complete(null);
        await().until(() -> (long) metric("once", "Retries") > 2);
        fixture.database.readOnly(false);
        SinkFixture.settle(task);

        assertThat(context.reports).hasSize(1);
        assertThat(metric("once", "RefusedRecords")).isEqualTo(1L);
        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "x"));
        assertThat(fixture.ledger("once", 0)).isEqualTo(2);
        task.stop();
    }

    @Test
    void writesNothingOfABatchWhoseRefusedRecordTheQueueDoesNotTake() throws Exception {
        FakeContext context = new FakeContext(true);
        context.answer = record -> FakeContext.dropped();
        ProjectionSinkTask task = fixture.opened(options("untaken"), context);
        task.put(List.of(
                SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x")),
                SinkFixture.record(1, Map.of("id", "2"), Map.of("a", "longer than twenty characters"))));

        assertThatThrownBy(() -> SinkFixture.settle(task))
                .isInstanceOf(ConnectException.class)
                .isNotInstanceOf(RetriableException.class)
                .hasMessageContaining("dead letter queue " + SinkFixture.DEAD_LETTERS)
                .hasMessageContaining("events-0@1")
                .message()
                .containsPattern(Troubleshooting.symptom("The dead letter queue does not accept a record"))
                .doesNotContain("database");
        assertThat(fixture.rows("SELECT * FROM orders")).isEmpty();
        assertThat(fixture.ledger("untaken", 0)).isZero();
        assertThat(metric("untaken", "RefusedRecords")).isEqualTo(0L);
        task.stop();

        // Once the queue takes it, as the message advises, a restart is enough.
        FakeContext mended = new FakeContext(true);
        assertWritesTheNeighbourOfARefusedRecord(options("untaken"), mended);
    }

    private void assertWritesTheNeighbourOfARefusedRecord(Map<String, String> options, FakeContext context)
            throws SQLException {
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(List.of(
                SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x")),
                SinkFixture.record(1, Map.of("id", "2"), Map.of("a", "longer than twenty characters"))));
        SinkFixture.settle(task);
        task.stop();
        assertThat(context.reports).hasSize(1);
        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "x"));
    }

    @Test
    void failsByARefusedRecordWithoutAQueueAlsoIfConnectLogsErrors() throws SQLException {
        Map<String, String> options = options("logged");
        options.remove("errors.deadletterqueue.topic.name");
        options.put("errors.log.enable", "true");
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(List.of(
                SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x")),
                SinkFixture.record(1, Map.of("id", "2"), Map.of("a", "longer than twenty characters"))));

        assertThatThrownBy(() -> SinkFixture.settle(task))
                .hasMessageContaining("events-0@1")
                .hasMessageContaining("errors.deadletterqueue.topic.name is not set")
                .message()
                .containsPattern(Troubleshooting.symptom("A refused record has no dead letter queue"));
        assertThat(context.reports).isEmpty();
        assertThat(fixture.rows("SELECT * FROM orders")).isEmpty();
        assertThat(fixture.ledger("logged", 0)).isZero();
        task.stop();

        // What the message and the page advise.
        options.putAll(Troubleshooting.readOptions("A refused record has no dead letter queue"));
        assertWritesTheNeighbourOfARefusedRecord(options, new FakeContext(true));
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

    @Test
    void writesOnceThePasswordThatItHasIsTheServersAgain() throws Exception {
        ProjectionSinkTask task = fixture.opened(options("rotated"), new FakeContext(true));
        task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
        SinkFixture.settle(task);
        fixture.database.changePassword("another");
        try {
            fixture.database.cutOffSessions();
            task.put(List.of(SinkFixture.record(1, Map.of("id", "1"), Map.of("a", "y"))));
            await().until(() -> (long) metric("rotated", "Retries") > 2);
            // A task that has never been logged in does not wait for a password that is wrong.
            assertThatThrownBy(() -> fixture.task(options("unknown"), new FakeContext(true)))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("28");
        } finally {
            fixture.database.changePassword(SinkDatabase.PASSWORD);
        }
        SinkFixture.settle(task);
        task.stop();

        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "y"));
    }

    @Test
    void logsInWithThePasswordThatAFileGetsWhileItRuns(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("login.properties");
        Files.writeString(file, "password=" + SinkDatabase.PASSWORD);
        Map<String, String> options = options("filed");
        options.remove("connection.password");
        options.put("connection.credentials", "file");
        options.put("connection.credentials.file", file.toString());
        ProjectionSinkTask task = fixture.opened(options, new FakeContext(true));
        task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
        SinkFixture.settle(task);
        fixture.database.changePassword("another");
        try {
            fixture.database.cutOffSessions();
            task.put(List.of(SinkFixture.record(1, Map.of("id", "1"), Map.of("a", "y"))));
            await().until(() -> (long) metric("filed", "Retries") > 2);
            Files.writeString(file, "password=another");
            SinkFixture.settle(task);
        } finally {
            fixture.database.changePassword(SinkDatabase.PASSWORD);
        }
        task.stop();

        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "y"));
    }

    @Test
    void stopsDuringAnOutageWithoutAnErrorAndLeavesNothingBehind() throws Exception {
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.opened(options("stopped"), context);
        fixture.database.readOnly(true);
        task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
        await().until(() -> (long) metric("stopped", "Retries") > 1);

        long start = System.nanoTime();
        task.close(List.of(SinkFixture.partition(0), SinkFixture.SITES));
        task.stop();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        assertThatThrownBy(() -> metric("stopped", "Retries")).isInstanceOf(InstanceNotFoundException.class);
        await().atMost(Duration.ofSeconds(20)).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("millrace-")
                        && thread.getName().endsWith("-stopped")));
        fixture.database.readOnly(false);
    }

    @Test
    void pausesItsPartitionsWhileTheDatabaseIsSlow() throws Exception {
        Map<String, String> options = options("slow");
        options.put("batch.size", "1");
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.opened(options, context);
        fixture.database.readOnly(true);
        for (int i = 0; i < 5; i++) {
            task.put(List.of(SinkFixture.record(i, Map.of("id", "" + i), Map.of("a", "x"))));
        }
        assertThat(context.paused).containsExactlyInAnyOrder(SinkFixture.partition(0), SinkFixture.SITES);
        fixture.database.readOnly(false);
        SinkFixture.settle(task);

        assertThat(context.paused).isEmpty();
        assertThat(fixture.rows("SELECT id FROM orders")).hasSize(5);
        task.stop();
    }

    /** The server completes such a statement even if the driver has given up, and holds its lock until then. */
    @Test
    void waitsLongerForStatementsThatChangeTablesThanForOthers() throws Exception {
        fixture.database.giveAway("orders");
        int timeoutMs = 3_000;
        ConnectionSettings settings = new ConnectionSettings(
                fixture.database.connection().get("connection.url"), SinkDatabase.USER, SinkDatabase.PASSWORD);
        try (Database database = new Database(settings);
                Connection other = fixture.database.connect();
                Statement reading = other.createStatement()) {
            database.connection().setNetworkTimeout(Runnable::run, timeoutMs);
            other.setAutoCommit(false);
            reading.executeQuery("SELECT * FROM orders").close();
            CompletableFuture<Void> end = CompletableFuture.runAsync(
                    () -> assertThatCode(other::rollback).doesNotThrowAnyException(),
                    CompletableFuture.delayedExecutor(timeoutMs + 1_000, TimeUnit.MILLISECONDS));
            DdlStatements.executeAll(database.connection(), List.of("ALTER TABLE orders ADD COLUMN later INT"));
            database.connection().commit();
            end.get();

            assertThat(database.connection().getNetworkTimeout()).isEqualTo(timeoutMs);
            assertThat(database.openings()).isEqualTo(1);
        }
        assertThat(fixture.rows("SELECT later FROM orders")).isEmpty();
    }

    @Test
    void startsDuringAnOutage() throws Exception {
        FakeContext context = new FakeContext(true);
        fixture.database.kill();
        ProjectionSinkTask task = fixture.task(options("early"), context);
        task.open(List.of(SinkFixture.partition(0)));
        assertThat(context.paused).containsExactly(SinkFixture.partition(0));
        task.put(List.of());
        fixture.database.restart();
        SinkFixture.awaitClaims(task, context);
        task.put(List.of(SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x"))));
        SinkFixture.settle(task);

        assertThat(fixture.rows("SELECT id, a FROM orders")).containsExactly(List.of("1", "x"));
        task.stop();
    }

    /** A failover to a server without the last transactions sets rows and ledger back; one of the partitions is idle. */
    @Test
    void readsAgainWhatAFailoverLost() throws Exception {
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.opened(options("lossy"), context);
        task.put(List.of(
                SinkFixture.record(0, Map.of("id", "1"), Map.of("a", "x")),
                SinkFixture.siteRecord(
                        0, Map.of("site", "s"), Map.of("apps", List.of(Map.of("id", "a", "version", "1"))))));
        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT * FROM apps")).hasSize(1);
        context.seeks.clear();
        fixture.execute("DELETE FROM apps");
        fixture.execute(
                "UPDATE millrace_ledger SET next_offset = 0, epoch = epoch - 1 WHERE connector = 'lossy' AND topic ="
                        + " 'sites'");
        fixture.database.cutOffSessions();
        task.put(List.of(SinkFixture.record(1, Map.of("id", "2"), Map.of("a", "y"))));

        await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
            task.put(List.of());
            return Long.valueOf(0).equals(context.seeks.get(SinkFixture.SITES));
        });
        task.put(List.of(SinkFixture.siteRecord(
                0, Map.of("site", "s"), Map.of("apps", List.of(Map.of("id", "a", "version", "1"))))));
        if (context.seeks.getOrDefault(SinkFixture.partition(0), 2L) < 2) {
            task.put(List.of(SinkFixture.record(1, Map.of("id", "2"), Map.of("a", "y"))));
        }
        SinkFixture.settle(task);
        assertThat(fixture.rows("SELECT * FROM apps")).hasSize(1);
        assertThat(fixture.rows("SELECT id FROM orders ORDER BY id")).containsExactly(List.of("1"), List.of("2"));
        task.stop();
    }

    /** The writer finds out what the failover lost while the task waits for it. */
    @Test
    void readsAgainWhatAFailoverLostWhileItWaitedForTheWriter() throws Exception {
        Map<String, String> options = options("failed-over");
        options.put("batch.size", "1");
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(List.of(order(0)));
        SinkFixture.settle(task);
        context.seeks.clear();
        fixture.database.readOnly(true);
        task.put(List.of(order(1)));
        task.put(List.of(order(2)));
        FutureTask<Void> failover = new FutureTask<>(() -> {
            Thread.sleep(300);
            fixture.database.readOnly(false);
            fixture.execute("UPDATE millrace_ledger SET next_offset = 0 WHERE connector = 'failed-over'");
            return null;
        });
        new Thread(failover, "failover").start();

        task.put(List.of(order(3)));
        failover.get();
        await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
            task.put(List.of());
            return context.seeks.containsKey(SinkFixture.partition(0));
        });
        long resumed = context.seeks.get(SinkFixture.partition(0));
        assertThat(resumed).isLessThan(4);
        for (long offset = resumed; offset < 4; offset++) {
            task.put(List.of(order(offset)));
        }
        SinkFixture.settle(task);

        assertThat(fixture.rows("SELECT id FROM orders")).hasSize(4);
        task.stop();
    }

    /** Records come while the task waits for the ledger, and in the call in which it learns where to resume. */
    @Test
    void takesNoRecordBehindAGapWhileItWaitsForTheLedger() throws Exception {
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.opened(options("gap"), context);
        task.put(List.of(order(0), app(0)));
        SinkFixture.settle(task);
        task.close(List.of(SinkFixture.SITES));
        try (Connection events = fixture.database.connect();
                Connection eventsAgain = fixture.database.connect();
                Connection sites = fixture.database.connect()) {
            lockLedger(events, "events");
            lockLedger(sites, "sites");
            task.put(List.of(order(1)));
            task.open(List.of(SinkFixture.SITES));
            FutureTask<Void> locking = new FutureTask<>(() -> {
                lockLedger(eventsAgain, "events");
                return null;
            });
            new Thread(locking, "locks the ledger").start();
            TimeUnit.MILLISECONDS.sleep(500);
            executeOn(
                    events, "UPDATE millrace_ledger SET next_offset = 0 WHERE connector = 'gap' AND topic = 'events'");
            events.commit();
            locking.get();
            for (int i = 0; i < 5; i++) {
                TimeUnit.MILLISECONDS.sleep(100);
                task.put(List.of());
            }
            task.put(List.of(order(2)));
            sites.commit();
            await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
                task.put(List.of());
                return !context.paused.contains(SinkFixture.SITES);
            });
            task.put(List.of(app(1)));
            eventsAgain.commit();
        }
        context.seeks.clear();
        TimeUnit.SECONDS.sleep(1);

        task.put(List.of(order(3), app(2)));
        await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
            task.put(List.of());
            return context.seeks.keySet().containsAll(List.of(SinkFixture.partition(0), SinkFixture.SITES));
        });
        assertThat(context.seeks).containsEntry(SinkFixture.partition(0), 0L).containsEntry(SinkFixture.SITES, 1L);
        task.put(List.of(order(0), order(1), order(2), order(3), app(1), app(2)));
        SinkFixture.settle(task);

        assertThat(fixture.rows("SELECT id FROM orders")).hasSize(4);
        assertThat(fixture.rows("SELECT site FROM apps")).hasSize(3);
        task.stop();
    }

    private static void lockLedger(Connection connection, String topic) throws SQLException {
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        connection.setAutoCommit(false);
        executeOn(
                connection,
                "SELECT 1 FROM millrace_ledger WHERE connector = 'gap' AND topic = '" + topic
                        + "' AND partition_id = 0 FOR UPDATE");
    }

    private static void executeOn(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static SinkRecord app(long offset) {
        return SinkFixture.siteRecord(
                offset, Map.of("site", "s" + offset), Map.of("apps", List.of(Map.of("id", "a", "version", "1"))));
    }

    private static SinkRecord order(long offset) {
        return SinkFixture.record(offset, Map.of("id", "" + offset), Map.of("a", "x"));
    }

    /** The revisions alone keep the rows right: a worker that dies leaves the group's offsets far behind. */
    @Test
    void keepsEveryRowRightWithoutALedgerAlthoughWorkersDieAndTheServerIsKilled() throws Exception {
        fixture.execute("DROP TABLE IF EXISTS millrace_ledger");
        Map<String, String> options = revised("unledgered");
        options.put("processing.guarantee", "at_least_once");
        options.put("batch.size", "50");
        Map<Integer, Map<String, Object>> last = new TreeMap<>();
        List<List<SinkRecord>> topic = List.of(new ArrayList<>(), new ArrayList<>());
        for (int revision = 0; revision < RECORDS; revision++) {
            int id = random.nextInt(100);
            Map<String, Object> event =
                    Map.of("status", "s" + revision, "rev", revision, "gone", random.nextInt(4) == 0);
            List<SinkRecord> partition = topic.get(id % 2);
            partition.add(SinkFixture.record(id % 2, 2L * partition.size() + 7, Map.of("id", id), event));
            last.put(id, event);
        }
        Map<TopicPartition, Long> group = new HashMap<>();
        Map<String, Long> seen = new HashMap<>();
        SinkWorker worker = new SinkWorker(fixture, options, topic, List.of(0, 1), group);
        long delivered = 0;
        int kills = 0;
        boolean groupExpired = false;
        long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
        while (!worker.isAtTheEnd()) {
            assertThat(System.nanoTime()).as("seed %d: time", seed).isLessThan(deadline);
            worker.step();
            if (!groupExpired && delivered + worker.delivered() >= RECORDS / 2) {
                // At least once in every run, whatever is drawn, a worker begins far behind the views.
                groupExpired = true;
                delivered += worker.delivered();
                worker.abandon();
                group.clear();
                worker = new SinkWorker(fixture, options, topic, List.of(0, 1), group);
            }
            switch (random.nextInt(30)) {
                case 0 -> worker.commitOffsets();
                case 1, 2 -> {
                    delivered += worker.delivered();
                    if (random.nextInt(3) == 0) {
                        worker.stop();
                    } else {
                        worker.abandon();
                    }
                    worker = new SinkWorker(fixture, options, topic, List.of(0, 1), group);
                }
                case 3 -> {
                    if (kills++ % 4 == 0) {
                        fixture.database.kill();
                        fixture.database.restart();
                    } else {
                        fixture.database.cutOffSessions();
                    }
                }
                default -> {
                    for (List<String> row : fixture.rows("SELECT id, rev FROM revised")) {
                        long revision = Long.parseLong(row.get(1));
                        assertThat(seen.merge(row.get(0), revision, Math::max))
                                .as("seed %d: no row goes back", seed)
                                .isEqualTo(revision);
                    }
                }
            }
        }
        delivered += worker.delivered();
        worker.stop();

        assertRevised(last);
        // Otherwise nothing was repeated, and the test would prove nothing.
        assertThat(delivered).isGreaterThan(RECORDS + 100);
        assertThat(fixture.rows(
                        "SELECT table_name FROM information_schema.tables WHERE table_name = 'millrace_ledger'"))
                .isEmpty();
    }

    @Test
    void tellsConnectWithoutALedgerWhatTheViewsHaveAndGoesBackThere() throws Exception {
        Map<String, String> options = revised("cautious");
        options.put("processing.guarantee", "at_least_once");
        FakeContext context = new FakeContext(true);
        ProjectionSinkTask task = fixture.task(options, context);
        List<TopicPartition> both = List.of(SinkFixture.partition(0), SinkFixture.partition(1));
        task.open(both);
        task.put(List.of(revision(0, 5, 1), revision(0, 6, 2)));
        SinkFixture.settle(task);
        assertThat(context.seeks).isEmpty();
        assertThat(SinkFixture.committed(task, both))
                .isEqualTo(Map.of(SinkFixture.partition(0), new OffsetAndMetadata(7)));

        fixture.database.readOnly(true);
        task.put(List.of(revision(0, 9, 3), revision(1, 4, 4)));
        await().until(() -> (long) metric("cautious", "Retries") > 1);
        assertThat(SinkFixture.committed(task, both))
                .isEqualTo(Map.of(
                        SinkFixture.partition(0), new OffsetAndMetadata(7),
                        SinkFixture.partition(1), new OffsetAndMetadata(4)));
        // What waits is given up, with what came of the partition that stays.
        task.close(List.of(SinkFixture.partition(1)));
        fixture.database.readOnly(false);
        task.put(List.of(revision(0, 11, 5)));
        assertThat(context.seeks).isEqualTo(Map.of(SinkFixture.partition(0), 7L));
        task.put(List.of(revision(0, 9, 3), revision(0, 11, 5)));
        SinkFixture.settle(task);

        assertThat(SinkFixture.committed(task, both))
                .isEqualTo(Map.of(SinkFixture.partition(0), new OffsetAndMetadata(12)));
        assertThat(fixture.rows("SELECT id, rev FROM revised")).containsExactly(List.of("0", "5"));
        task.stop();
    }

    private static SinkRecord revision(int partition, long offset, int revision) {
        return SinkFixture.record(
                partition,
                offset,
                Map.of("id", partition),
                Map.of("status", "s" + revision, "rev", revision, "gone", false));
    }

    /** Every order of events leaves the same rows, and two tasks that write the same rows have no order at all. */
    @Test
    void keepsTheHighestRevisionWhateverTheOrderAndWhoeverWrites() throws Exception {
        Map<String, String> options = revised("revised");
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

        assertRevised(last);
    }

    /** Options of a sink of a view with revisions, which is created empty. */
    private static Map<String, String> revised(String connector) throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS revised");
        fixture.execute("CREATE TABLE revised (id INT PRIMARY KEY, status VARCHAR(20), rev BIGINT, gone BOOLEAN)");
        return fixture.options(
                connector,
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
    }

    private void assertRevised(Map<Integer, Map<String, Object>> last) throws SQLException {
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

    static Object metric(String connector, String attribute) throws JMException {
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

    static Map<String, String> options(String connector) {
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
