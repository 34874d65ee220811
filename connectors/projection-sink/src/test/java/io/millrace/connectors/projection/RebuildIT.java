package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A view that is rebuilt while another connector goes on with it, and whoever rebuilds it dies now and then. */
abstract class RebuildIT {
    private static final int PARTITIONS = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    static SinkFixture fixture;

    private final long seed = Seeds.next();
    private final Random random = new Random(seed);
    final List<List<SinkRecord>> topic = new ArrayList<>();
    private final Map<String, String> statuses = new TreeMap<>();
    private final Map<String, Long> seen = new HashMap<>();

    @AfterAll
    static void stopServer() {
        fixture.close();
    }

    @BeforeEach
    void createView() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS orders");
        fixture.execute("DROP TABLE IF EXISTS orders__rebuild");
        fixture.execute("DROP TABLE IF EXISTS orders__replaced");
        fixture.execute("DROP TABLE IF EXISTS millrace_ledger");
        fixture.execute("DROP TABLE IF EXISTS millrace_ledger_views");
        fixture.execute("CREATE TABLE orders (id " + fixture.database.text(20)
                + " PRIMARY KEY, status VARCHAR(20), revision BIGINT)");
        fixture.database.giveAway("orders");
        topic.clear();
        statuses.clear();
        seen.clear();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            topic.add(new ArrayList<>());
        }
    }

    @Test
    void replacesTheViewAtOnceHoweverOftenTheRebuildIsInterrupted() throws SQLException {
        produce(3_000);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));

        Map<String, String> options = options("new", "'new ' + value.status");
        options.put("rebuild.replaces", "old");
        List<SinkWorker> builders = new ArrayList<>(start(options));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isReplaced()) {
            produce(random.nextInt(20));
            if (!old.hasFailed()) {
                old.step();
            }
            if (random.nextInt(40) == 0) {
                builders.forEach(builder -> {
                    if (random.nextBoolean()) {
                        builder.stop();
                    } else {
                        builder.abandon();
                    }
                });
                builders = new ArrayList<>(start(options));
            }
            builders.forEach(SinkWorker::step);
            requireNoStepBack();
            assertThat(System.nanoTime()).as("time, seed %d", seed).isLessThan(deadline);
        }

        // A crash right after the change of names, before it was written down.
        if (random.nextBoolean()) {
            fixture.execute("UPDATE millrace_ledger_views SET state = 'swapping' WHERE connector = 'new'");
            builders.forEach(SinkWorker::abandon);
            builders = new ArrayList<>(start(options));
        }
        produce(500);
        for (int i = 0; i < 50 && !old.hasFailed(); i++) {
            old.step();
        }
        assertThat(old.failure())
                .as("seed %d", seed)
                .hasMessageContaining("The connector 'new' has rebuilt the views of the connector 'old'");
        List<SinkWorker> running = builders;
        await(() -> running.stream().allMatch(SinkWorker::isAtTheEnd), running);

        List<List<String>> expected = new ArrayList<>();
        statuses.forEach((id, status) -> expected.add(List.of(id, "new " + status)));
        assertThat(fixture.rows("SELECT id, status FROM orders ORDER BY id"))
                .as("seed %d", seed)
                .isEqualTo(expected);
        assertThat(fixture.rows("SELECT status FROM orders__replaced WHERE status LIKE 'new %'"))
                .isEmpty();
        assertThatThrownBy(() -> new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("delete this one");
        running.forEach(SinkWorker::stop);
        old.abandon();
    }

    /** The table of the revision is rebuilt and replaced with the view. */
    @Test
    void keepsTheRevisionUpToWhichTheRebuiltViewWasEmptied() throws SQLException {
        for (String suffix : List.of("", "__rebuild", "__replaced")) {
            fixture.execute("DROP TABLE IF EXISTS orders_truncations" + suffix);
        }
        produce(300);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        Map<String, String> options = options("new", "value.status");
        options.put("rebuild.replaces", "old");
        options.put("projection.orders.revision", "revision");
        options.put("projection.orders.truncate.when", "has(value.cleared)");
        add(1, null, Map.of("cleared", true, "revision", 1_000L));

        List<SinkWorker> builders = start(options);
        List<SinkWorker> all = new ArrayList<>(builders);
        all.add(old);
        await(
                () -> state("new").stream().allMatch("live"::equals)
                        && !state("new").isEmpty(),
                all);
        old.abandon();
        add(0, Map.of("id", "older"), Map.of("status", "OLD", "revision", 999L));
        add(0, Map.of("id", "newer"), Map.of("status", "NEW", "revision", 1_001L));
        await(() -> builders.stream().allMatch(SinkWorker::isAtTheEnd), builders);
        builders.forEach(SinkWorker::stop);

        assertThat(fixture.rows("SELECT id, status FROM orders")).containsExactly(List.of("newer", "NEW"));
        assertThat(fixture.rows("SELECT revision FROM orders_truncations")).containsExactly(List.of("1000"));
    }

    private void add(int partition, Object key, Map<String, Object> value) {
        List<SinkRecord> records = topic.get(partition);
        records.add(SinkFixture.record(partition, 2L * records.size(), key, value));
    }

    /** Such a task may have been stopped while it started, and its connector reset and deleted since. */
    @Test
    void beginsNoRebuildInATaskWithoutPartitions() throws SQLException {
        produce(10);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        Map<String, String> options = replacing("new", "old", "value.status");
        SinkWorker waiting = new SinkWorker(fixture, options, topic, List.of());
        waiting.step();
        assertThat(state("new")).isEmpty();
        assertThatThrownBy(() -> fixture.rows("SELECT * FROM orders__rebuild")).isInstanceOf(SQLException.class);
        waiting.stop();

        SinkWorker idle = new SinkWorker(fixture, options, topic, List.of());
        SinkWorker builder = new SinkWorker(fixture, options, topic, List.of(0, 1));
        assertThat(state("new")).isNotEmpty();
        List<SinkWorker> all = List.of(old, idle, builder);
        await(() -> state("new").stream().allMatch("live"::equals), all);
        all.forEach(SinkWorker::abandon);
    }

    @Test
    void saysWhenPostedWhatCannotBeRebuilt() throws SQLException {
        produce(10);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        Map<String, String> options = options("new", "value.status");

        options.put("rebuild.replaces", "odl");
        assertThat(errors(options)).containsExactly("the ledger has no rows of the connector 'odl'");
        options.put("rebuild.replaces", "new");
        assertThat(errors(options))
                .containsExactly("a connector cannot replace itself; use another name for" + " this connector");
        options.put("rebuild.replaces", "old");
        assertThat(errors(options)).isEmpty();
        fixture.execute("CREATE TABLE lines_of_orders (id BIGINT PRIMARY KEY, order_id "
                + fixture.database.text(20) + ","
                + " CONSTRAINT of_order FOREIGN KEY (order_id) REFERENCES orders (id))");
        assertThat(errors(options))
                .containsExactly("the table orders cannot be replaced, because the foreign key of_order of"
                        + " lines_of_orders would stay with the old one");
        fixture.execute("DROP TABLE lines_of_orders");
        old.stop();
    }

    @Test
    void refusesToResumeWithoutTheShadowAndBeginsAnewAfterAReset() throws SQLException {
        produce(2_000);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        SinkWorker builder = new SinkWorker(fixture, options, topic, List.of(0));
        for (int i = 0; i < 3; i++) {
            builder.step();
        }
        builder.stop();
        assertThat(state("new")).containsExactly("replaying");
        fixture.execute("DROP TABLE orders__rebuild");

        assertThatThrownBy(() -> new SinkWorker(fixture, options, topic, List.of(0, 1)))
                .hasMessageContaining("the table orders__rebuild is gone")
                .hasMessageContaining("DELETE /connectors/new/offsets");
        assertThat(fixture.rows("SELECT * FROM orders WHERE status LIKE 'new %'"))
                .isEmpty();
        reset(options);
        rebuild(options, List.of(old));

        assertRows("new ");
        assertThat(fixture.rows("SELECT status FROM orders__replaced WHERE status LIKE 'new %'"))
                .isEmpty();
        old.abandon();
    }

    @Test
    void givesARebuildUpWhenItsOffsetsAreReset() throws SQLException {
        produce(500);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        old.stop();
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        fixture.execute("CREATE TABLE orders__rebuild AS SELECT * FROM orders");
        assertThatThrownBy(() -> new SinkWorker(fixture, options, topic, List.of(0)))
                .hasMessageContaining("orders__rebuild has rows, which this rebuild did not write");
        fixture.execute("DROP TABLE orders__rebuild");
        // Only one of two partitions, so that it cannot end; as if it were retired already.
        SinkWorker builder = new SinkWorker(fixture, options, topic, List.of(0));
        builder.step();
        builder.stop();
        fixture.execute("UPDATE millrace_ledger_views SET state = 'swapping' WHERE connector = 'new'");
        fixture.execute("UPDATE millrace_ledger SET successor = 'new' WHERE connector = 'old'");
        // A task that was killed while it tried its privileges.
        fixture.execute("CREATE TABLE orders__probed (id INT)");
        fixture.database.giveAway("orders__probed");

        reset(options);

        assertThat(fixture.rows("SELECT connector FROM millrace_ledger_views")).containsExactly(List.of("old"));
        assertThat(fixture.rows("SELECT SUM(next_offset) FROM millrace_ledger WHERE connector = 'new'"))
                .containsExactly(List.of("0"));
        for (String table : List.of("orders__rebuild", "orders__probed")) {
            assertThatThrownBy(() -> fixture.rows("SELECT * FROM " + table)).isInstanceOf(SQLException.class);
        }
        produce(100);
        SinkWorker again = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(again::isAtTheEnd, List.of(again));
        assertRows("");
        again.stop();
    }

    /** On MySQL the names are changed in one transaction, and that is recorded in the next one. */
    @Test
    void continuesInATaskThatFindsTheShadowsGoneBeforeTheSwapIsRecorded() throws SQLException {
        produce(100);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        old.stop();
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        // Not the one that changes the names.
        SinkWorker builder = new SinkWorker(fixture, ofTask(options, 1), topic, List.of(0, 1));
        await(builder::isAtTheEnd, List.of(builder));
        fixture.execute("UPDATE millrace_ledger SET successor = 'new' WHERE connector = 'old'");
        fixture.execute("UPDATE millrace_ledger_views SET state = 'swapping' WHERE connector = 'new'");
        fixture.execute("ALTER TABLE orders RENAME TO orders__replaced");
        fixture.execute("ALTER TABLE orders__rebuild RENAME TO orders");

        produce(100);
        await(builder::isAtTheEnd, List.of(builder));

        assertRows("new ");
        assertThat(state("new")).containsExactly("live");
        builder.stop();
    }

    @Test
    void failsIfTheShadowsAreDroppedBeforeTheSwap() throws SQLException {
        SinkWorker old = writeOld();
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        SinkWorker leader = new SinkWorker(fixture, ofTask(options, 0), topic, List.of(0));
        // It claims its partition, and gets no record, so that the swap has to wait.
        SinkWorker idle = new SinkWorker(fixture, ofTask(options, 1), List.of(List.of(), List.of()), List.of(1));
        await(() -> state("new").equals(List.of("swapping")), List.of(leader, idle));
        fixture.execute("DROP TABLE orders__rebuild");

        await(leader::hasFailed, List.of(leader));

        assertThat(leader.failure()).hasMessageContaining("orders__rebuild is gone");
        leader.abandon();
        idle.abandon();
        assertRefused(options, "orders__rebuild is gone");
        assertThat(state("new")).containsExactly("swapping");
        reset(options);
        requireGivenUp(old);
    }

    /** Two names in turn, as the messages advise it: no record is counted twice. */
    @Test
    void countsEachRecordOnceWhenNamesAreUsedInTurn() throws SQLException {
        fixture.execute("DROP TABLE orders");
        fixture.execute("CREATE TABLE orders (id " + fixture.database.text(20)
                + " PRIMARY KEY, events BIGINT NOT NULL, total BIGINT)");
        fixture.database.giveAway("orders");
        add(100);
        SinkWorker a = new SinkWorker(fixture, counting("a"), topic, List.of(0, 1));
        await(a::isAtTheEnd, List.of(a));
        Map<String, String> b = counting("b");
        b.put("rebuild.replaces", "a");
        a.stop();
        rebuild(b, List.of());
        assertThat(fixture.rows("SELECT events, total FROM orders")).containsExactly(List.of("100", "1000"));

        Map<String, String> backwards = counting("a");
        assertThatThrownBy(() -> new SinkWorker(fixture, backwards, topic, List.of(0, 1)))
                .hasMessageContaining("set rebuild.replaces=b");
        reset(backwards);
        assertThatThrownBy(() -> new SinkWorker(fixture, backwards, topic, List.of(0, 1)))
                .hasMessageContaining("set rebuild.replaces=b");
        backwards.put("rebuild.replaces", "b");
        rebuild(backwards, List.of());
        assertThat(fixture.rows("SELECT events, total FROM orders")).containsExactly(List.of("100", "1000"));

        // The name that has rebuilt once rebuilds again.
        reset(b);
        rebuild(b, List.of());
        add(1);
        SinkWorker last = new SinkWorker(fixture, b, topic, List.of(0, 1));
        await(last::isAtTheEnd, List.of(last));
        assertThat(fixture.rows("SELECT events, total FROM orders")).containsExactly(List.of("101", "1010"));
        last.stop();
    }

    @Test
    void refusesToCountOverWhatIsCounted() throws SQLException {
        fixture.execute("DROP TABLE orders");
        fixture.execute("CREATE TABLE orders (id " + fixture.database.text(20)
                + " PRIMARY KEY, events BIGINT NOT NULL, total BIGINT)");
        fixture.database.giveAway("orders");
        add(10);
        SinkWorker a = new SinkWorker(fixture, counting("a"), topic, List.of(0, 1));
        await(a::isAtTheEnd, List.of(a));
        a.stop();
        Map<TopicPartition, Long> back = Map.of(SinkFixture.partition(0), 0L, SinkFixture.partition(1), 1L);
        assertThatThrownBy(() -> new ProjectionSinkConnector().alterOffsets(counting("a"), back))
                .hasMessageContaining("would count records again");
        reset(counting("a"));

        assertThatThrownBy(() -> new SinkWorker(fixture, counting("a"), topic, List.of(0, 1)))
                .hasMessageContaining("Empty the view");
        fixture.execute("DELETE FROM orders");
        SinkWorker again = new SinkWorker(fixture, counting("a"), topic, List.of(0, 1));
        await(again::isAtTheEnd, List.of(again));
        assertThat(fixture.rows("SELECT events, total FROM orders")).containsExactly(List.of("10", "100"));
        again.stop();
    }

    @Test
    void refusesARebuildThatWouldFreezeWhatTheOldConnectorAlsoHas() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS others");
        createOthers();
        produce(10);
        SinkWorker old = new SinkWorker(fixture, withOthers(options("old", "value.status")), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        Map<String, String> options = replacing("new", "old", "value.status");

        assertThat(errors(options))
                .containsExactly("the connector 'old' also writes " + view("others")
                        + ", which would no longer be written; add its projection, or remove it there");
        options.put("topics", "sites");
        assertThat(errors(options)).anyMatch(reason -> reason.contains("also has records of the topic events"));
        old.stop();
        fixture.execute("DROP TABLE others");
    }

    @Test
    void rebuildsATableOnceThatProjectionsCallByTwoNames() throws SQLException {
        produce(50);
        SinkWorker old = new SinkWorker(fixture, underTwoNames("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        old.stop();
        Map<String, String> options = underTwoNames("new", "'new ' + value.status");
        options.put("rebuild.replaces", "old");
        assertThat(errors(options)).isEmpty();

        rebuild(options, List.of());

        assertRows("new ");
        assertThat(fixture.rows("SELECT id FROM orders WHERE revision IS NULL")).isEmpty();
        assertThat(fixture.rows("SELECT id FROM orders__replaced WHERE status LIKE 'new %'"))
                .isEmpty();
        assertThatThrownBy(() -> fixture.rows("SELECT * FROM orders__rebuild")).isInstanceOf(SQLException.class);
    }

    /** A partition without records left holds nothing up: its claim is where the log starts. */
    @Test
    void retiresTheOldConnectorOnlyOnceAllOfItsPartitionsAreClaimed() throws SQLException {
        produce(100);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        SinkWorker builder = new SinkWorker(fixture, options, topic, List.of(0));
        for (int i = 0; i < 200; i++) {
            builder.step();
        }
        assertThat(state("new")).containsExactly("replaying");
        produce(20);
        await(old::isAtTheEnd, List.of(old));
        assertRows("");
        builder.stop();
        rebuild(options, List.of());
        assertRows("new ");
        assertThatThrownBy(() -> old.open(List.of(2))).hasMessageContaining("replaced it");
        old.abandon();
    }

    @Test
    void takesARebuildOverFromAFormerVersion() throws SQLException {
        produce(300);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        SinkWorker builder = new SinkWorker(fixture, options, topic, List.of(0));
        builder.step();
        builder.stop();
        old.stop();
        makeLedgerOfFormerVersion();

        rebuild(options, List.of());
        assertRows("new ");
    }

    @Test
    void takesTheViewsOverFromAFormerVersion() throws SQLException {
        produce(300);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        makeLedgerOfFormerVersion();
        produce(50);
        SinkWorker upgraded = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        // The task of the former version is fenced.
        for (int i = 0; i < 1_000 && !old.hasFailed(); i++) {
            old.step();
        }
        await(upgraded::isAtTheEnd, List.of(upgraded));
        assertRows("");
        assertThat(state("old")).containsExactly("live");
        // What a former version does when it claims a partition.
        assertThatThrownBy(() -> fixture.execute("INSERT INTO millrace_ledger"
                        + " (connector, topic, partition_id, next_offset, epoch) VALUES ('old', 'events', 0, 0, 1)"))
                .isInstanceOf(SQLException.class);
        upgraded.stop();
        old.abandon();
    }

    @Test
    void resumesARebuildOnceItsOptionIsSetAgain() throws SQLException {
        SinkWorker old = writeOld();
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        beginRebuild(options);

        assertRefused(options("new", "'new ' + value.status"), "rebuild.replaces is not set. Set it again");
        rebuild(options, List.of(old));

        assertRows("new ");
        old.abandon();
    }

    @Test
    void givesUpARebuildWhoseOptionIsNotSet() throws SQLException {
        SinkWorker old = writeOld();
        beginRebuild(replacing("new", "old", "'new ' + value.status"));
        Map<String, String> options = options("new", "'new ' + value.status");

        assertRefused(options, "or abort the rebuild");
        reset(options);

        requireGivenUp(old);
    }

    @Test
    void setsNoOffsetsDuringARebuildAndGivesItUp() throws SQLException {
        SinkWorker old = writeOld();
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        beginRebuild(options);

        assertThatThrownBy(
                        () -> new ProjectionSinkConnector().alterOffsets(options, Map.of(SinkFixture.partition(0), 1L)))
                .hasMessageContaining("To abort the rebuild, reset all offsets (DELETE /connectors/new/offsets)");
        reset(options);

        requireGivenUp(old);
    }

    @Test
    void replacesTheConnectorThatTookThePlaceOfAnother() throws SQLException {
        writeOld().stop();
        rebuild(replacing("new", "old", "'new ' + value.status"), List.of());

        assertThat(errors(replacing("third", "old", "'third ' + value.status")))
                .containsExactly("the connector 'new' has replaced 'old'; replace that one");
        rebuild(replacing("third", "new", "'third ' + value.status"), List.of());

        assertRows("third ");
    }

    @Test
    void beginsAnotherRebuildOnceTheFirstIsGivenUp() throws SQLException {
        SinkWorker old = writeOld();
        Map<String, String> first = replacing("new", "old", "'new ' + value.status");
        beginRebuild(first);
        Map<String, String> second = replacing("third", "old", "'third ' + value.status");

        assertRefused(second, "the connector 'new' is rebuilding " + view("orders"));
        reset(first);
        rebuild(second, List.of(old));

        assertRows("third ");
        old.abandon();
    }

    /** Another connector to replace, other tables, no rows of the views: each begins from the first record after a reset. */
    @Test
    void beginsARebuildAgainAfterAReset() throws SQLException {
        SinkWorker old = writeOld();
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        beginRebuild(options);

        assertRefused(replacing("new", "odl", "'new ' + value.status"), "has begun to rebuild those of 'old'");
        reset(options);
        beginRebuild(options);
        fixture.execute("DROP TABLE IF EXISTS others");
        createOthers();
        assertRefused(withOthers(options), "The rebuild has begun with the tables [" + view("orders") + "]");
        reset(options);
        fixture.execute("DROP TABLE others");
        beginRebuild(options);
        fixture.execute("DELETE FROM millrace_ledger_views WHERE connector = 'new'");
        assertRefused(options, "and the ledger has no rows of its views");
        reset(options);
        fixture.execute("DROP TABLE orders__rebuild");
        beginRebuild(options);
        makeLedgerOfFormerVersion();
        fixture.execute("DROP TABLE orders__rebuild");
        assertRefused(options, "its shadows no longer exist");
        reset(options);
        rebuild(options, List.of(old));

        assertRows("new ");
        old.abandon();
    }

    @Test
    void rebuildsOnceBothConnectorsHaveTheSameViews() throws SQLException {
        fixture.execute("DROP TABLE IF EXISTS others");
        fixture.execute("DROP TABLE IF EXISTS others__replaced");
        createOthers();
        produce(50);
        SinkWorker old = new SinkWorker(fixture, withOthers(options("old", "value.status")), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        old.stop();
        Map<String, String> options = replacing("new", "old", "'new ' + value.status");
        assertThat(errors(options)).singleElement().asString().endsWith("add its projection, or remove it there");

        assertThat(errors(withOthers(options))).isEmpty();
        SinkWorker without = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(without::isAtTheEnd, List.of(without));
        without.stop();
        assertThat(errors(options)).isEmpty();
        rebuild(options, List.of());

        assertRows("new ");
        fixture.execute("DROP TABLE others");
    }

    /** A counting view has one writer; the message names the two ways to have another connector count. */
    @Test
    void countsByAnotherConnectorOnceTheFirstHasLetTheViewGo() throws SQLException {
        fixture.execute("DROP TABLE orders");
        fixture.execute("DROP TABLE IF EXISTS others");
        for (String table : List.of("orders", "others")) {
            fixture.execute("CREATE TABLE " + table + " (id " + fixture.database.text(20)
                    + " PRIMARY KEY, events BIGINT NOT NULL, total BIGINT)");
            fixture.database.giveAway(table);
        }
        add(10);
        SinkWorker a = new SinkWorker(fixture, counting("a"), topic, List.of(0, 1));
        await(a::isAtTheEnd, List.of(a));
        a.stop();

        assertRefused(counting("b"), "The connector 'a' counts records in the view orders");
        Map<String, String> elsewhere = counting("b");
        elsewhere.put("projection.orders.table", "others");
        SinkWorker b = new SinkWorker(fixture, elsewhere, topic, List.of(0, 1));
        await(b::isAtTheEnd, List.of(b));
        b.stop();
        assertThat(fixture.rows("SELECT events, total FROM others")).containsExactly(List.of("10", "100"));

        reset(counting("a"));
        fixture.execute("DELETE FROM orders");
        SinkWorker c = new SinkWorker(fixture, counting("c"), topic, List.of(0, 1));
        await(c::isAtTheEnd, List.of(c));
        c.stop();
        assertThat(fixture.rows("SELECT events, total FROM orders")).containsExactly(List.of("10", "100"));
        fixture.execute("DROP TABLE others");
    }

    SinkWorker writeOld() throws SQLException {
        produce(500);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        return old;
    }

    /** One of two partitions, so that it cannot end. */
    private void beginRebuild(Map<String, String> options) throws SQLException {
        SinkWorker builder = new SinkWorker(fixture, options, topic, List.of(0));
        await(() -> fixture.ledger("new", 0) > 0, List.of(builder));
        builder.stop();
    }

    private void assertRefused(Map<String, String> options, String reason) {
        assertThatThrownBy(() -> new SinkWorker(fixture, options, topic, List.of(0, 1)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(reason);
    }

    /** The old connector continues after a restart of its tasks. */
    private void requireGivenUp(SinkWorker old) throws SQLException {
        old.stop();
        assertThatThrownBy(() -> fixture.rows("SELECT * FROM orders__rebuild")).isInstanceOf(SQLException.class);
        produce(50);
        SinkWorker again = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(again::isAtTheEnd, List.of(again));
        again.stop();
        assertRows("");
    }

    private static void createOthers() throws SQLException {
        fixture.execute("CREATE TABLE others (id " + fixture.database.text(20) + " PRIMARY KEY, status VARCHAR(20))");
        fixture.database.giveAway("others");
    }

    private static Map<String, String> withOthers(Map<String, String> options) {
        Map<String, String> both = new HashMap<>(options);
        both.put("projections", "orders,others");
        both.put("projection.others.kind", "upsert");
        both.put("projection.others.key", "id = key.id");
        both.put("projection.others.columns", "status");
        return both;
    }

    /** Rebuilds the view, and stops everybody. */
    void replaceView() throws SQLException {
        produce(10);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        old.stop();
        rebuild(replacing("new", "old", "'new ' + value.status"), List.of());
        assertRows("new ");
    }

    private void makeLedgerOfFormerVersion() throws SQLException {
        fixture.execute("DROP TABLE millrace_ledger_views");
        fixture.execute("ALTER TABLE millrace_ledger DROP COLUMN format");
        fixture.execute("ALTER TABLE millrace_ledger DROP COLUMN cluster_id");
        fixture.execute("ALTER TABLE millrace_ledger DROP COLUMN topic_id");
    }

    /** Steps the tasks of a connector until it has replaced the views. */
    private void rebuild(Map<String, String> options, List<SinkWorker> others) throws SQLException {
        List<SinkWorker> builders = start(options);
        await(
                () -> {
                    others.stream().filter(worker -> !worker.hasFailed()).forEach(SinkWorker::step);
                    return state(options.get("name")).equals(List.of("live"));
                },
                builders);
        await(() -> builders.stream().allMatch(SinkWorker::isAtTheEnd), builders);
        builders.forEach(SinkWorker::stop);
    }

    static void reset(Map<String, String> options) {
        new ProjectionSinkConnector().alterOffsets(options, Map.of());
    }

    static List<String> state(String connector) throws SQLException {
        return fixture
                .rows("SELECT DISTINCT state FROM millrace_ledger_views WHERE connector = '" + connector + "'")
                .stream()
                .map(row -> row.get(0))
                .toList();
    }

    /** A view's name with the database or schema. */
    private static String view(String table) throws SQLException {
        return fixture.rows("SELECT view_name FROM millrace_ledger_views")
                        .get(0)
                        .get(0)
                        .replaceFirst("\\..*", ".")
                + table;
    }

    void assertRows(String prefix) throws SQLException {
        List<List<String>> expected = new ArrayList<>();
        statuses.forEach((id, status) -> expected.add(List.of(id, prefix + status)));
        assertThat(fixture.rows("SELECT id, status FROM orders ORDER BY id"))
                .as("seed %d", seed)
                .isEqualTo(expected);
    }

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            List<SinkRecord> records = topic.get(i % PARTITIONS);
            records.add(SinkFixture.record(
                    i % PARTITIONS, records.size(), Map.of("id", i), Map.of("customer", "7", "total", 10)));
        }
    }

    private static Map<String, String> counting(String name) {
        Map<String, String> options = options(name, "value.status");
        options.keySet().removeIf(option -> option.startsWith("projection."));
        options.put("projection.orders.kind", "aggregate");
        options.put("projection.orders.key", "id = value.customer");
        options.put("projection.orders.columns", "events = count(), total = sum(value.total)");
        return options;
    }

    /** Two projections, each of a column of the view, one with the place of the view in its name. */
    private static Map<String, String> underTwoNames(String name, String status) {
        Map<String, String> options = options(name, status);
        options.put("projections", "orders,revisions");
        options.put("projection.orders.columns", "status = " + status);
        options.put("projection.revisions.kind", "upsert");
        options.put("projection.revisions.table", fixture.database.place() + ".orders");
        options.put("projection.revisions.key", "id = key.id");
        options.put("projection.revisions.columns", "revision");
        return options;
    }

    static Map<String, String> replacing(String name, String replaced, String status) {
        Map<String, String> options = options(name, status);
        options.put("rebuild.replaces", replaced);
        return options;
    }

    static List<String> errors(Map<String, String> options) {
        return new ProjectionSinkConnector()
                .validate(options).configValues().stream()
                        .filter(value -> value.name().equals("rebuild.replaces"))
                        .map(ConfigValue::errorMessages)
                        .flatMap(List::stream)
                        .map(message -> message.substring(message.indexOf("rebuild.replaces: ") + 18))
                        .toList();
    }

    private List<SinkWorker> start(Map<String, String> options) {
        List<SinkWorker> workers = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            workers.add(new SinkWorker(fixture, ofTask(options, partition), topic, List.of(partition)));
        }
        return workers;
    }

    private static Map<String, String> ofTask(Map<String, String> options, int task) {
        Map<String, String> ofTask = new HashMap<>(options);
        ofTask.put("millrace.task", String.valueOf(task));
        return ofTask;
    }

    private void produce(int count) {
        for (int i = 0; i < count; i++) {
            String id = "o" + random.nextInt(200);
            int partition = Math.floorMod(id.hashCode(), PARTITIONS);
            List<SinkRecord> records = topic.get(partition);
            long revision = records.size();
            String status = "s" + revision;
            statuses.put(id, status);
            records.add(SinkFixture.record(
                    partition, 2 * revision, Map.of("id", id), Map.of("status", status, "revision", revision)));
        }
    }

    private boolean isReplaced() throws SQLException {
        return state("new").equals(List.of("live"));
    }

    private void requireNoStepBack() throws SQLException {
        List<List<String>> rows = fixture.rows("SELECT id, revision FROM orders");
        assertThat(rows).as("rows of the view, seed %d", seed).hasSizeGreaterThanOrEqualTo(seen.size());
        for (List<String> row : rows) {
            long revision = Long.parseLong(row.get(1));
            assertThat(revision)
                    .as("revision of %s, seed %d", row.get(0), seed)
                    .isGreaterThanOrEqualTo(seen.getOrDefault(row.get(0), -1L));
            seen.put(row.get(0), revision);
        }
    }

    /** Something that is to come true. */
    interface Check {
        boolean holds() throws SQLException;
    }

    void await(Check check, List<SinkWorker> workers) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!check.holds() && System.nanoTime() < deadline) {
            workers.forEach(SinkWorker::step);
        }
        assertThat(check.holds()).as("seed %d", seed).isTrue();
    }

    static Map<String, String> options(String name, String status) {
        Map<String, String> options = fixture.options(
                name,
                "orders",
                "orders.kind",
                "upsert",
                "orders.key",
                "id = key.id",
                "orders.columns",
                "status = " + status + ", revision");
        options.put("topics", "events");
        return options;
    }
}
