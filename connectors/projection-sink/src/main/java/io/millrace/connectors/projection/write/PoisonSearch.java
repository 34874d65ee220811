package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.SafeDataException;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.View;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Writes records without those that the database refuses, which it finds by bisecting within the transaction: about two
 * attempts for each doubling of the number of records, for each that is refused.
 */
final class PoisonSearch {
    private final Connection connection;
    private final ViewWriter writer;
    private final Consumer<Refusal> refusals;

    PoisonSearch(Connection connection, ViewWriter writer, Consumer<Refusal> refusals) {
        this.connection = connection;
        this.writer = writer;
        this.refusals = refusals;
    }

    /** Writes all but the refused ones. */
    void writeRecords(List<ProjectedRecord> records) throws SQLException {
        if (records.isEmpty()) {
            return;
        }
        Savepoint before = connection.setSavepoint();
        try {
            writer.write(records);
            return;
        } catch (ViewWriteException e) {
            if (writer.errors().classify(e.sql()) != SqlFault.RECORD) {
                throw e.sql();
            }
            connection.rollback(before);
            if (records.size() == 1) {
                refusals.accept(describeRefusal(records.get(0), e));
                return;
            }
        }
        int half = records.size() / 2;
        writeRecords(records.subList(0, half));
        writeRecords(records.subList(half, records.size()));
    }

    /** Built from codes and names alone: the database's message quotes the value, so neither it nor the cause is handed on. */
    private Refusal describeRefusal(ProjectedRecord record, ViewWriteException e) {
        SqlErrors errors = writer.errors();
        SQLException sql = e.sql();
        Map<String, String> details = new HashMap<>();
        details.put(ErrorHeaders.VIEW, e.view().toString());
        details.put(ErrorHeaders.PROJECTION, String.join(",", e.view().projections()));
        details.put(ErrorHeaders.SQL_STATE, String.valueOf(sql.getSQLState()));
        Optional<Column> column = findColumn(e);
        column.ifPresent(found -> details.put(ErrorHeaders.COLUMN, found.name()));
        findRevision(record, e.view()).ifPresent(revision -> details.put(ErrorHeaders.REVISION, revision));
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
