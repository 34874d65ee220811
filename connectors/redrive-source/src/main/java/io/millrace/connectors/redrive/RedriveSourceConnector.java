package io.millrace.connectors.redrive;

import io.millrace.events.MillraceVersion;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionMonitor;
import io.millrace.partitions.PartitionSplit;
import io.millrace.partitions.PositionChanges;
import io.millrace.partitions.SourceChecks;
import io.millrace.partitions.StateTopic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;

/**
 * A source connector that reads dead letter queues and brings their records back, each after a time that grows with the number of refusals. Bytes
 * of keys and values are not changed. With exactly-once support, what is sent, the letters that wait and the positions in the queues are one
 * transaction of Kafka. Letters of one key come back in the order of the queue. The queues' partitions are distributed over the tasks, again
 * when a queue grows.
 */
public final class RedriveSourceConnector extends SourceConnector {
    private Map<String, String> properties = Map.of();
    /** Null until {@link #start}. */
    private @Nullable PartitionMonitor monitor;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> newProperties) {
        properties = Map.copyOf(newProperties);
        AbstractConfig config = RedriveSourceOptions.ALL.read(properties);
        Duration patience = RedriveSourceOptions.patience(config);
        Map<String, Object> clients = BrokerOptions.clientSettings(config);
        try (KafkaLogs logs = new KafkaLogs(clients)) {
            StateTopic state = StateTopic.ofOnePartition(RedriveSourceOptions.stateTopic(config));
            state.requireState(
                    logs,
                    context().offsetStorageReader(),
                    RedriveSourceOptions.TOPICS.get(config),
                    RedriveSourceOptions.nameOf(config),
                    patience);
            state.prepare(logs, patience);
        }
        PartitionMonitor created = new PartitionMonitor(
                RedriveSourceOptions.nameOf(config),
                new KafkaLogs(clients),
                RedriveSourceOptions.TOPICS.get(config),
                Duration.ofMillis(RedriveSourceOptions.REFRESH_INTERVAL_MS.get(config)),
                () -> context().requestTaskReconfiguration());
        monitor = created;
        created.start(patience);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return RedriveSourceTask.class;
    }

    /** No more tasks than partitions; none if no queue exists yet. */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return PartitionSplit.taskConfigs(
                properties,
                Objects.requireNonNull(monitor, "taskConfigs() before start()").partitions(),
                maxTasks);
    }

    @Override
    public void stop() {
        // Connect also stops a connector that could not start.
        if (monitor != null) {
            monitor.close();
        }
    }

    @Override
    public ConfigDef config() {
        return RedriveSourceOptions.ALL.definition();
    }

    /** Checks the options, by themselves, together, and against the brokers. Throws nothing. */
    @Override
    public Config validate(Map<String, String> candidate) {
        return new Config(new RedriveSourceCheck(candidate).findValues());
    }

    /** Supported with the only boundary that the connector accepts. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        return SourceChecks.support(connectorConfig, RedriveSourceOptions.BOUNDARY);
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorConfig) {
        return ConnectorTransactionBoundaries.SUPPORTED;
    }

    /**
     * Checks positions that an operator sets. The letters that wait are not changed.
     *
     * @return true, because all positions are checked
     * @throws org.apache.kafka.connect.errors.ConnectException if one is refused; none is changed then
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        AbstractConfig config = RedriveSourceOptions.ALL.read(connectorConfig);
        try (KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config))) {
            new PositionChanges(RedriveSourceOptions.TOPICS.get(config)).requireValid(offsets, logs);
        }
        return true;
    }
}
