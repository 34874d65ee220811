package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.changes.TopicPlace;
import io.millrace.connectors.projection.config.HeldRelease;
import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.ledger.LogCheck;
import io.millrace.events.DeadLetterHeaders;
import io.millrace.partitions.PartitionLog;
import io.millrace.testing.documents.Troubleshooting;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators do to views and offsets: the ledger knows each view, and none is filled from the middle. */
abstract class LedgerIT {
    static SinkFixture fixture;

    private final FakeContext context = new FakeContext(true);

    @AfterAll
    static void stopServer() {
        fixture.close();
    }

    @BeforeEach
    void createView() throws SQLException {
        for (String table : List.of(
                "statuses", "totals", "totals_members", "millrace_ledger", "millrace_ledger_views", "millrace_held")) {
            fixture.execute("DROP TABLE IF EXISTS " + table);
        }
        createStatuses();
    }

    private static void createStatuses() throws SQLException {
        fixture.execute("CREATE TABLE statuses (id BIGINT PRIMARY KEY, status VARCHAR(20))");
        fixture.database.giveAway("statuses");
    }

    private static void createTotals() throws SQLException {
        fixture.execute("CREATE TABLE totals (customer BIGINT PRIMARY KEY, orders BIGINT NOT NULL, spent BIGINT)");
        fixture.database.giveAway("totals");
    }

    @Test
    void setsTheWholeLedgerBackAlthoughTheGroupKnowsNoPartition() throws SQLException {
        write(statuses(), orders(0, 100));
        assertThat(fixture.ledger("statuses", 0)).isEqualTo(100);
        fixture.execute("DELETE FROM statuses");

        new ProjectionSinkConnector().alterOffsets(statuses(), Map.of());

        assertThat(fixture.ledger("statuses", 0)).isZero();
        write(statuses(), orders(0, 100));
        assertThat(count("statuses")).isEqualTo(100);
    }

    @Test
    void setsPartitionsBackThatTheGroupDoesNotKnow() throws SQLException {
        write(statuses(), orders(0, 10));
        ProjectionSinkTask task = fixture.task(statuses(), context);
        task.open(List.of(SinkFixture.partition(1)));
        task.put(List.of(SinkFixture.record(1, 0, Map.of("id", 77), Map.of("status", "NEW"))));
        SinkFixture.settle(task);
        task.stop();
        Map<TopicPartition, Long> known = new HashMap<>();
        known.put(SinkFixture.partition(1), null);

        new ProjectionSinkConnector().alterOffsets(statuses(), known);

        assertThat(fixture.ledger("statuses", 0)).isZero();
        assertThat(fixture.ledger("statuses", 1)).isZero();
    }

    /** The first task still waits to claim the partition; the database can be written to again when the second one claims it. */
    @Test
    void claimsNoPartitionThatWasTakenAwayDuringAnOutage() throws SQLException {
        write(statuses(), orders(0, 10));
        ProjectionSinkTask first = fixture.task(statuses(), context);
        fixture.database.readOnly(true);
        first.open(List.of(SinkFixture.partition(0)));
        first.close(List.of(SinkFixture.partition(0)));
        fixture.database.readOnly(false);
        FakeContext other = new FakeContext(true);
        ProjectionSinkTask second = fixture.task(statuses(), other);
        second.open(List.of(SinkFixture.partition(0)));
        SinkFixture.awaitClaims(second, other);
        // Longer than the first task waits between two tries.
        org.awaitility.Awaitility.await()
                .pollInSameThread()
                .during(java.time.Duration.ofSeconds(3))
                .until(() -> {
                    first.put(List.of());
                    second.put(List.of());
                    return true;
                });

        second.put(orders(10, 20));
        SinkFixture.settle(second);
        assertThat(fixture.ledger("statuses", 0)).isEqualTo(20);
        assertThat(count("statuses")).isEqualTo(20);
        first.stop();
        second.stop();
    }

    /** What came back by the retry topic is read from the other topics, so that topic is not replayed. */
    @Test
    void releasesHeldRecordsWhenOffsetsAreSet() throws SQLException {
        Map<String, String> options = holding();
        TopicPartition retries = new TopicPartition("statuses.retry", 0);
        ProjectionSinkTask task = fixture.task(options, context);
        task.open(List.of(SinkFixture.partition(0), SinkFixture.partition(1), retries));
        SinkFixture.awaitClaims(task, context);
        List<SinkRecord> records = new ArrayList<>();
        for (int partition = 0; partition < 2; partition++) {
            records.add(SinkFixture.record(partition, 0, Map.of("id", partition), Map.of("status", "x".repeat(30))));
            records.add(SinkFixture.record(partition, 1, Map.of("id", partition), Map.of("status", "y".repeat(30))));
        }
        records.add(new SinkRecord(retries.topic(), 0, null, Map.of("id", 0), null, Map.of("status", "NEW"), 41));
        task.put(records);
        SinkFixture.settle(task);
        task.stop();
        assertThat(held()).containsExactly(List.of("0", "0"), List.of("0", "1"), List.of("1", "0"), List.of("1", "1"));
        assertThat(count("statuses")).isZero();

        // What is read again is not held any more; what is before the offset is, or it would never take effect.
        new ProjectionSinkConnector()
                .alterOffsets(options, Map.of(SinkFixture.partition(0), 1L, SinkFixture.partition(1), 2L));
        assertThat(held()).containsExactly(List.of("0", "0"), List.of("1", "0"), List.of("1", "1"));
        new ProjectionSinkConnector().alterOffsets(options, Map.of());
        assertThat(held()).isEmpty();
        assertThat(fixture.ledger("statuses", 0)).isZero();
        assertThat(fixture.rows("SELECT next_offset FROM millrace_ledger WHERE topic = 'statuses.retry'"))
                .containsExactly(List.of("42"));
        fixture.execute("DELETE FROM statuses");
        write(options, orders(0, 10));
        assertThat(count("statuses")).isEqualTo(10);
    }

    @Test
    void releasesTheKeyOfARecordThatComesBackWithoutAnEffect() throws SQLException {
        Map<String, String> options = holding();
        TopicPartition retries = new TopicPartition("statuses.retry", 0);
        ProjectionSinkTask task = fixture.task(options, context);
        task.open(List.of(SinkFixture.partition(0), retries));
        SinkFixture.awaitClaims(task, context);
        task.put(List.of(SinkFixture.record(0, Map.of("id", 1), Map.of("status", "x".repeat(30)))));
        SinkFixture.settle(task);
        task.put(List.of(
                retry(0, "events-0@7", Map.of("status", "NEW")),
                retry(1, "nowhere", Map.of("status", "NEW")),
                retry(2, 7, "events-0@0", Map.of("status", "NEW")),
                retry(3, "events-0@0", null)));
        SinkFixture.settle(task);
        task.put(List.of(SinkFixture.record(1, Map.of("id", 1), Map.of("status", "NEW"))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(held()).isEmpty();
        assertThat(fixture.rows("SELECT id, status FROM statuses")).containsExactly(List.of("1", "NEW"));
        assertThat(context.reports.stream()
                        .map(report -> report.reason().getMessage())
                        .skip(1))
                .satisfiesExactly(
                        early -> assertThat(early).contains("before the sink had committed events-0@7"),
                        unplaced -> assertThat(unplaced).contains("it has no header millrace.redrive.origin"),
                        other -> assertThat(other).contains("held at events-0@0 has another key"));
    }

    @Test
    void aToolReleasesARecordThatMustNotComeBack() throws SQLException {
        Map<String, String> options = holding();
        TopicPartition retries = new TopicPartition("statuses.retry", 0);
        ProjectionSinkTask task = fixture.task(options, context);
        task.open(List.of(SinkFixture.partition(0), retries));
        SinkFixture.awaitClaims(task, context);
        task.put(List.of(SinkFixture.record(0, Map.of("id", 1), Map.of("status", "x".repeat(30)))));
        SinkFixture.settle(task);
        task.put(List.of(SinkFixture.record(1, Map.of("id", 1), Map.of("status", "NEW"))));
        SinkFixture.settle(task);
        assertThat(held()).hasSize(2);

        TopicPlace head = new TopicPlace("events", 0, 0);
        TopicPlace unknown = new TopicPlace("events", 0, 99);
        assertThat(HeldRelease.release(options, "statuses", List.of(head, unknown)))
                .containsExactly(head);
        task.put(List.of(retry(0, "events-0@1", Map.of("status", "NEW"))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(held()).isEmpty();
        assertThat(fixture.rows("SELECT id, status FROM statuses")).containsExactly(List.of("1", "NEW"));
        assertThatThrownBy(() -> HeldRelease.release(statuses(), "statuses", List.of(head)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hold.key.order");
    }

    private static SinkRecord retry(long offset, String origin, Map<String, String> value) {
        return retry(offset, 1, origin, value);
    }

    private static SinkRecord retry(long offset, int id, String origin, Map<String, String> value) {
        ConnectHeaders headers = new ConnectHeaders();
        headers.addString(DeadLetterHeaders.ORIGIN, origin);
        return new SinkRecord(
                "statuses.retry",
                0,
                null,
                Map.of("id", id),
                null,
                value,
                offset,
                0L,
                TimestampType.CREATE_TIME,
                headers);
    }

    private static Map<String, String> holding() {
        Map<String, String> options = statuses();
        options.put("hold.key.order", "true");
        options.put("topics", "events,sites,statuses.retry");
        return options;
    }

    /** What came back before is not read again, and a record that is not held has no effect. */
    @Test
    void readsARetryTopicThatWasCreatedAgainFromItsStart() throws SQLException {
        TopicPartition retries = new TopicPartition("statuses.retry", 0);
        ProjectionSinkConfig config = new ProjectionSinkConfig(holding());
        try (Database database = new Database(config.connection())) {
            config.offsets().prepareTask(database.connection());
            assertThat(claim(config, retries, new PartitionLog("one", "first", 0, 100)))
                    .isZero();
            fixture.execute("UPDATE millrace_ledger SET next_offset = 42 WHERE topic = 'statuses.retry'");
            assertThat(claim(config, retries, new PartitionLog("one", "first", 0, 100)))
                    .isEqualTo(42);
            assertThat(claim(config, retries, new PartitionLog("one", "second", 3, 500)))
                    .isEqualTo(3);
            fixture.execute("UPDATE millrace_ledger SET next_offset = 42 WHERE topic = 'statuses.retry'");
            assertThat(claim(config, retries, new PartitionLog("one", "second", 5, 9)))
                    .isEqualTo(5);
        }
        PartitionLog first = new PartitionLog("one", "first", 0, 100);
        assertThatThrownBy(() -> new LogCheck("statuses", "statuses.retry")
                        .requireSame(retries, 42, first, new PartitionLog("one", "second", 0, 500)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Restart the task");
    }

    @Test
    void refusesToGiveUpTheOrderOfKeysThatAreHeld() {
        ProjectionSinkTask task = fixture.opened(holding(), context);
        task.put(List.of(SinkFixture.record(0, Map.of("id", 1), Map.of("status", "x".repeat(30)))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(problemsOf(statuses(), "hold.key.order"))
                .singleElement()
                .asString()
                .contains("expected true, because refused records of the connector are held in the table")
                .contains("millrace_held");
        Map<String, String> successor = statuses();
        successor.put("name", "statuses-2");
        successor.put("rebuild.replaces", "statuses");
        successor.put("topics", "events,sites,statuses.retry");
        assertThat(problemsOf(successor, "topics"))
                .singleElement()
                .asString()
                .contains("the topic statuses.retry brings refused records back to the connector 'statuses'");
    }

    @Test
    void refusesToReplaceAConnectorThatHoldsKeysByOneThatDoesNot() throws SQLException {
        ProjectionSinkTask task = fixture.task(holding(), context);
        task.open(List.of(SinkFixture.partition(0), new TopicPartition("statuses.retry", 0)));
        SinkFixture.awaitClaims(task, context);
        task.put(orders(0, 3));
        SinkFixture.settle(task);
        task.stop();
        Map<String, String> successor = statuses();
        successor.put("name", "statuses-2");
        successor.put("rebuild.replaces", "statuses");

        assertThat(problemsOf(successor, "rebuild.replaces"))
                .singleElement()
                .asString()
                .contains("set hold.key.order=true");
        successor.put("hold.key.order", "true");
        successor.put("topics", "events,sites,statuses-2.retry");
        assertThat(problemsOf(successor, "rebuild.replaces")).isEmpty();
    }

    private static List<String> problemsOf(Map<String, String> options, String option) {
        return new ProjectionSinkConnector()
                .validate(options).configValues().stream()
                        .filter(value -> value.name().equals(option))
                        .flatMap(value -> value.errorMessages().stream())
                        .toList();
    }

    /** Records that come back have their rows already. */
    @Test
    void countsOnlyNewRowsOfHeldRecords() throws SQLException {
        Map<String, String> options = holding();
        options.put("hold.max", "2");
        ProjectionSinkTask task = fixture.task(options, context);
        task.open(List.of(SinkFixture.partition(0), new TopicPartition("statuses.retry", 0)));
        SinkFixture.awaitClaims(task, context);
        task.put(List.of(SinkFixture.record(0, Map.of("id", 1), Map.of("status", "x".repeat(30)))));
        SinkFixture.settle(task);
        task.put(List.of(SinkFixture.record(1, Map.of("id", 1), Map.of("status", "NEW"))));
        SinkFixture.settle(task);
        task.put(List.of(
                retry(0, "events-0@1", Map.of("status", "NEW")),
                retry(1, "events-0@0", Map.of("status", "x".repeat(30)))));
        SinkFixture.settle(task);
        task.stop();

        assertThat(held()).hasSize(2);
        assertThat(fixture.rows("SELECT attempts FROM millrace_held ORDER BY record_offset"))
                .containsExactly(List.of("2"), List.of("1"));
    }

    @Test
    void failsIfMoreRecordsWouldBeHeldThanPermitted() {
        Map<String, String> options = holding();
        options.put("hold.max", "1");
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(List.of(
                SinkFixture.record(0, Map.of("id", 1), Map.of("status", "x".repeat(30))),
                SinkFixture.record(1, Map.of("id", 1), Map.of("status", "y".repeat(30)))));

        assertThatThrownBy(() -> SinkFixture.settle(task))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("would hold up to 2 records")
                .hasMessageContaining("hold.max is 1");
        task.stop();
    }

    private static List<List<String>> held() throws SQLException {
        return fixture.rows(
                "SELECT partition_id, record_offset FROM millrace_held ORDER BY partition_id, record_offset");
    }

    @Test
    void refusesAViewThatWasDroppedAndCreatedAgain() throws SQLException {
        write(statuses(), orders(0, 100));
        fixture.execute("DROP TABLE statuses");
        fixture.database.awaitNextGeneration();
        createStatuses();

        assertRefusedAndRightAfterAReset(statuses(), "statuses", "was dropped and created again, or emptied");
    }

    @Test
    void refusesToCreateAViewAgainThatWasDropped() throws SQLException {
        fixture.execute("DROP TABLE statuses");
        Map<String, String> options = statuses();
        options.put("auto.create", "true");
        options.put("projection.statuses.key", "id: int64 = key.id");
        options.put("projection.statuses.columns", "status: string?");
        write(options, orders(0, 100));
        fixture.execute("DROP TABLE statuses");

        assertThatThrownBy(() -> fixture.opened(options, context))
                .message()
                .containsPattern(Troubleshooting.symptom("A view was dropped or emptied"));
        assertRefusedAndRightAfterAReset(options, "statuses", "its table was dropped");
    }

    @Test
    void refusesAProjectionThatIsAddedToAConnectorThatHasRead() throws SQLException {
        createTotals();
        write(statuses(), orders(0, 100));
        List<SinkRecord> records = new ArrayList<>(orders(0, 100));

        assertThatThrownBy(() -> fixture.opened(withTotals(), context))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("the ledger has no row of it")
                .hasMessageContaining("rebuild.replaces=statuses")
                .hasMessageContaining("DELETE /connectors/statuses/offsets");
        new ProjectionSinkConnector().alterOffsets(withTotals(), Map.of());
        write(withTotals(), records);
        assertThat(fixture.rows("SELECT customer, orders, spent FROM totals"))
                .containsExactly(List.of("7", "100", "1000"));

        // The other remedy: a second connector with both.
        fixture.execute("DROP TABLE totals");
        fixture.execute("DROP TABLE totals_members");
        createTotals();
        write(statuses(), List.of());
        Map<String, String> second = withTotals();
        second.put("name", "second");
        second.put("rebuild.replaces", "statuses");
        ProjectionSinkTask task = fixture.opened(second, context);
        task.put(records);
        SinkFixture.settle(task);
        org.awaitility.Awaitility.await().pollInSameThread().until(() -> {
            task.put(List.of());
            return count("totals") == 1;
        });
        task.stop();
        assertThat(fixture.rows("SELECT customer, orders, spent FROM totals"))
                .containsExactly(List.of("7", "100", "1000"));
        assertThat(count("statuses")).isEqualTo(100);
    }

    @Test
    void refusesAViewWhoseMembersTableIsGone() throws SQLException {
        createTotals();
        write(withTotals(), orders(0, 10));
        fixture.execute("DROP TABLE totals_members");

        assertThatThrownBy(() -> fixture.opened(withTotals(), context)).hasMessageContaining("its table was dropped");
        new ProjectionSinkConnector().alterOffsets(withTotals(), Map.of());
        assertThatThrownBy(() -> fixture.opened(withTotals(), context)).hasMessageContaining("Empty the view");
        fixture.execute("DELETE FROM totals");
        write(withTotals(), orders(0, 10));
        assertThat(fixture.rows("SELECT customer, orders, spent FROM totals"))
                .containsExactly(List.of("7", "10", "100"));
    }

    @Test
    void forgetsAViewWhoseProjectionIsRemoved() throws SQLException {
        createTotals();
        write(withTotals(), orders(0, 10));
        write(statuses(), orders(10, 20));

        assertThatThrownBy(() -> fixture.opened(withTotals(), context))
                .hasMessageContaining("the ledger has no row of it");
    }

    @Test
    void beginsWhereAnOperatorSetsTheOffsetsOfANewConnector() throws SQLException {
        new ProjectionSinkConnector().alterOffsets(statuses(), Map.of(SinkFixture.partition(0), 40L));

        write(statuses(), orders(40, 100));
        assertThat(count("statuses")).isEqualTo(60);
    }

    @Test
    void passesRecordsThatWereDroppedBeforeTheyCame() throws SQLException {
        ProjectionSinkTask task = fixture.opened(statuses(), context);
        task.put(orders(0, 3));
        SinkFixture.settle(task);
        Map<TopicPartition, OffsetAndMetadata> current = Map.of(SinkFixture.partition(0), new OffsetAndMetadata(53));

        // Connect may not have reported yet what it dropped last.
        task.preCommit(current);
        SinkFixture.settle(task);
        assertThat(fixture.ledger("statuses", 0)).isEqualTo(3);
        task.preCommit(current);
        SinkFixture.settle(task);
        assertThat(task.preCommit(current)).isEqualTo(current);
        assertThat(fixture.ledger("statuses", 0)).isEqualTo(53);

        // After a seek, what Connect says first is where the consumer was.
        task.close(List.of(SinkFixture.partition(0)));
        new ProjectionSinkConnector().alterOffsets(statuses(), Map.of(SinkFixture.partition(0), 10L));
        task.open(List.of(SinkFixture.partition(0)));
        task.preCommit(current);
        task.preCommit(current);
        SinkFixture.settle(task);
        assertThat(fixture.ledger("statuses", 0)).isEqualTo(10);
        task.stop();
    }

    @Test
    void passesOverRecordsOfPartitionsThatItDoesNotOwn() throws SQLException {
        ProjectionSinkTask task = fixture.opened(statuses(), context);
        task.put(List.of(
                SinkFixture.record(7, 0, Map.of("id", 70), Map.of("status", "NEW")),
                SinkFixture.record(0, 0, Map.of("id", 1), Map.of("status", "NEW"))));
        SinkFixture.settle(task);
        task.stop();
        assertThat(fixture.rows("SELECT id FROM statuses")).containsExactly(List.of("1"));
    }

    @Test
    void upgradesALedgerByTheStatementsOfTheMessageIfItsUserMayNot() throws SQLException {
        write(statuses(), orders(0, 10));
        fixture.execute("DROP TABLE millrace_ledger_views");
        for (String column : List.of("format", "cluster_id", "topic_id")) {
            fixture.execute("ALTER TABLE millrace_ledger DROP COLUMN " + column);
        }
        fixture.database.forbidAlter("millrace_ledger");
        try {
            Throwable refusal = catchThrowable(() -> fixture.opened(statuses(), context));
            assertThat(refusal).hasMessageContaining("is of an earlier version");
            String statements = refusal.getMessage().replaceFirst("(?s).* a user with the privilege: ", "");
            for (String statement : statements.split("; ", -1)) {
                fixture.execute(statement);
            }
            write(statuses(), orders(10, 20));
        } finally {
            fixture.database.permitAlter("millrace_ledger");
        }
        assertThat(count("statuses")).isEqualTo(20);
    }

    /** Two connectors of one name, in two Connect clusters, each as the message advises. */
    @Test
    void keepsConnectorsOfOneNameApartByTheirLedgers() throws SQLException {
        ProjectionSinkTask first = fixture.opened(statuses(), context);
        Map<String, String> other = statuses();
        other.put("ledger.table", "other_ledger");
        ProjectionSinkTask second = fixture.opened(other, new FakeContext(true));
        first.put(orders(0, 10));
        second.put(orders(0, 10));
        SinkFixture.settle(first);
        SinkFixture.settle(second);
        first.stop();
        second.stop();
        assertThat(fixture.ledger("statuses", 0)).isEqualTo(10);
        assertThat(fixture.rows("SELECT next_offset FROM other_ledger WHERE topic = 'events'"))
                .containsExactly(List.of("10"));
        fixture.execute("DROP TABLE other_ledger, other_ledger_views");
    }

    @Test
    void refusesATopicThatWasCreatedAgain() throws SQLException {
        ProjectionSinkConfig config = new ProjectionSinkConfig(statuses());
        write(statuses(), orders(0, 100));
        claim(config, new PartitionLog("one", "first", 0, 100));

        // Longer than before: the offset alone shows nothing.
        assertThatThrownBy(() -> claim(config, new PartitionLog("one", "second", 0, 500)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("events-0: the topic was deleted and created again")
                .hasMessageContaining("Expected offset 100 (topic id first, cluster id one)")
                .hasMessageContaining("found the offsets 0 to 500 (topic id second, cluster id one)")
                .hasMessageContaining("DELETE /connectors/statuses/offsets")
                .message()
                .containsPattern(Troubleshooting.symptom("The topic was deleted and created again"));
        assertThatThrownBy(() -> claim(config, new PartitionLog("other", "first", 0, 500)))
                .hasMessageContaining("the brokers are another cluster");
        assertThatThrownBy(() -> claim(config, new PartitionLog("one", "first", 0, 60)))
                .hasMessageContaining("the log ends before the offset");
        // Records that retention deleted before they were read.
        assertThat(claim(config, new PartitionLog("one", "first", 120, 500))).isEqualTo(120);
        assertThat(fixture.ledger("statuses", 0)).isEqualTo(120);

        new ProjectionSinkConnector().alterOffsets(statuses(), Map.of());
        assertThat(claim(config, new PartitionLog("one", "second", 0, 60))).isZero();
        new ProjectionSinkConnector().alterOffsets(statuses(), Map.of(SinkFixture.partition(0), 40L));
        assertThat(claim(config, new PartitionLog("other", "third", 0, 60))).isEqualTo(40);
    }

    private static long claim(ProjectionSinkConfig config, PartitionLog log) throws SQLException {
        return claim(config, SinkFixture.partition(0), log);
    }

    private static long claim(ProjectionSinkConfig config, TopicPartition partition, PartitionLog log)
            throws SQLException {
        try (Database database = new Database(config.connection())) {
            long offset = config.offsets()
                    .claimPartitions(database.connection(), List.of(partition), Map.of(partition, log))
                    .get(0)
                    .nextOffset();
            database.connection().commit();
            return offset;
        }
    }

    private void assertRefusedAndRightAfterAReset(Map<String, String> options, String view, String reason)
            throws SQLException {
        assertThatThrownBy(() -> fixture.opened(options, context))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("DELETE /connectors/statuses/offsets");
        new ProjectionSinkConnector().alterOffsets(options, Map.of());
        write(options, orders(0, 100));
        assertThat(count(view)).isEqualTo(100);
    }

    private void write(Map<String, String> options, List<SinkRecord> records) {
        ProjectionSinkTask task = fixture.opened(options, context);
        task.put(records);
        SinkFixture.settle(task);
        task.stop();
    }

    private static int count(String table) throws SQLException {
        return Integer.parseInt(
                fixture.rows("SELECT COUNT(*) FROM " + table).get(0).get(0));
    }

    private static List<SinkRecord> orders(int from, int to) {
        List<SinkRecord> records = new ArrayList<>();
        for (int i = from; i < to; i++) {
            records.add(SinkFixture.record(i, Map.of("id", i), Map.of("status", "NEW", "customer", 7, "total", 10)));
        }
        return records;
    }

    private static Map<String, String> statuses() {
        return fixture.options(
                "statuses",
                "statuses",
                "statuses.kind",
                "upsert",
                "statuses.key",
                "id = key.id",
                "statuses.columns",
                "status");
    }

    private static Map<String, String> withTotals() {
        Map<String, String> options = statuses();
        options.put("projections", "statuses,totals");
        options.put("projection.totals.kind", "aggregate");
        options.put("projection.totals.key", "customer = value.customer");
        options.put("projection.totals.member.key", "id: int64 = key.id");
        options.put("projection.totals.columns", "orders = count(), spent = sum(value.total)");
        return options;
    }
}
