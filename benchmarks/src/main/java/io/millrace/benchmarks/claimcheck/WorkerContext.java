package io.millrace.benchmarks.claimcheck;

import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** The part of a worker that a source without stored offsets needs. */
record WorkerContext(Map<String, String> configs) implements SourceTaskContext, SourceConnectorContext {
    @Override
    public OffsetStorageReader offsetStorageReader() {
        return null;
    }

    @Override
    public PluginMetrics pluginMetrics() {
        return null;
    }

    @Override
    public void requestTaskReconfiguration() {
        throw new IllegalStateException("There is one task");
    }

    @Override
    public void raiseError(Exception e) {
        throw new IllegalStateException("The connector failed", e);
    }
}
