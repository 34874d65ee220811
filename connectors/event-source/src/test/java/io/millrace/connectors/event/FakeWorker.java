package io.millrace.connectors.event;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.source.TransactionContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/**
 * What a task sees of its worker.
 *
 * @param boundaries gets the ends of transactions that the task asks for
 * @param definesBoundaries whether the connector may define them
 * @param stored the source offset with which the task starts, of every source partition; null if there is none
 */
record FakeWorker(
        Map<String, String> options,
        List<String> boundaries,
        boolean definesBoundaries,
        @Nullable Map<String, Object> stored)
        implements SourceTaskContext, TransactionContext {
    /** A worker without a stored offset. */
    FakeWorker(Map<String, String> options, List<String> boundaries, boolean definesBoundaries) {
        this(options, boundaries, definesBoundaries, null);
    }

    @Override
    public Map<String, String> configs() {
        return options;
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
        return new OffsetStorageReader() {
            @Override
            public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
                return stored;
            }

            @Override
            public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                return Map.of();
            }
        };
    }

    @Override
    public TransactionContext transactionContext() {
        return definesBoundaries ? this : null;
    }

    @Override
    public PluginMetrics pluginMetrics() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void commitTransaction() {
        boundaries.add("commit");
    }

    @Override
    public void commitTransaction(SourceRecord record) {
        boundaries.add("commit " + System.identityHashCode(record));
    }

    @Override
    public void abortTransaction() {
        boundaries.add("abort");
    }

    @Override
    public void abortTransaction(SourceRecord record) {
        boundaries.add("abort " + System.identityHashCode(record));
    }
}
