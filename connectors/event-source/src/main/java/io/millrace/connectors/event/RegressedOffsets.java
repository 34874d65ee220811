package io.millrace.connectors.event;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.IdentityRecord;
import io.millrace.changes.Operation;
import io.millrace.changes.RowValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Keeps the source offset from going back. If Debezium's MySQL connector begins in the middle of a transaction, after a start or
 * a lost connection, it reads the transaction from its begin and skips the changes that the offset counts. The heartbeats until
 * then have the offset of the begin. After a {@code TRUNCATE} the heartbeats until the next transaction have the offset before
 * the statement. If one of them were stored, the next start would send events a second time. So a record that is not the change
 * of a row keeps the offset of the record before it, or the stored one, if its own is behind that one. For use by one thread.
 *
 * <p>Source: {@code handleRotateLogsEvent} of Debezium 3.6's {@code BinlogStreamingChangeEventSource} resets the counts.
 */
final class RegressedOffsets {
    private static final String GTIDS = "gtids";
    private static final String FILE = "file";
    private static final String POSITION = "pos";
    private static final String EVENT = "event";
    private static final String ROW = "row";

    private final OffsetStorageReader stored;

    /** The source offset of the last record, or the stored one, by source partition; empty if there is none. */
    private final Map<Map<String, ?>, Optional<Map<String, ?>>> last = new HashMap<>();

    RegressedOffsets(OffsetStorageReader stored) {
        this.stored = stored;
    }

    /** The records, in which no offset of a heartbeat is behind the one before. */
    List<SourceRecord> replaceRegressed(List<SourceRecord> records) {
        List<SourceRecord> replaced = records;
        for (int i = 0; i < records.size(); i++) {
            SourceRecord record = records.get(i);
            if (!isOfBinlog(record)) {
                continue;
            }
            Optional<Map<String, ?>> before = isChangeOfRow(record) ? Optional.empty() : findLast(record);
            if (before.isPresent() && isBehind(record.sourceOffset(), before.get())) {
                if (replaced == records) {
                    replaced = new ArrayList<>(records);
                }
                replaced.set(i, IdentityRecord.of(record, before.get()));
            } else {
                last.put(record.sourcePartition(), Optional.of(record.sourceOffset()));
            }
        }
        return replaced;
    }

    /** The task starts again at its stored offset. */
    void forgetOffsets() {
        last.clear();
    }

    private Optional<Map<String, ?>> findLast(SourceRecord record) {
        return last.computeIfAbsent(
                record.sourcePartition(),
                partition -> Optional.ofNullable(stored.offset(new HashMap<String, Object>(partition))));
    }

    /** Only such offsets are compared and kept: another source may have any number of partitions. */
    private static boolean isOfBinlog(SourceRecord record) {
        return record.sourcePartition() != null
                && record.sourceOffset() != null
                && record.sourceOffset().containsKey(POSITION);
    }

    private static boolean isChangeOfRow(SourceRecord record) {
        Operation operation = Operation.findByCode(RowValues.get(record.value(), ChangeReader.OPERATION));
        return operation != null && operation.isChangeOfRows();
    }

    private static boolean isBehind(Map<String, ?> offset, Map<String, ?> other) {
        if (offset.get(GTIDS) instanceof String gtids && other.get(GTIDS) instanceof String otherGtids) {
            if (!GtidSet.containsAll(otherGtids, gtids)) {
                return false;
            }
            // The other one has a transaction that this one does not have, or they are places in one transaction.
            return !GtidSet.containsAll(gtids, otherGtids) || isEarlierInTransaction(offset, other);
        }
        return offset.get(FILE) != null
                && offset.get(FILE).equals(other.get(FILE))
                && number(offset, POSITION) == number(other, POSITION)
                && isEarlierInTransaction(offset, other);
    }

    private static boolean isEarlierInTransaction(Map<String, ?> offset, Map<String, ?> other) {
        if (number(other, EVENT) < 0) {
            return false;
        }
        int events = Long.compare(number(offset, EVENT), number(other, EVENT));
        return events < 0 || (events == 0 && number(offset, ROW) < number(other, ROW));
    }

    private static long number(Map<String, ?> offset, String name) {
        return offset.get(name) instanceof Number number ? number.longValue() : -1;
    }
}
