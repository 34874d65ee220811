package io.millrace.connectors.projection;

import io.millrace.connectors.projection.config.ConfigurationCheck;
import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.events.MillraceVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.sink.SinkConnector;
import org.jspecify.annotations.Nullable;

/**
 * Keeps views in MySQL or PostgreSQL: tables that projections derive from events; each event takes effect exactly once.
 * A ledger next to the views contains the offsets at which partitions resume, not the consumer group; with
 * {@code processing.guarantee=at_least_once} the consumer group has them, and revisions make redelivered records
 * harmless.
 */
public final class ProjectionSinkConnector extends SinkConnector {
    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> newProperties) {
        properties = Map.copyOf(newProperties);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ProjectionSinkTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        return IntStream.range(0, maxTasks)
                .mapToObj(task -> {
                    Map<String, String> options = new HashMap<>(properties);
                    options.put(ProjectionSinkConfig.TASK, Integer.toString(task));
                    return options;
                })
                .toList();
    }

    @Override
    public void stop() {
        // Holds nothing.
    }

    /** The options of every sink; {@link #validate} also has those of the projections. */
    @Override
    public ConfigDef config() {
        return ProjectionSinkConfig.definition(properties);
    }

    /**
     * Checks each option by itself, then all of them together, then against the tables in the database.
     *
     * @return every option with its value and what is wrong with it
     */
    @Override
    public Config validate(Map<String, String> candidate) {
        return new ConfigurationCheck(candidate).checkAll();
    }

    /**
     * Changes the ledger, if there is one, so that partitions resume elsewhere. Rows stay as they are. Connect changes
     * the consumer group's offsets afterwards.
     *
     * @param offsets a null stands for the beginning; if there are no others, or none at all, the whole ledger of the
     *     connector is reset, because the consumer group may lack partitions of the ledger
     * @return true, because all offsets are changed
     * @throws org.apache.kafka.connect.errors.ConnectException if the ledger was not changed
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<TopicPartition, @Nullable Long> offsets) {
        ProjectionSinkConfig config = new ProjectionSinkConfig(connectorConfig);
        if (config.keepsLedger()) {
            config.offsetReset().alterOffsets(offsets);
        }
        return true;
    }
}
