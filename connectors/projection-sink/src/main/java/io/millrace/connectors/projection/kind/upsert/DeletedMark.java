package io.millrace.connectors.projection.kind.upsert;

import io.millrace.connectors.projection.table.ColumnKind;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.value.ConnectToSql;
import java.time.Instant;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** The column that marks a row as deleted. */
final class DeletedMark {
    private final View view;
    private final int index;

    DeletedMark(String column, View view) {
        this.view = view;
        this.index = view.indexOf(column);
    }

    /** Whether a column of this kind can be such a mark. */
    static boolean isPossible(ColumnKind kind) {
        return kind == ColumnKind.BOOLEAN || kind == ColumnKind.INTEGER || kind == ColumnKind.DATETIME;
    }

    int index() {
        return index;
    }

    /** Marks the row as present. */
    void clear(@Nullable Object[] row) {
        row[index] = isMoment()
                ? null
                : ConnectToSql.between(Schema.BOOLEAN_SCHEMA, view.columns().get(index))
                        .convert(false);
    }

    /** Marks the row as deleted by the record. */
    void set(@Nullable Object[] row, SinkRecord record) {
        row[index] = isMoment()
                ? ConnectToSql.momentFor(
                        view.columns().get(index),
                        record.timestamp() == null ? Instant.now() : Instant.ofEpochMilli(record.timestamp()))
                : ConnectToSql.between(Schema.BOOLEAN_SCHEMA, view.columns().get(index))
                        .convert(true);
    }

    private boolean isMoment() {
        return view.columns().get(index).kind() == ColumnKind.DATETIME;
    }
}
