package io.millrace.connectors.event;

import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.source.TransactionContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/** The wrapped task's view of the worker. */
final class WrappedTaskContext implements SourceTaskContext {
    private final SourceTaskContext context;
    private final @Nullable BatchTransactions transactions;

    /** Its transaction context is null if the connector does not define the boundaries. */
    WrappedTaskContext(SourceTaskContext context, @Nullable BatchTransactions transactions) {
        this.context = context;
        this.transactions = transactions;
    }

    @Override
    public Map<String, String> configs() {
        return EventSourceOptions.wrappedOptions(context.configs());
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
        return context.offsetStorageReader();
    }

    @Override
    public @Nullable TransactionContext transactionContext() {
        return transactions;
    }

    @Override
    public PluginMetrics pluginMetrics() {
        return context.pluginMetrics();
    }
}
