package io.millrace.connectors.claimcheck;

import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.PayloadFields;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.TransactionContext;
import org.jspecify.annotations.Nullable;

/**
 * Another connector's task, whose records' large values are stored. No record leaves {@link #poll} before all its payloads
 * are stored, so no reference is ever sent before its payload. If one cannot be stored, the batch is not returned and the
 * task fails; after a restart the batch is read again.
 *
 * <p>{@link #commitRecord} passes the record that was sent. For a record with references it is not the instance that the
 * wrapped task returned: keeping those would keep their payloads in memory.
 */
public final class ClaimCheckSourceTask extends SourceTask {
    private final KeyChangeBuffer keyChanges = new KeyChangeBuffer();
    /** Null until {@link #start}. */
    private @Nullable StartedTask started;

    /**
     * What a started task consists of.
     *
     * @param transactions null if the connector does not define transaction boundaries
     * @param writer closed when the task stops
     */
    private record StartedTask(
            SourceTask task,
            PluginContext plugin,
            @Nullable BatchTransactions transactions,
            BatchPayloads payloads,
            PayloadWriter writer) {
        <T> T call(Callable<T> action) throws InterruptedException {
            try {
                return plugin.call(action);
            } catch (InterruptedException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new ConnectException("The wrapped task failed", e);
            }
        }
    }

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        AbstractConfig config = ClaimCheckSourceOptions.ALL.read(properties);
        SourceTask task = WrappedConnector.newTask(properties);
        PluginContext plugin = new PluginContext(task.getClass());
        TransactionContext boundaries = context.transactionContext();
        BatchTransactions transactions = boundaries == null ? null : new BatchTransactions(boundaries);
        PayloadWriter writer = Payloads.openWriter(config, "ClaimCheckSource");
        BatchPayloads payloads = new BatchPayloads(new PayloadFields(
                ClaimCheckSourceOptions.FIELDS.get(config),
                writer,
                FieldOptions.CONTENT_TYPE.find(config).orElse(null)));
        started = new StartedTask(task, plugin, transactions, payloads, writer);
        plugin.run(() -> task.initialize(new WrappedTaskContext(context, transactions)));
        plugin.run(() -> task.start(ClaimCheckSourceOptions.wrappedOptions(properties)));
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        StartedTask own = requireStarted();
        List<SourceRecord> polled = own.call(own.task()::poll);
        if (polled == null || polled.isEmpty()) {
            return polled;
        }
        List<SourceRecord> records = keyChanges.addBatch(polled);
        List<SourceRecord> stored = own.payloads().storeAll(records);
        BatchTransactions transactions = own.transactions();
        if (transactions != null) {
            transactions.passBoundaries(records, stored);
        }
        return stored;
    }

    @Override
    public void commit() throws InterruptedException {
        StartedTask own = requireStarted();
        own.call(() -> {
            own.task().commit();
            return true;
        });
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) throws InterruptedException {
        StartedTask own = requireStarted();
        own.call(() -> {
            own.task().commitRecord(record, metadata);
            return true;
        });
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        StartedTask own = started;
        if (own != null) {
            try {
                own.plugin().run(own.task()::stop);
            } finally {
                own.writer().close();
            }
        }
    }

    private StartedTask requireStarted() {
        return Objects.requireNonNull(started, "The task was used before its start");
    }
}
