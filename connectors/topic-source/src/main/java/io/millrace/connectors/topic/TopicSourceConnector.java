package io.millrace.connectors.topic;

import io.millrace.events.MillraceVersion;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionMonitor;
import io.millrace.partitions.PartitionSplit;
import io.millrace.partitions.PositionChanges;
import io.millrace.partitions.SourceChecks;
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
 * A source connector that reads topics and hands their records to its transforms, which make events of them. With exactly-once
 * support, the events of a batch and the positions in the topics are one transaction of Kafka. Only committed records are read. The
 * partitions are distributed over the tasks, again when a topic grows.
 */
public final class TopicSourceConnector extends SourceConnector {
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
        AbstractConfig config = TopicSourceOptions.ALL.read(properties);
        PartitionMonitor created = new PartitionMonitor(
                TopicSourceOptions.nameOf(config),
                new KafkaLogs(BrokerOptions.clientSettings(config)),
                TopicSourceOptions.TOPICS.get(config),
                Duration.ofMillis(TopicSourceOptions.REFRESH_INTERVAL_MS.get(config)),
                () -> context().requestTaskReconfiguration());
        monitor = created;
        created.start(TopicSourceOptions.patience(config));
    }

    @Override
    public Class<? extends Task> taskClass() {
        return TopicSourceTask.class;
    }

    /** No more tasks than partitions; none if no topic exists yet. */
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
        return TopicSourceOptions.ALL.definition();
    }

    /** Checks the options, by themselves, together, and against the brokers. Throws nothing. */
    @Override
    public Config validate(Map<String, String> candidate) {
        return new Config(new TopicSourceCheck(candidate).findValues());
    }

    /** Supported with the only boundary that the connector accepts: each record has its own position. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        return SourceChecks.support(connectorConfig, TopicSourceOptions.BOUNDARY);
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorConfig) {
        return ConnectorTransactionBoundaries.UNSUPPORTED;
    }

    /**
     * Checks positions that an operator sets.
     *
     * @return true, because all positions are checked
     * @throws org.apache.kafka.connect.errors.ConnectException if one is refused; none is changed then
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        AbstractConfig config = TopicSourceOptions.ALL.read(connectorConfig);
        try (KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config))) {
            new PositionChanges(TopicSourceOptions.TOPICS.get(config)).requireValid(offsets, logs);
        }
        return true;
    }
}
