package io.millrace.connectors.claimcheck;

import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.PayloadFields;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.TransactionContext;

/**
 * Another connector's task, whose records' large values are stored. No record leaves {@link #poll} before all its payloads
 * are stored, so no reference is ever sent before its payload; where one cannot be stored, the batch is not returned and the
 * task fails, and whoever goes on reads the batch again.
 *
 * <p>{@link #commitRecord} hands the record on that was sent, which for a record with references is not the instance that
 * the wrapped task returned: keeping those would keep their payloads in memory.
 */
public final class ClaimCheckSourceTask extends SourceTask {
    private final WholeKeyChanges keyChanges = new WholeKeyChanges();
    private SourceTask task;
    private PluginContext plugin;
    private BatchTransactions transactions;
    private BatchClaim claim;
    private PayloadWriter writer;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        ClaimCheckSourceConfig config = new ClaimCheckSourceConfig(properties);
        task = WrappedConnector.task(properties);
        plugin = new PluginContext(task.getClass());
        TransactionContext boundaries = context.transactionContext();
        transactions = boundaries == null ? null : new BatchTransactions(boundaries);
        writer = Payloads.writer(config, "ClaimCheckSource");
        claim = new BatchClaim(new PayloadFields(config.fields(), writer, config.getString(FieldOptions.CONTENT_TYPE)));
        plugin.run(() -> task.initialize(new WrappedTaskContext(context, transactions)));
        plugin.run(() -> task.start(ClaimCheckSourceConfig.passedOn(properties)));
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        List<SourceRecord> polled = call(task::poll);
        if (polled == null || polled.isEmpty()) {
            return polled;
        }
        List<SourceRecord> records = keyChanges.add(polled);
        List<SourceRecord> claimed = claim.of(records);
        if (transactions != null) {
            transactions.pass(records, claimed);
        }
        return claimed;
    }

    @Override
    public void commit() throws InterruptedException {
        call(() -> {
            task.commit();
            return null;
        });
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) throws InterruptedException {
        call(() -> {
            task.commitRecord(record, metadata);
            return null;
        });
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        try {
            if (task != null) {
                plugin.run(task::stop);
            }
        } finally {
            if (writer != null) {
                writer.close();
            }
        }
    }

    private <T> T call(Callable<T> action) throws InterruptedException {
        try {
            return plugin.call(action);
        } catch (InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new ConnectException("The wrapped task failed", e);
        }
    }
}
