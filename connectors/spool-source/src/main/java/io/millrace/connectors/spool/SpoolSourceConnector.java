package io.millrace.connectors.spool;

import io.millrace.events.MillraceVersion;
import io.millrace.partitions.SourceChecks;
import io.millrace.spool.SpoolStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * A source connector that brings records to Kafka which a producer has stored while Kafka did not take them. With exactly-once support,
 * records and positions in the spool are one transaction of Kafka. Records that the producer's attempt has written after all are left
 * out. The records of one run of a producer come in the order in which they were sent. An object is deleted when its records are
 * committed.
 */
public final class SpoolSourceConnector extends SourceConnector {
    private Map<String, String> properties = Map.of();

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> newProperties) {
        properties = Map.copyOf(newProperties);
        SpoolSourceOptions.ALL.read(properties);
    }

    @Override
    public Class<? extends Task> taskClass() {
        return SpoolSourceTask.class;
    }

    /** All tasks: each lists the spool, and recovers its share of the producers, which come and go. */
    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        List<Map<String, String>> tasks = new ArrayList<>();
        for (int number = 0; number < maxTasks; number++) {
            tasks.add(SpoolSourceOptions.taskConfig(properties, number, maxTasks));
        }
        return tasks;
    }

    @Override
    public void stop() {
        // The tasks hold everything.
    }

    @Override
    public ConfigDef config() {
        return SpoolSourceOptions.ALL.definition();
    }

    /** Checks the options, by themselves, together, and against the store and the brokers. Throws nothing. */
    @Override
    public Config validate(Map<String, String> candidate) {
        return new Config(new SpoolSourceCheck(candidate).findValues());
    }

    /** Supported with the only boundary that the connector accepts. */
    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        return SourceChecks.support(connectorConfig, SpoolSourceOptions.BOUNDARY);
    }

    /**
     * Checks positions that an operator sets. Objects that are deleted already do not come back.
     *
     * @return true, because all positions are checked
     * @throws org.apache.kafka.connect.errors.ConnectException if one is refused; none is changed then
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        AbstractConfig config = SpoolSourceOptions.ALL.read(connectorConfig);
        SpoolPosition.requireValid(SpoolStore.LOCATION.get(config), offsets);
        return true;
    }
}
