package io.millrace.it.sink;

import io.millrace.connectors.projection.ProjectionSinkTask;
import io.millrace.it.TestPipeline;
import io.millrace.local.Installation;
import io.millrace.local.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;

/** A MySQL server of a test class's own, and tasks that write to it without Connect. */
final class SinkFixture implements AutoCloseable {
    /** The only partition of the topic of sites. */
    static final TopicPartition SITES = new TopicPartition("sites", 0);

    /** A server whose own mode would cut values, and reads backslashes and quotes in another way. */
    private static final Map<String, String> LAX = Map.of("sql_mode", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES");

    private static final String USER = "projector";
    private static final String PASSWORD = "projector's";

    final MySqlServer server;

    SinkFixture(String name) throws SQLException {
        server = MySqlServer.start(Installation.locate(), TestPipeline.newDirectory(name), LAX);
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("CREATE DATABASE views");
            statement.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY 'projector''s'");
            statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON views.* TO '" + USER + "'@'%'");
        }
    }

    /** Options of a sink of this name; the projections' are added as {@code NAME.kind, value, ...}. */
    Map<String, String> options(String name, String projections, String... projectionOptions) {
        Map<String, String> options = new HashMap<>(Map.of(
                "name", name,
                "topics", "events,sites",
                "connection.url", server.jdbcUrl("views"),
                "connection.user", USER,
                "connection.password", PASSWORD,
                "projections", projections));
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

    void execute(String sql) throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("USE views");
            statement.execute("SET sql_mode = ''");
            statement.execute(sql);
        }
    }

    /** The rows as lists of texts. */
    List<List<String>> rows(String sql) throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("USE views");
            try (ResultSet row = statement.executeQuery(sql)) {
                List<List<String>> rows = new ArrayList<>();
                while (row.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        values.add(row.getString(i));
                    }
                    rows.add(values);
                }
                return rows;
            }
        }
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

    /** What Connect would commit. */
    static Map<TopicPartition, OffsetAndMetadata> committed(
            ProjectionSinkTask task, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();
        partitions.forEach(partition -> current.put(partition, new OffsetAndMetadata(Long.MAX_VALUE)));
        return task.preCommit(current);
    }

    @Override
    public void close() {
        server.close();
    }
}
