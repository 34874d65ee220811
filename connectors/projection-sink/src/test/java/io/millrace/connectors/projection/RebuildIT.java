package io.millrace.connectors.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A view that is rebuilt while another connector goes on with it, and whoever rebuilds it dies now and then. */
abstract class RebuildIT {
    private static final int PARTITIONS = 2;
    private static final int PATIENCE = 20_000;

    static SinkFixture fixture;

    private final long seed = Seeds.next();
    private final Random random = new Random(seed);
    private final List<List<SinkRecord>> topic = new ArrayList<>();
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
        int steps = 0;
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
            assertThat(++steps).as("steps, seed %d", seed).isLessThan(PATIENCE);
        }

        // A crash right after the change of names, before it was written down.
        if (random.nextBoolean()) {
            fixture.execute("DELETE FROM millrace_ledger WHERE topic = '(rebuilt)'");
            builders.forEach(SinkWorker::abandon);
            builders = new ArrayList<>(start(options));
        }
        produce(500);
        for (int i = 0; i < 50 && !old.hasFailed(); i++) {
            old.step();
        }
        assertThat(old.failure())
                .as("seed %d", seed)
                .hasMessageContaining("The connector 'new' rebuilt the views of the connector 'old'");
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

    @Test
    void saysWhenPostedWhatCannotBeRebuilt() throws SQLException {
        produce(10);
        SinkWorker old = new SinkWorker(fixture, options("old", "value.status"), topic, List.of(0, 1));
        await(old::isAtTheEnd, List.of(old));
        Map<String, String> options = options("new", "value.status");

        options.put("rebuild.replaces", "odl");
        assertThat(errors(options)).containsExactly("the ledger does not know the connector 'odl'");
        options.put("rebuild.replaces", "new");
        assertThat(errors(options)).containsExactly("a connector cannot replace itself; give this one another name");
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
            Map<String, String> ofTask = new HashMap<>(options);
            ofTask.put("millrace.task", String.valueOf(partition));
            workers.add(new SinkWorker(fixture, ofTask, topic, List.of(partition)));
        }
        return workers;
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
        return !fixture.rows("SELECT topic FROM millrace_ledger WHERE topic = '(rebuilt)'")
                .isEmpty();
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
    private interface Check {
        boolean holds();
    }

    private void await(Check check, List<SinkWorker> workers) {
        for (int i = 0; i < PATIENCE && !check.holds(); i++) {
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
