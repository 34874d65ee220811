package io.millrace.connectors.event;

import io.millrace.connectors.event.PayloadStorage.StoredBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Maps a batch of the wrapped task to the records to send: the events of its changes, and heartbeats for dropped
 * changes. If a change is refused, those before it are sent first, so that the next start begins with the refused one.
 * For use by one thread.
 */
final class BatchMapping {
    private final RecordMapping mapping;
    private final SourceProgress progress;
    private final Optional<BatchTransactions> wrappedBoundaries;

    /** The source offset of the last record, by source partition. */
    private final Map<Map<String, ?>, Map<String, ?>> lastOffsets = new HashMap<>();

    private @Nullable RuntimeException refusal;

    /**
     * A mapping of batches.
     *
     * @param wrappedBoundaries the boundaries that the wrapped connector defines; empty if it defines none
     */
    BatchMapping(RecordMapping mapping, SourceProgress progress, Optional<BatchTransactions> wrappedBoundaries) {
        this.mapping = mapping;
        this.progress = progress;
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
            SourceRecord successor = settle(records.get(i), mapped.get(i));
            if (successor != null) {
                sent.add(successor);
            }
        }
        sent.addAll(refusal == null ? progress.takeDueHeartbeats() : progress.takeHeartbeats());
        return sent;
    }

    /** A record for each, null if it is dropped; fewer if one is refused. */
    private List<@Nullable SourceRecord> mapUntilRefusal(StoredBatch batch) {
        List<SourceRecord> stored = batch.stored();
        List<@Nullable SourceRecord> mapped = new ArrayList<>(stored.size());
        for (int i = 0; i < stored.size(); i++) {
            try {
                mapped.add(mapping.mapRecord(stored.get(i)));
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
     * Gives all but the last record of an update of a primary key the source offset of the record before the update. Connect
     * may otherwise store the update's offset when only the first record is acknowledged.
     */
    private void holdBackOffsets(List<SourceRecord> records, List<@Nullable SourceRecord> mapped) {
        for (int i = 0; i < mapped.size(); i++) {
            SourceRecord record = records.get(i);
            int end = i + 1;
            while (end < mapped.size() && KeyChangeBuffer.startOfOpenChange(records, end) == i) {
                end++;
            }
            Map<String, ?> before = lastOffsets.get(record.sourcePartition());
            if (before != null) {
                holdBackOffsets(mapped, i, end, before);
            }
            i = end - 1;
            lastOffsets.put(record.sourcePartition(), record.sourceOffset());
        }
    }

    private static void holdBackOffsets(
            List<@Nullable SourceRecord> mapped, int start, int end, Map<String, ?> before) {
        boolean isLast = true;
        for (int i = end - 1; i >= start; i--) {
            SourceRecord record = mapped.get(i);
            if (record != null) {
                if (!isLast) {
                    mapped.set(i, SentRecord.of(record, before));
                }
                isLast = false;
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // Whether the very record is passed on.
    private @Nullable SourceRecord settle(SourceRecord record, @Nullable SourceRecord mapped) {
        SourceRecord successor = mapped;
        if (mapped == null
                && wrappedBoundaries.isPresent()
                && wrappedBoundaries.get().isBoundary(record)) {
            successor = progress.replaceDropped(record);
        } else if (mapped != null && mapped != record && !(mapped instanceof SentRecord)) {
            successor = SentRecord.of(mapped);
        }
        if (successor == null) {
            progress.addDropped(record);
            return null;
        }
        progress.addSent(record);
        SourceRecord sent = successor;
        wrappedBoundaries.ifPresent(boundaries -> boundaries.passBoundary(record, sent));
        return sent;
    }
}
