package io.millrace.connectors.event;

import io.millrace.events.MillraceVersion;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.jspecify.annotations.Nullable;

/**
 * A source connector that wraps another one and sends events instead of its records: it stores large values, puts the request's
 * context into headers, and makes the events by rules. With exactly-once support, the events of a batch and its source offset
 * are one transaction of Kafka. Offsets, partitioning into tasks and the check of its options are the wrapped connector's.
 */
public final class EventSourceConnector extends SourceConnector {
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
        properties = Collections.unmodifiableMap(new HashMap<>(newProperties));
        WrappedConnector started = WrappedConnector.of(properties);
        wrapped = started;
        started.run(connector -> connector.initialize(context));
        started.run(connector -> connector.start(EventSourceOptions.wrappedOptions(properties)));
    }

    @Override
    public Class<? extends Task> taskClass() {
        return EventSourceTask.class;
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        WrappedConnector started = Objects.requireNonNull(wrapped, "taskConfigs() before start()");
        Class<? extends Task> taskClass = started.taskClass();
        boolean definesBoundaries = started.definesBoundaries(EventSourceOptions.wrappedOptions(properties));
        return started.taskConfigs(maxTasks).stream()
                .map(task -> TaskOptions.of(task, properties, taskClass, definesBoundaries))
                .toList();
    }

    @Override
    public void stop() {
        // Connect also stops a connector that could not start.
        if (wrapped != null) {
            wrapped.run(SourceConnector::stop);
        }
    }

    /** The connector's own options; only {@link #validate} has those of the wrapped connector. */
    @Override
    public ConfigDef config() {
        return EventSourceOptions.definition();
    }

    /** Checks the connector's own options, and has the wrapped connector check the others. Throws nothing. */
    @Override
    public Config validate(Map<String, String> candidate) {
        return new Config(new Validation(candidate).findValues());
    }

    @Override
    public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorConfig) {
        try {
            return WrappedConnector.of(connectorConfig)
                    .get(connector -> connector.exactlyOnceSupport(EventSourceOptions.wrappedOptions(connectorConfig)));
        } catch (ConfigException e) {
            // Connect calls this in addition to the validation, whose answer has the reason.
            return ExactlyOnceSupport.UNSUPPORTED;
        }
    }

    /** A batch of the wrapped connector is a transaction, unless that connector defines others. */
    @Override
    public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> connectorConfig) {
        return ConnectorTransactionBoundaries.SUPPORTED;
    }

    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        return WrappedConnector.of(connectorConfig)
                .get(connector -> connector.alterOffsets(EventSourceOptions.wrappedOptions(connectorConfig), offsets));
    }
}
