package io.millrace.connectors.event;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.Operation;
import io.millrace.changes.RowValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops changes that Debezium's MySQL connector returns a second time. If it loses its connection in the middle of a transaction and the
 * server has GTIDs, its client connects again by itself and reads the transaction from its begin; Debezium skips what was read
 * before only when a task starts. Within a transaction the offset's {@code event} and {@code row} grow, so what does not grow is
 * repeated. Changes without a GTID, and those of XA transactions, whose offsets do not count events, pass. For use by one
 * thread.
 */
final class RepeatedChanges {
    private static final Logger LOG = LoggerFactory.getLogger(RepeatedChanges.class);
    private static final String EVENT = "event";
    private static final String ROW = "row";

    private @Nullable Place last;
    private boolean keyChangeIsOpen;
    private boolean repeating;

    /**
     * A place in a transaction.
     *
     * @param gtid the transaction's. The set of GTIDs in the offset does not identify it: these are the transactions before,
     *     and the first two of a task that starts without an offset have the same set
     */
    private record Place(String gtid, long event, long row) {
        private static @Nullable Place find(SourceRecord record) {
            Operation operation = Operation.findByCode(RowValues.get(record.value(), ChangeReader.OPERATION));
            Map<String, ?> offset = record.sourceOffset();
            String gtid = SourceGtid.find(record);
            if (operation == null || offset == null || gtid == null) {
                return null;
            }
            if (operation == Operation.TRUNCATE) {
                // The statement is a transaction of its own.
                return new Place(gtid, 0, 0);
            }
            return operation.isChangeOfRows()
                            && offset.get(EVENT) instanceof Number event
                            && offset.get(ROW) instanceof Number row
                    ? new Place(gtid, event.longValue(), row.longValue())
                    : null;
        }

        private boolean isBehind(Place other) {
            return event > other.event || (event == other.event && row > other.row);
        }
    }

    /** The records without those that are repeated. */
    List<SourceRecord> dropRepeated(List<SourceRecord> records) {
        List<SourceRecord> kept = new ArrayList<>(records.size());
        for (SourceRecord record : records) {
            if (!isRepeated(record)) {
                kept.add(record);
            }
        }
        return kept.size() == records.size() ? records : kept;
    }

    /** The task starts again at its committed offset, so what was returned before and not sent must be returned again. */
    void forgetPlace() {
        last = null;
        keyChangeIsOpen = false;
        repeating = false;
    }

    private boolean isRepeated(SourceRecord record) {
        if (record.value() == null) {
            // A tombstone behind its delete.
            return repeating;
        }
        // The rows of an incremental snapshot have the place of the last change.
        Place place = Place.find(record);
        if (place == null) {
            return false;
        }
        Place before = last;
        if (before == null || !before.gtid.equals(place.gtid) || place.isBehind(before)) {
            last = place;
            repeating = false;
        } else if (!place.equals(before) || !keyChangeIsOpen) {
            if (!repeating) {
                LOG.info(
                        "Transaction {} is read again after a lost connection. Its changes up to event {}, row {} are dropped,"
                                + " because they were returned before.",
                        before.gtid,
                        before.event,
                        before.row);
            }
            repeating = true;
        }
        keyChangeIsOpen = !repeating && KeyChangeBuffer.isDeleteOfKeyChange(record);
        return repeating;
    }
}
