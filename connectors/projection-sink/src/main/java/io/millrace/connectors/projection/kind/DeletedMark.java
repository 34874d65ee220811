package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.value.ConnectToSql;
import java.time.Instant;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.sink.SinkRecord;

/** The column that says that a row is deleted, where rows are marked instead of deleted. */
public final class DeletedMark {
    private final View view;
    private final int index;

    DeletedMark(String column, View view) {
        this.view = view;
        this.index = view.indexOf(column);
    }

    /** Whether a column of this kind can say it. */
    public static boolean isPossible(ColumnKind kind) {
        return kind == ColumnKind.BOOLEAN || kind == ColumnKind.INTEGER || kind == ColumnKind.DATETIME;
    }

    int index() {
        return index;
    }

    /** The row is there. */
    void clear(Object[] row) {
        row[index] = isMoment()
                ? null
                : ConnectToSql.between(Schema.BOOLEAN_SCHEMA, view.columns().get(index))
                        .convert(false);
    }

    /** The record deletes the row. */
    void set(Object[] row, SinkRecord record) {
        row[index] = isMoment()
                ? ConnectToSql.between(Timestamp.SCHEMA, view.columns().get(index))
                        .convert(java.util.Date.from(
                                record.timestamp() == null ? Instant.now() : Instant.ofEpochMilli(record.timestamp())))
                : ConnectToSql.between(Schema.BOOLEAN_SCHEMA, view.columns().get(index))
                        .convert(true);
    }

    private boolean isMoment() {
        return view.columns().get(index).kind() == ColumnKind.DATETIME;
    }
}
