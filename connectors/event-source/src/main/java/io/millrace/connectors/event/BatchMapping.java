package io.millrace.connectors.event;

import io.millrace.changes.IdentityRecord;
import io.millrace.connectors.event.PayloadStorage.StoredBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/**
 * Maps a batch of the wrapped task to the records to send: the events of its changes, perhaps several of one, and heartbeats for
 * dropped changes. If one of the rules of a change refuses it, no event of it is sent; those of the changes before are sent first, so
 * that the next start begins with the refused one. For use by one thread.
 */
final class BatchMapping {
    private final RecordMapping mapping;
    private final SourceProgress progress;
    private final OffsetStorageReader storedOffsets;
    private final Optional<BatchTransactions> wrappedBoundaries;
    private final FurtherEvents further = new FurtherEvents();

    /** The source offset of the last record, by source partition. */
    private final Map<Map<String, ?>, Map<String, ?>> lastOffsets = new HashMap<>();

    private @Nullable RuntimeException refusal;

    /**
     * A mapping of batches.
     *
     * @param storedOffsets the source offsets with which the task starts
     * @param wrappedBoundaries the boundaries that the wrapped connector defines; empty if it defines none
     */
    BatchMapping(
            RecordMapping mapping,
            SourceProgress progress,
            OffsetStorageReader storedOffsets,
            Optional<BatchTransactions> wrappedBoundaries) {
        this.mapping = mapping;
        this.progress = progress;
        this.storedOffsets = storedOffsets;
        this.wrappedBoundaries = wrappedBoundaries;
    }

    /**
     * Whether records can be mapped: the tables that rules look up are complete.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException if one is not for too long
     */
    boolean isReady() {
        return mapping.isReady();
    }

    /** Releases the tables. */
    void close() {
        mapping.close();
    }

    /** Takes the request's context of a message that was returned before the start and is returned again. */
    void observeRepeated(SourceRecord message) {
        mapping.observeMessage(message);
    }

    /** Throws the refusal of the change behind the last batch, if there is one. */
    void throwRefusal() {
        if (refusal != null) {
            throw refusal;
        }
    }

    /**
     * Maps a batch in which no update of a primary key is incomplete.
     *
     * @return the records to send, perhaps none
     */
    List<SourceRecord> mapBatch(StoredBatch batch) {
        List<SourceRecord> records = batch.records();
        List<@Nullable SourceRecord> mapped = mapUntilRefusal(batch);
        if (mapped.isEmpty()) {
            throwRefusal();
        }
        holdBackOffsets(records, mapped);
        List<SourceRecord> sent = new ArrayList<>(mapped.size());
        for (int i = 0; i < mapped.size(); i++) {
            settle(records.get(i), mapped.get(i), further.of(i), sent);
        }
        sent.addAll(refusal == null ? progress.takeDueHeartbeats() : progress.takeHeartbeats());
        return sent;
    }

    /** A record for each, null if it is dropped; fewer if one is refused. The further events of changes are in {@link #further}. */
    private List<@Nullable SourceRecord> mapUntilRefusal(StoredBatch batch) {
        List<SourceRecord> stored = batch.stored();
        List<@Nullable SourceRecord> mapped = new ArrayList<>(stored.size());
        further.clear();
        for (int i = 0; i < stored.size(); i++) {
            try {
                mapped.add(mapping.mapRecord(stored.get(i), further.ofNext()));
                further.keep(i);
            } catch (RuntimeException e) {
                if (wrappedBoundaries.isPresent()) {
                    // Only the wrapped connector's boundaries show which records belong together.
                    throw e;
                }
                refusal = e;
                return mapped.subList(0, KeyChangeBuffer.startOfOpenChange(batch.records(), i));
            }
        }
        return mapped;
    }

    /**
     * Gives all but the last event of a change, and of an update of a primary key, the source offset of the record before the change.
     * Connect may otherwise store the change's offset when only the first event is acknowledged.
     */
    private void holdBackOffsets(List<SourceRecord> records, List<@Nullable SourceRecord> mapped) {
        for (int i = 0; i < mapped.size(); i++) {
            SourceRecord record = records.get(i);
            int end = i + 1;
            while (end < mapped.size() && KeyChangeBuffer.startOfOpenChange(records, end) == i) {
                end++;
            }
            if (end > i + 1 || !further.of(i).isEmpty()) {
                Map<String, ?> before = findLastOffset(record);
                if (before != null) {
                    holdBackOffsets(mapped, i, end, before);
                }
            }
            i = end - 1;
            lastOffsets.put(record.sourcePartition(), record.sourceOffset());
        }
    }

    /** The offset of the record before this one; the stored one before the task's first record; null if there is none. */
    private @Nullable Map<String, ?> findLastOffset(SourceRecord record) {
        Map<String, ?> partition = record.sourcePartition();
        Map<String, ?> last = lastOffsets.get(partition);
        return last != null || partition == null ? last : storedOffsets.offset(new HashMap<String, Object>(partition));
    }

    private void holdBackOffsets(List<@Nullable SourceRecord> mapped, int start, int end, Map<String, ?> before) {
        boolean isLast = true;
        for (int i = end - 1; i >= start; i--) {
            List<SourceRecord> others = further.of(i);
            for (int other = others.size() - 1; other >= 0; other--) {
                if (!isLast) {
                    others.set(other, IdentityRecord.of(others.get(other), before));
                }
                isLast = false;
            }
            SourceRecord first = mapped.get(i);
            if (first != null) {
                if (!isLast) {
                    mapped.set(i, IdentityRecord.of(first, before));
                }
                isLast = false;
            }
        }
    }

    /**
     * Adds what is sent in the place of a record.
     *
     * @param mapped its first event, the record itself if it passes, null if it is dropped
     * @param others its further events
     */
    private void settle(
            SourceRecord record, @Nullable SourceRecord mapped, List<SourceRecord> others, List<SourceRecord> sent) {
        SourceRecord first = mapped;
        if (mapped == null
                && wrappedBoundaries.isPresent()
                && wrappedBoundaries.get().isBoundary(record)) {
            first = progress.replaceDropped(record);
        }
        if (first == null) {
            progress.addDropped(record);
            return;
        }
        progress.addSent(record);
        sent.add(asSent(record, first));
        for (int i = 0; i < others.size(); i++) {
            sent.add(asSent(record, others.get(i)));
        }
        wrappedBoundaries.ifPresent(boundaries -> boundaries.passBoundary(record, sent.get(sent.size() - 1)));
    }

    @SuppressWarnings("ReferenceEquality") // Whether the very record is passed on.
    private static SourceRecord asSent(SourceRecord record, SourceRecord successor) {
        return successor == record || successor instanceof IdentityRecord ? successor : IdentityRecord.of(successor);
    }
}
