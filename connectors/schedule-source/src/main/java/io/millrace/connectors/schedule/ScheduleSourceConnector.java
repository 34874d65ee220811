package io.millrace.connectors.schedule;

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
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source connector that writes messages at a time, once or again and again. Services write commands to a topic; the connector keeps
 * the schedules in a compacted topic of its own. With exactly-once support, the messages that are due, the schedules' state, the
 * replies and the position in the commands are one transaction of Kafka. The partitions of the commands are distributed over the
 * tasks.
 */
public final class ScheduleSourceConnector extends SourceConnector {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleSourceConnector.class);
    private static final Duration REFRESH_INTERVAL = Duration.ofSeconds(10);

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
        AbstractConfig config = ScheduleSourceOptions.ALL.read(properties);
        String requests = ScheduleSourceOptions.REQUESTS_TOPIC.get(config);
        KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config));
        PartitionMonitor created = new PartitionMonitor(
                ScheduleSourceOptions.nameOf(config), logs, List.of(requests), REFRESH_INTERVAL, this::raiseGrowth);
        monitor = created;
        Duration patience = ScheduleSourceOptions.patience(config);
        StateTopic schedules = ScheduleSourceOptions.stateTopic(config);
        schedules.requireState(
                logs,
                context().offsetStorageReader(),
                List.of(ScheduleSourceOptions.REQUESTS_TOPIC.get(config)),
                ScheduleSourceOptions.nameOf(config),
                patience);
        schedules.prepare(logs, patience);
        requireLimits(config, logs);
        created.start(patience);
    }

    /** If the brokers do not answer, the check when the connector was posted has to be enough. */
    private static void requireLimits(AbstractConfig config, KafkaLogs logs) {
        Map<String, String> objections;
        try {
            objections = ScheduleSourceOptions.findObjections(config, logs);
        } catch (RetriableException e) {
            LOG.warn("The topics of schedules and replies could not be checked", e);
            return;
        }
        if (!objections.isEmpty()) {
            throw new ConnectException("The topics of schedules and replies cannot be used: " + objections);
        }
    }

    private void raiseGrowth() {
        context()
                .raiseError(new ConnectException("Expected that the number of partitions of "
                        + properties.get(ScheduleSourceOptions.REQUESTS_TOPIC.name())
                        + " does not change, found more. Commands of one id are now in several partitions, so the new"
                        + " ones are not read. Create new topics for commands and schedules"));
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ScheduleSourceTask.class;
    }

    /** No more tasks than partitions. */
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
        return ScheduleSourceOptions.ALL.definition();
    }

    /** Checks the options, by themselves, together, and against the brokers. Throws nothing. */
    @Override
    public Config validate(Map<String, String> candidate) {
        return new Config(new ScheduleSourceCheck(candidate).findValues());
    }

    /** Supported with the only boundary that the connector accepts: it ends each transaction behind records that belong together. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        return SourceChecks.support(connectorConfig, SourceChecks.OWN_BOUNDARY);
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorConfig) {
        return ConnectorTransactionBoundaries.SUPPORTED;
    }

    /**
     * Checks positions that an operator sets. Commands that are read again are carried out again.
     *
     * @return true, because all positions are checked
     * @throws ConnectException if one is refused; none is changed then
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        AbstractConfig config = ScheduleSourceOptions.ALL.read(connectorConfig);
        try (KafkaLogs logs = new KafkaLogs(BrokerOptions.clientSettings(config))) {
            new PositionChanges(List.of(ScheduleSourceOptions.REQUESTS_TOPIC.get(config))).requireValid(offsets, logs);
        }
        return true;
    }
}
