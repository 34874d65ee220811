package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * A report that shows why a sink makes no progress: for each partition the log's end, the last stable offset, the
 * group's offset and the ledger's, then transactions that are open, the group's members, and the threads of the worker.
 */
final class StallReport {
    private final BenchmarkWorker worker;
    private final String connector;
    private final String topic;

    StallReport(BenchmarkWorker worker, String connector, String topic) {
        this.worker = worker;
        this.connector = connector;
        this.topic = topic;
    }

    /** Reads everything; the connection is to the database of the ledger. */
    String compose(Connection connection) throws SQLException, IOException, InterruptedException {
        StringBuilder report = new StringBuilder();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", worker.bootstrapServers()))) {
            appendPartitions(report, admin, connection);
            report.append("transactions ")
                    .append(admin.listTransactions().all().get())
                    .append(System.lineSeparator())
                    .append(admin.describeConsumerGroups(List.of(group())).all().get())
                    .append(System.lineSeparator());
        } catch (ExecutionException e) {
            report.append("Kafka does not answer: ").append(e.getCause()).append(System.lineSeparator());
        }
        return report.append(DiagnosticCommand.run(worker.pid(), "Thread.print"))
                .toString();
    }

    private void appendPartitions(StringBuilder report, Admin admin, Connection connection)
            throws ExecutionException, InterruptedException, SQLException {
        List<TopicPartition> partitions = admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                .toList();
        Map<TopicPartition, ListOffsetsResultInfo> ends = readEnds(admin, partitions, IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, ListOffsetsResultInfo> stable = readEnds(admin, partitions, IsolationLevel.READ_COMMITTED);
        var committed = admin.listConsumerGroupOffsets(group())
                .partitionsToOffsetAndMetadata()
                .get();
        try (PreparedStatement select = connection.prepareStatement("SELECT partition_id, next_offset, epoch"
                + " FROM millrace_ledger WHERE connector = ? ORDER BY partition_id")) {
            select.setString(1, connector);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    TopicPartition partition = new TopicPartition(topic, rows.getInt(1));
                    report.append(String.format(
                            "%s end %d stable %d group %s ledger %d epoch %d%n",
                            partition,
                            ends.get(partition).offset(),
                            stable.get(partition).offset(),
                            committed.get(partition),
                            rows.getLong(2),
                            rows.getLong(3)));
                }
            }
        }
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> readEnds(
            Admin admin, Collection<TopicPartition> partitions, IsolationLevel level)
            throws ExecutionException, InterruptedException {
        return admin.listOffsets(
                        partitions.stream()
                                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest())),
                        new ListOffsetsOptions(level))
                .all()
                .get();
    }

    private String group() {
        return "connect-" + connector;
    }
}
