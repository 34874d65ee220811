package io.millrace.connectors.event;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.IdentityRecord;
import io.millrace.changes.Operation;
import io.millrace.changes.RowValues;
import io.millrace.events.WalPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/**
 * Gives each record of Debezium's PostgreSQL connector a source offset from which a start is exact. Debezium resumes behind the log
 * sequence number of the last change; but a record of the log can have several changes, and the rest of them would be lost. So the
 * offset is the end of the last complete transaction, from which the server sends the next one as a whole, and the place of the
 * last change in that one. After a start the changes up to that place are dropped.
 *
 * <pre>
 * offset = Debezium's fields, of which lsn, lsn_proc and lsn_commit are the end of the last complete transaction and messageType
 *          is MESSAGE, and those of {@link WalPlace} if a change of the next transaction was read
 * </pre>
 *
 * <p>Records of an initial snapshot keep their offset. Those of a later one have that of the stream, so that an interrupted
 * blocking snapshot is not repeated. For use by one thread.
 *
 * <p>Source: {@code WalPositionLocator} and {@code PostgresOffsetContext} of Debezium 3.6, and PostgreSQL's documentation of the
 * streaming replication protocol.
 */
public final class WalOffsets {
    private static final String LSN = "lsn";
    private static final String LAST_LSN = "lsn_proc";
    private static final String COMMIT_LSN = "lsn_commit";
    private static final String TRANSACTION = "txId";
    private static final String MESSAGE_TYPE = "messageType";
    private static final String MESSAGE = "MESSAGE";
    private static final String SNAPSHOT = "snapshot";
    private static final String LAST_OF_SNAPSHOT = "last_snapshot_record";
    private static final Set<String> OF_SNAPSHOT = Set.of(SNAPSHOT, LAST_OF_SNAPSHOT, "snapshot_completed");
    private static final String MESSAGE_OPERATION = "m";
    /** The field of a message about a transaction, whose value at the begin is this. */
    private static final String STATUS = "status";

    private static final String BEGIN = "BEGIN";
    private static final long UNKNOWN = -1;

    private final OffsetStorageReader stored;
    private final Consumer<SourceRecord> repeatedMessages;

    private boolean isLoaded;
    /** Whether a later snapshot record is not of the initial snapshot. */
    private boolean isStreaming;
    /** The end of the last complete transaction. */
    private long commit = UNKNOWN;
    /** The last change of the transaction that follows, as the stored offset has it; up to it, changes are repeated. */
    private @Nullable WalPlace sent;
    /** The last change that Debezium returned. */
    private @Nullable WalPlace last;

    private boolean lastIsRepeated;

    /**
     * No record yet.
     *
     * @param stored the offsets that Connect has stored
     * @param repeatedMessages takes each logical message that is dropped because it was returned before the start
     */
    public WalOffsets(OffsetStorageReader stored, Consumer<SourceRecord> repeatedMessages) {
        this.stored = stored;
        this.repeatedMessages = repeatedMessages;
    }

    /** The records without those that are repeated, each with an exact offset. */
    public List<SourceRecord> complete(List<SourceRecord> records) {
        List<SourceRecord> completed = new ArrayList<>(records.size());
        for (SourceRecord record : records) {
            Map<String, ?> offset = record.sourceOffset();
            if (offset == null || !(offset.get(LSN) instanceof Number)) {
                completed.add(record);
            } else {
                loadStored(record.sourcePartition());
                complete(record, offset).ifPresent(completed::add);
            }
        }
        return completed;
    }

    /** The task starts again at its stored offset. */
    void forgetOffsets() {
        isLoaded = false;
        isStreaming = false;
        commit = UNKNOWN;
        sent = null;
        last = null;
        lastIsRepeated = false;
    }

    private void loadStored(Map<String, ?> partition) {
        if (isLoaded) {
            return;
        }
        isLoaded = true;
        @Nullable Map<String, Object> offset = stored.offset(new HashMap<String, Object>(partition));
        if (offset == null || (isOfSnapshot(offset) && !Boolean.TRUE.equals(offset.get(LAST_OF_SNAPSHOT)))) {
            return;
        }
        isStreaming = true;
        commit = number(offset, COMMIT_LSN, number(offset, LAST_LSN, number(offset, LSN, UNKNOWN)));
        sent = WalPlace.find(offset).orElse(null);
    }

    private Optional<SourceRecord> complete(SourceRecord record, Map<String, ?> offset) {
        if (isOfSnapshot(offset)) {
            if (isStreaming && commit != UNKNOWN) {
                return Optional.of(withOffset(record, offset));
            }
            commit = number(offset, LSN, UNKNOWN);
            return Optional.of(record);
        }
        isStreaming = true;
        // If no transaction has been complete yet, each one that ends behind the first change is sent again.
        long unknown = number(offset, LSN, UNKNOWN) - 1;
        moveTo(number(offset, COMMIT_LSN, commit == UNKNOWN ? unknown : commit));
        if (!isRepeated(record, offset)) {
            return Optional.of(withOffset(record, offset));
        }
        if (isMessage(record)) {
            repeatedMessages.accept(record);
        }
        return Optional.empty();
    }

    private void moveTo(long newCommit) {
        if (newCommit != commit) {
            commit = newCommit;
            sent = null;
            last = null;
            lastIsRepeated = false;
        }
    }

    private boolean isRepeated(SourceRecord record, Map<String, ?> offset) {
        WalPlace place = findPlace(record, offset);
        if (place == null) {
            // A tombstone behind its delete.
            return record.value() == null && lastIsRepeated;
        }
        last = place;
        lastIsRepeated = sent != null && place.isNotBehind(sent);
        return lastIsRepeated;
    }

    /** The place of a change or a message; null if the record is neither, or was read by a snapshot. */
    private @Nullable WalPlace findPlace(SourceRecord record, Map<String, ?> offset) {
        long transaction = number(offset, TRANSACTION, 0);
        if (isChange(record) || isMessage(record)) {
            long lsn = number(offset, LSN, UNKNOWN);
            WalPlace before = last;
            return before != null && before.transaction() == transaction && before.lsn() == lsn
                    ? new WalPlace(transaction, lsn, before.row() + 1)
                    : new WalPlace(transaction, lsn, 0);
        }
        return BEGIN.equals(RowValues.get(record.value(), STATUS)) ? new WalPlace(transaction, 0, 0) : null;
    }

    private static boolean isChange(SourceRecord record) {
        Operation operation = Operation.findByCode(RowValues.get(record.value(), ChangeReader.OPERATION));
        return operation != null && operation != Operation.READ;
    }

    private static boolean isMessage(SourceRecord record) {
        return MESSAGE_OPERATION.equals(RowValues.get(record.value(), ChangeReader.OPERATION));
    }

    private static boolean isOfSnapshot(Map<String, ?> offset) {
        return offset.get(SNAPSHOT) != null;
    }

    private SourceRecord withOffset(SourceRecord record, Map<String, ?> offset) {
        Map<String, Object> exact = new HashMap<>(offset);
        exact.keySet().removeAll(OF_SNAPSHOT);
        exact.put(LSN, commit);
        exact.put(LAST_LSN, commit);
        exact.put(COMMIT_LSN, commit);
        // With COMMIT, Debezium takes the record that begins at this position for the last one that was sent.
        exact.put(MESSAGE_TYPE, MESSAGE);
        WalPlace reached = last == null || lastIsRepeated ? sent : last;
        if (reached != null) {
            reached.addTo(exact);
        }
        return IdentityRecord.of(record, exact);
    }

    private static long number(Map<String, ?> offset, String name, long otherwise) {
        return offset.get(name) instanceof Number number ? number.longValue() : otherwise;
    }
}
