package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.SafeDataException;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.View;
import io.millrace.events.DeadLetterHeaders;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes records without those that the database refuses, which it finds by bisecting within the transaction: about two
 * attempts for each doubling of the number of records, for each that is refused. One savepoint is open at a time, however
 * many records are refused.
 */
final class PoisonSearch {
    private final Connection connection;
    private final ViewWriter writer;
    private final Optional<GatePass> gate;
    private final Consumer<Refusal> refusals;

    /** With a gate, later records of a refused record's key are refused too, and not tried. */
    PoisonSearch(Connection connection, ViewWriter writer, Optional<GatePass> gate, Consumer<Refusal> refusals) {
        this.connection = connection;
        this.writer = writer;
        this.gate = gate;
        this.refusals = refusals;
    }

    /** Writes all but the refused ones. */
    void writeRecords(List<ProjectedRecord> records) throws SQLException {
        if (records.isEmpty()) {
            return;
        }
        Deque<List<ProjectedRecord>> unwritten = new ArrayDeque<>(List.of(records));
        Savepoint before = connection.setSavepoint();
        while (true) {
            List<ProjectedRecord> part = selectAgain(unwritten.pop());
            Optional<ViewWriteException> refused = tryToWrite(part);
            if (refused.isPresent()) {
                // The savepoint stays, for the next attempt.
                connection.rollback(before);
                if (part.size() == 1) {
                    refusals.accept(describeRefusal(part.get(0), refused.get()));
                    gate.ifPresent(pass -> pass.refuse(part.get(0).record()));
                } else {
                    int half = part.size() / 2;
                    unwritten.push(part.subList(half, part.size()));
                    unwritten.push(part.subList(0, half));
                }
            }
            if (unwritten.isEmpty()) {
                // The commit ends the last savepoint.
                return;
            }
            if (refused.isEmpty()) {
                connection.releaseSavepoint(before);
                before = connection.setSavepoint();
            }
        }
    }

    private List<ProjectedRecord> selectAgain(List<ProjectedRecord> part) {
        return gate.isPresent() ? gate.get().selectAgain(part, refusals) : part;
    }

    /**
     * Writes records.
     *
     * @return what the database refused because of a record; empty if it took all of them
     * @throws SQLException if no record is to blame
     */
    private Optional<ViewWriteException> tryToWrite(List<ProjectedRecord> records) throws SQLException {
        try {
            writer.write(records);
            return Optional.empty();
        } catch (ViewWriteException e) {
            if (writer.errors().classify(e.sql()) != SqlFault.RECORD) {
                throw e.sql();
            }
            return Optional.of(e);
        }
    }

    /** Built from codes and names alone: the database's message quotes the value, so neither it nor the cause is handed on. */
    private Refusal describeRefusal(ProjectedRecord record, ViewWriteException e) {
        SqlErrors errors = writer.errors();
        SQLException sql = e.sql();
        Map<String, String> details = new HashMap<>();
        details.put(DeadLetterHeaders.VIEW, e.view().toString());
        details.put(DeadLetterHeaders.PROJECTION, String.join(",", e.view().projections()));
        details.put(DeadLetterHeaders.SQL_STATE, String.valueOf(sql.getSQLState()));
        Optional<Column> column = findColumn(e);
        column.ifPresent(found -> details.put(DeadLetterHeaders.COLUMN, found.name()));
        findRevision(record, e.view()).ifPresent(revision -> details.put(DeadLetterHeaders.REVISION, revision));
        if (sql instanceof SafeDataException) {
            return Refusal.of(record.record(), String.valueOf(sql.getMessage()), details, null);
        }
        return Refusal.of(
                record.record(),
                "the view " + e.view() + " refuses it"
                        + column.map(found -> " in the column " + found.name() + " of type " + found.typeName())
                                .orElse("")
                        + " (" + errors.describeCodes(sql) + ")",
                details,
                null);
    }

    private static Optional<String> findRevision(ProjectedRecord record, View view) {
        for (RowChange<?> change : record.changes()) {
            if (change.view() == view && view.hasRevision()) {
                return Optional.ofNullable(change.revision()).map(Object::toString);
            }
        }
        return Optional.empty();
    }

    private Optional<Column> findColumn(ViewWriteException e) {
        for (String name : writer.errors().findColumns(e.sql())) {
            for (Column column : e.view().columns()) {
                // A name that the view has is not a payload.
                if (column.name().equalsIgnoreCase(name)) {
                    return Optional.of(column);
                }
            }
        }
        return Optional.empty();
    }
}
