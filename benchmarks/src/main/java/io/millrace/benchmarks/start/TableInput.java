package io.millrace.benchmarks.start;

import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.RecordFormat;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.benchmarks.source.CommittedChanges;
import io.millrace.benchmarks.source.SourceContender;
import io.millrace.benchmarks.source.SourceShape;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A table with one row, which source connectors read first by their snapshots and then from the binlog. */
final class TableInput implements ConnectorInput {
    private static final SourceShape SHAPE = SourceShape.SINGLE_ROW;

    /** MySQL ends the connection of a replica if another one with its id connects. */
    private static final AtomicInteger SERVER_IDS = new AtomicInteger(6000);

    private final StartServers servers;
    private final SourceContender contender;

    TableInput(StartServers servers, SourceContender contender) throws SQLException {
        this.servers = servers;
        this.contender = contender;
        servers.source().createTables(SHAPE);
    }

    /** The connector's topic exists before, so that its consumer waits for nothing but the event. */
    @Override
    public MeasuredConnector connector(String name) {
        String topic = contender.topic(name, SHAPE.tables().get(0));
        Topics.createTopic(servers.broker(), topic, 1);
        Map<String, String> options = new TreeMap<>(contender.options(
                name,
                SERVER_IDS.incrementAndGet(),
                SHAPE,
                servers.source().port(),
                servers.broker().bootstrapServers()));
        options.putAll(RecordFormat.json().connectorOptions(contender.ownConverter()));
        return new Source(name, options, new CommittedChanges(servers.broker(), List.of(topic)));
    }

    @Override
    public void addChange() throws SQLException {
        servers.source().updateFirstRow(SHAPE);
    }

    @Override
    public void close() throws SQLException {
        servers.source().dropTables(SHAPE);
    }

    private record Source(String name, Map<String, String> options, CommittedChanges changes)
            implements MeasuredConnector {
        @Override
        public void awaitDelivered(BenchmarkWorker worker, int expected) throws IOException {
            changes.awaitCount(expected, () -> worker.awaitRunning(name));
        }

        @Override
        public void requireDelivered(int expected) {
            changes.requireCount(expected);
        }

        @Override
        public void close() {
            changes.close();
        }
    }
}
