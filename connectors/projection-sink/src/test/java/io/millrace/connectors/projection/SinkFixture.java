package io.millrace.connectors.projection;

import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;

/** A database of a test class's own, and tasks that write to it without Connect. */
final class SinkFixture implements AutoCloseable {
    /** The only partition of the topic of sites. */
    static final TopicPartition SITES = new TopicPartition("sites", 0);

    static final String DEAD_LETTERS = "misfits";

    final SinkDatabase database;

    SinkFixture(SinkDatabase database) {
        this.database = database;
    }

    /** Options of a sink of this name; the projections' are added as {@code NAME.kind, value, ...}. */
    Map<String, String> options(String name, String projections, String... projectionOptions) {
        Map<String, String> options = new HashMap<>(database.connection());
        options.putAll(Map.of("name", name, "topics", "events,sites", "projections", projections));
        options.putAll(Map.of("errors.tolerance", "all", "errors.deadletterqueue.topic.name", DEAD_LETTERS));
        for (int i = 0; i < projectionOptions.length; i += 2) {
            options.put("projection." + projectionOptions[i], projectionOptions[i + 1]);
        }
        return options;
    }

    ProjectionSinkTask task(Map<String, String> options, FakeContext context) {
        ProjectionSinkTask task = new ProjectionSinkTask();
        task.initialize(context);
        task.start(options);
        return task;
    }

    /** A task that has partition 0 of both topics. */
    ProjectionSinkTask opened(Map<String, String> options, FakeContext context) {
        ProjectionSinkTask task = task(options, context);
        task.open(List.of(partition(0), SITES));
        return task;
    }

    /** Returns when no partition waits to be claimed any more, and records may come. */
    static void awaitClaims(ProjectionSinkTask task, FakeContext context) {
        await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
            task.put(List.of());
            return context.paused.isEmpty();
        });
    }

    /** Returns when the task has learnt that another one claimed its partition. */
    static void awaitLoss(ProjectionSinkTask task, TopicPartition partition) {
        await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
            task.put(List.of());
            return committed(task, List.of(partition)).isEmpty();
        });
    }

    /** Returns when the task has written what it was given, or throws the reason why it will not. */
    static void settle(ProjectionSinkTask task) {
        await().atMost(Duration.ofMinutes(1)).pollInSameThread().until(() -> {
            try {
                task.flush(Map.of());
                return true;
            } catch (RetriableException e) {
                return false;
            }
        });
    }

    void execute(String sql) throws SQLException {
        database.execute(sql);
    }

    List<List<String>> rows(String sql) throws SQLException {
        return database.rows(sql);
    }

    long ledger(String connector, int partition) throws SQLException {
        return Long.parseLong(rows("SELECT next_offset FROM millrace_ledger WHERE connector = '" + connector
                        + "' AND topic = 'events' AND partition_id = " + partition)
                .get(0)
                .get(0));
    }

    static TopicPartition partition(int partition) {
        return new TopicPartition("events", partition);
    }

    static SinkRecord record(int partition, long offset, Object key, Object value) {
        return new SinkRecord(
                "events", partition, null, key, null, value, offset, 1_767_262_830_456L, TimestampType.CREATE_TIME);
    }

    static SinkRecord siteRecord(long offset, Object key, Object value) {
        return new SinkRecord("sites", 0, null, key, null, value, offset);
    }

    static SinkRecord record(long offset, Object key, Object value) {
        return record(0, offset, key, value);
    }

    /** What Connect would commit now; what is just being written is not in it. */
    static Map<TopicPartition, OffsetAndMetadata> committed(
            ProjectionSinkTask task, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();
        partitions.forEach(partition -> current.put(partition, new OffsetAndMetadata(0)));
        return task.preCommit(current);
    }

    @Override
    public void close() {
        database.close();
    }
}
