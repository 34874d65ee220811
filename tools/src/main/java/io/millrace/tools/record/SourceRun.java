package io.millrace.tools.record;

import io.millrace.connectors.event.WalOffsets;
import io.millrace.tools.chain.ConnectorPlugins;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.source.SourceProduct;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.runtime.isolation.LoaderSwap;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/**
 * Runs a source connector's only task in this process without offsets: it begins like a new connector, and stores
 * nothing. Used by one thread.
 */
final class SourceRun implements AutoCloseable {
    private final ConnectorPlugins worker;
    private final ClassLoader loader;
    private final SourceConnector connector;
    private final SourceTask task;
    private final Optional<WalOffsets> walOffsets;

    /**
     * Starts the connector and its task.
     *
     * @param product the database that the connector reads
     * @throws UsageException if the source connector's class cannot be found
     */
    @SuppressWarnings("try")
    SourceRun(ConnectorPlugins worker, SourceProduct product, Map<String, String> options) {
        this.worker = worker;
        this.walOffsets = product == SourceProduct.POSTGRESQL
                ? Optional.of(new WalOffsets(new NoOffsets(), repeated -> {}))
                : Optional.empty();
        String type = options.get("connector.class");
        try {
            if (!(worker.plugins().newConnector(type) instanceof SourceConnector source)) {
                throw new UsageException(type + " is not a source connector");
            }
            connector = source;
        } catch (ConnectException e) {
            throw new UsageException(
                    "there is no " + type + " on the plugin path; --plugin-path is the worker's plugin.path", e);
        }
        loader = connector.getClass().getClassLoader();
        try (LoaderSwap swap = swap()) {
            connector.initialize(new Context());
            connector.start(options);
            task = (SourceTask) newTask(connector.taskClass());
            Map<String, String> taskOptions = connector.taskConfigs(1).get(0);
            task.initialize(new TaskContext(taskOptions));
            task.start(taskOptions);
        }
    }

    private Task newTask(Class<? extends Task> type) {
        return worker.plugins().newTask(type);
    }

    @SuppressWarnings("try")
    private LoaderSwap swap() {
        return worker.plugins().withClassLoader(loader);
    }

    /** The next change events, with the offsets of which ids are made; none if there are none yet. */
    @SuppressWarnings("try")
    List<SourceRecord> poll() throws InterruptedException {
        try (LoaderSwap swap = swap()) {
            List<SourceRecord> records = task.poll();
            List<SourceRecord> polled = records == null ? List.of() : records;
            return walOffsets.map(offsets -> offsets.complete(polled)).orElse(polled);
        }
    }

    @Override
    @SuppressWarnings("try")
    public void close() {
        try (LoaderSwap swap = swap()) {
            task.stop();
            connector.stop();
        }
    }

    private static final class Context implements ConnectorContext {
        @Override
        public void requestTaskReconfiguration() {}

        @Override
        public void raiseError(Exception e) {
            throw new UsageException("the connector failed: " + e.getMessage(), e);
        }

        @Override
        public @Nullable PluginMetrics pluginMetrics() {
            return null;
        }
    }

    private record TaskContext(Map<String, String> configs) implements SourceTaskContext {
        @Override
        public OffsetStorageReader offsetStorageReader() {
            return new NoOffsets();
        }

        @Override
        public @Nullable PluginMetrics pluginMetrics() {
            return null;
        }
    }

    private static final class NoOffsets implements OffsetStorageReader {
        @Override
        public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
            return null;
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            return Map.of();
        }
    }
}
