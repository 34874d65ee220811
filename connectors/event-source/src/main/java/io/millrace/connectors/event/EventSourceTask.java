package io.millrace.connectors.event;

import io.millrace.changes.IdentityRecord;
import io.millrace.config.ProcessingGuarantee;
import io.millrace.connectors.event.PayloadStorage.StoredBatch;
import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.FieldPath;
import io.millrace.payloads.connect.PayloadFields;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.TransactionContext;
import org.jspecify.annotations.Nullable;

/**
 * Another connector's task, whose batches are stored, mapped and sent as events. No record leaves {@link #poll} before all
 * payloads of its batch are stored, so no reference is ever sent before its payload, and no upload happens inside a transaction
 * of Kafka. With exactly-once support each batch is one transaction.
 *
 * <p>{@link #poll} returns within about a second, also while a store is unavailable, because Connect cannot stop a task whose
 * {@code poll} does not return. It returns nothing then, and the same batch later.
 *
 * <p>{@link #commitRecord} passes the record that was sent. For a record that was changed it is not the instance that the
 * wrapped task returned: keeping those would keep their payloads in memory. Of a change with several events it passes each of them,
 * and only the last one has the change's source offset. For records that are dropped it passes the heartbeat that carries the offset
 * of the last one.
 */
public final class EventSourceTask extends SourceTask {
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    private final KeyChangeBuffer keyChanges = new KeyChangeBuffer();
    private final RepeatedChanges repeatedChanges = new RepeatedChanges();
    /** Unchanged records of the wrapped task, by the records that were sent in their place and are not committed. */
    private final Map<SourceRecord, SourceRecord> replaced = new ConcurrentHashMap<>();
    /** Null until {@link #start}. */
    private @Nullable StartedTask started;

    /**
     * The parts of a started task.
     *
     * @param storage empty if no field is stored; closed when the task stops
     * @param offsets keeps source offsets from going back
     * @param walOffsets the offsets of PostgreSQL's changes; empty for another source
     * @param snapshots repeats what is missing of snapshots that were requested
     * @param boundaries where transactions of Kafka end; empty if Connect or the wrapped connector defines that
     */
    private record StartedTask(
            WrappedTask wrapped,
            Optional<PayloadStorage> storage,
            BatchMapping mapping,
            SourceProgress progress,
            RegressedOffsets offsets,
            Optional<WalOffsets> walOffsets,
            SnapshotRetries snapshots,
            Optional<TransactionContext> boundaries) {}

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        AbstractConfig config = EventSourceOptions.OWN.read(properties);
        Optional<TransactionContext> boundaries = Optional.ofNullable(context.transactionContext());
        requireSupport(config, boundaries);
        StartingOffset.requireGtids(properties, context.offsetStorageReader());
        Optional<BatchTransactions> wrappedBoundaries = TaskOptions.wrappedDefinesBoundaries(properties)
                ? boundaries.map(BatchTransactions::new)
                : Optional.empty();
        WrappedTask wrapped =
                WrappedTask.of(properties, new WrappedTaskContext(context, wrappedBoundaries.orElse(null)));
        SourceProgress progress = new SourceProgress(
                EventSourceOptions.heartbeatTopic(properties),
                EventSourceOptions.nameOf(properties),
                EventSourceOptions.HEARTBEAT_INTERVAL_MS.get(config),
                System::currentTimeMillis);
        BatchMapping mapping = new BatchMapping(
                RecordMapping.of(properties), progress, context.offsetStorageReader(), wrappedBoundaries);
        started = new StartedTask(
                wrapped,
                openStorage(config, properties),
                mapping,
                progress,
                new RegressedOffsets(context.offsetStorageReader()),
                DebeziumDefaults.isPostgres(properties)
                        ? Optional.of(new WalOffsets(context.offsetStorageReader(), mapping::observeRepeated))
                        : Optional.empty(),
                new SnapshotRetries(EventSourceOptions.ON_SNAPSHOT_FAILURE.get(config), System::currentTimeMillis),
                wrappedBoundaries.isPresent() ? Optional.empty() : boundaries);
        wrapped.start();
    }

    private static void requireSupport(AbstractConfig config, Optional<TransactionContext> boundaries) {
        ProcessingGuarantee guarantee = EventSourceOptions.GUARANTEE.get(config);
        if (guarantee == ProcessingGuarantee.EXACTLY_ONCE && boundaries.isEmpty()) {
            throw new ConfigException(
                    EventSourceOptions.GUARANTEE.name(),
                    guarantee,
                    "this worker does not support transactions of connectors. Set"
                            + " exactly.once.source.support=enabled on all workers, which must be distributed"
                            + " workers, and exactly.once.support=required and"
                            + " transaction.boundary=connector on this connector; or set it to "
                            + ProcessingGuarantee.AT_LEAST_ONCE);
        }
    }

    private static Optional<PayloadStorage> openStorage(AbstractConfig config, Map<String, String> properties) {
        List<FieldPath> fields = EventSourceOptions.FIELDS.get(config);
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        PayloadWriter writer = Payloads.openWriter(config, "EventSource");
        writer.warnIfUnusable();
        return Optional.of(new PayloadStorage(
                new PayloadFields(
                        fields, writer, FieldOptions.CONTENT_TYPE.find(config).orElse(null)),
                writer,
                EventSourceOptions.nameOf(properties)));
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        StartedTask own = requireStarted();
        own.mapping().throwRefusal();
        if (!own.mapping().isReady()) {
            TimeUnit.MILLISECONDS.sleep(LONGEST_WAIT_MILLIS);
            return null;
        }
        Optional<StoredBatch> batch = nextBatch(own);
        List<SourceRecord> sent = batch.isPresent()
                ? own.mapping().mapBatch(batch.get())
                : own.progress().takeDueHeartbeats();
        if (sent.isEmpty()) {
            return null;
        }
        own.boundaries().ifPresent(boundaries -> endTransaction(sent, boundaries));
        return sent;
    }

    /**
     * Ends the transaction with the last record. Connect compares records with it by their content, and would end the
     * transaction too early with a record that is equal to it. The last records would then not be committed before the
     * next batch. So the last record is one that equals only itself.
     */
    private void endTransaction(List<SourceRecord> sent, TransactionContext boundaries) {
        int last = sent.size() - 1;
        SourceRecord record = sent.get(last);
        if (!(record instanceof IdentityRecord)) {
            IdentityRecord end = IdentityRecord.of(record);
            replaced.put(end, record);
            sent.set(last, end);
        }
        boundaries.commitTransaction(sent.get(last));
    }

    private Optional<StoredBatch> nextBatch(StartedTask own) throws InterruptedException {
        Optional<PayloadStorage> storage = own.storage();
        if (storage.isEmpty()) {
            List<SourceRecord> polled = pollComplete(own);
            return polled.isEmpty() ? Optional.empty() : Optional.of(new StoredBatch(polled, polled));
        }
        if (!storage.get().isBusy()) {
            List<SourceRecord> polled = pollComplete(own);
            if (polled.isEmpty()) {
                return Optional.empty();
            }
            storage.get().begin(polled);
        }
        return storage.get().await(LONGEST_WAIT_MILLIS);
    }

    /** The next records, as far as no update of a primary key among them is incomplete. */
    private List<SourceRecord> pollComplete(StartedTask own) throws InterruptedException {
        if (own.snapshots().hasFailed()) {
            restartWhenDue(own);
            return List.of();
        }
        try {
            List<SourceRecord> polled =
                    own.snapshots().takeBeforeFailure(own.wrapped().poll());
            return keyChanges.addBatch(
                    own.walOffsets().isPresent()
                            ? own.walOffsets().get().complete(polled)
                            : own.offsets()
                                    .replaceRegressed(TruncateOffset.complete(repeatedChanges.dropRepeated(polled))));
        } catch (RetriableException e) {
            forgetPlace(own);
            throw e;
        }
    }

    /** The wrapped task starts again at the committed offset, and returns what was incomplete as a whole. */
    private void forgetPlace(StartedTask own) {
        keyChanges.discardIncomplete();
        repeatedChanges.forgetPlace();
        own.offsets().forgetOffsets();
        own.walOffsets().ifPresent(WalOffsets::forgetOffsets);
        own.snapshots().passRestart();
    }

    /** All records before the failure were returned, so Connect has sent them, and with exactly-once support committed their offset. */
    private void restartWhenDue(StartedTask own) throws InterruptedException {
        long wait = own.snapshots().waitMs();
        if (wait > 0) {
            TimeUnit.MILLISECONDS.sleep(Math.min(wait, LONGEST_WAIT_MILLIS));
            return;
        }
        try {
            own.wrapped().restart();
        } catch (RuntimeException e) {
            own.snapshots().failRestart(e);
            return;
        }
        forgetPlace(own);
    }

    @Override
    public void commit() throws InterruptedException {
        requireStarted().wrapped().commit();
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) throws InterruptedException {
        SourceRecord original = replaced.remove(record);
        requireStarted().wrapped().commitRecord(original == null ? record : original, metadata);
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        StartedTask own = started;
        if (own != null) {
            try {
                own.wrapped().stop();
            } finally {
                try {
                    own.storage().ifPresent(PayloadStorage::close);
                } finally {
                    own.mapping().close();
                }
            }
        }
    }

    private StartedTask requireStarted() {
        return Objects.requireNonNull(started, "The task was used before its start");
    }
}
