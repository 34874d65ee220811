package io.millrace.connectors.claimcheck;

import io.millrace.events.MillraceVersion;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;

/**
 * Another source connector, whose records' large values are stored and replaced by references. All records that a poll of
 * the wrapped connector's task returned are handled at once, under a byte budget, and returned in their order. Everything
 * else is the wrapped connector's: offsets, exactly-once support, transaction boundaries, partitioning into tasks, and what
 * it says of its options.
 */
public final class ClaimCheckSourceConnector extends SourceConnector {
    private Map<String, String> properties = Map.of();
    /** Null until {@link #start}. */
    private @Nullable WrappedConnector wrapped;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void initialize(ConnectorContext newContext) {
        context = newContext;
    }

    @Override
    public void initialize(ConnectorContext newContext, List<Map<String, String>> taskConfigs) {
        context = newContext;
    }

    @Override
    public void start(Map<String, String> newProperties) {
        properties = Map.copyOf(newProperties);
        WrappedConnector started = WrappedConnector.of(properties);
        wrapped = started;
        started.run(connector -> connector.initialize(context));
        started.run(connector -> connector.start(ClaimCheckSourceOptions.wrappedOptions(properties)));
    }

    @Override
    public Class<? extends Task> taskClass() {
        return ClaimCheckSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        WrappedConnector started = Objects.requireNonNull(wrapped, "taskConfigs() before start()");
        Class<? extends Task> taskClass = started.taskClass();
        return started.taskConfigs(maxTasks).stream()
                .map(task -> ClaimCheckSourceOptions.taskOptions(task, properties, taskClass))
                .toList();
    }

    @Override
    public void stop() {
        // Connect also stops a connector that could not start.
        if (wrapped != null) {
            wrapped.run(SourceConnector::stop);
        }
    }

    /** Our own options; those of the wrapped connector are known to {@link #validate} alone. */
    @Override
    public ConfigDef config() {
        return ClaimCheckSourceOptions.definition();
    }

    /**
     * Checks our own options, and has the wrapped connector check its. Connect counts only refusals of options that {@link
     * #config} names, so those of the wrapped connector are said of the option that names it.
     */
    @Override
    public Config validate(Map<String, String> candidate) {
        List<ConfigValue> values = ClaimCheckSourceOptions.definition().validate(candidate);
        ConfigValue connector = values.stream()
                .filter(value -> value.name().equals(ClaimCheckSourceOptions.CONNECTOR_CLASS.name()))
                .findFirst()
                .orElseThrow();
        if (connector.errorMessages().isEmpty()) {
            try {
                for (ConfigValue value : WrappedConnector.of(candidate)
                        .validate(ClaimCheckSourceOptions.wrappedOptions(candidate))
                        .configValues()) {
                    value.errorMessages().forEach(message -> connector.addErrorMessage(named(value.name(), message)));
                }
            } catch (ConfigException e) {
                connector.addErrorMessage(e.getMessage());
            }
        }
        return new Config(values);
    }

    private static String named(String option, String message) {
        return message.contains(option) ? message : option + ": " + message;
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        return WrappedConnector.of(connectorConfig)
                .get(connector ->
                        connector.exactlyOnceSupport(ClaimCheckSourceOptions.wrappedOptions(connectorConfig)));
    }

    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorConfig) {
        return WrappedConnector.of(connectorConfig)
                .get(connector -> connector.canDefineTransactionBoundaries(
                        ClaimCheckSourceOptions.wrappedOptions(connectorConfig)));
    }

    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        return WrappedConnector.of(connectorConfig)
                .get(connector ->
                        connector.alterOffsets(ClaimCheckSourceOptions.wrappedOptions(connectorConfig), offsets));
    }
}
