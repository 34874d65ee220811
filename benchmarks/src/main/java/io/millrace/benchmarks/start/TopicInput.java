package io.millrace.benchmarks.start;

import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.RecordFormat;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.benchmarks.harness.ViewDatabase;
import io.millrace.benchmarks.sink.OrderStream;
import io.millrace.benchmarks.sink.OrderTopic;
import io.millrace.benchmarks.sink.PartWatch;
import io.millrace.benchmarks.sink.SinkContender;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** A topic with one record, which sink connectors write into an empty table each. */
final class TopicInput implements ConnectorInput {
    /** Parts that are empty but for their markers, so that each part is one record. */
    private static final OrderStream STREAM = new OrderStream(0, 0);

    private final StartServers servers;
    private final SinkContender contender;
    private final String topic;

    TopicInput(StartServers servers, SinkContender contender, String topic) {
        this.servers = servers;
        this.contender = contender;
        this.topic = topic;
        Topics.createTopic(servers.broker(), topic, 1);
        writePart(1);
    }

    private void writePart(int part) {
        OrderTopic.writePart(servers.broker(), topic, RecordFormat.json(), STREAM, part);
    }

    /** The connector's table has its name. */
    @Override
    public MeasuredConnector connector(String name) throws SQLException {
        try (Connection connection = servers.views().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + name + " (" + STREAM.shape().definitions() + ")");
        }
        Map<String, String> options = new TreeMap<>(contender.options(
                name, topic, servers.broker().bootstrapServers(), servers.views(), name, STREAM.shape()));
        options.putAll(RecordFormat.json().connectorOptions(contender.ownConverter()));
        options.put("tasks.max", "1");
        options.put("consumer.override.isolation.level", "read_committed");
        return new Sink(name, options, servers.views());
    }

    @Override
    public void addChange() {
        writePart(2);
    }

    @Override
    public void close() {
        Topics.deleteTopic(servers.broker(), topic);
    }

    private record Sink(String name, Map<String, String> options, ViewDatabase views) implements MeasuredConnector {
        @Override
        public void awaitDelivered(BenchmarkWorker worker, int expected)
                throws SQLException, IOException, InterruptedException {
            PartWatch.awaitPart(worker, name, views, name, expected);
        }

        @Override
        public void requireDelivered(int expected) throws SQLException {
            STREAM.expectedContent(expected)
                    .requireIn(views, name, STREAM.shape().names());
        }

        @Override
        public void close() {}
    }
}
