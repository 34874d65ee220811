package io.millrace.context;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.RowValues;
import io.millrace.changes.ValueText;
import io.millrace.config.Option;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * Columns of the changed row: of its new state or, if it was deleted, of its old state. A table without the column has no
 * value, and a NULL is not a value.
 *
 * @param columns the column's name by the header to write
 */
record ColumnSource(Map<String, String> columns, ValueLimit limit, RefusedValueLog refused) implements ContextSource {
    private static final String NAME = "column";
    private static final Option<Map<String, String>> NAMES = KeyNames.option("column.names", NAME)
            .medium("The columns that contain keys, as key=column. A key that is not listed has no column.");

    static final SourceType TYPE = new SourceType(
            NAME,
            "columns of the row",
            List.of(NAMES),
            settings -> new ColumnSource(NAMES.get(settings.config()), settings.limit(), settings.refused()));

    @Override
    public Optional<String> find(String key, ConnectRecord<?> record, ChangeReader change) {
        String column = columns.get(key);
        Object value = column == null ? null : RowValues.get(change.row(), column);
        if (column == null || value == null) {
            return Optional.empty();
        }
        String text = ValueText.ofScalar(RowValues.getSchema(change.row(), column), value)
                .orElseThrow(() -> new DataException("Cannot convert to a header: the column '" + column
                        + "' of a record for topic " + record.topic()
                        + "; expected text, a number, a boolean, bytes or a date, found "
                        + (value instanceof Struct ? "STRUCT" : value.getClass().getName())));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> objection = limit.findObjection(key, text);
        if (objection.isPresent()) {
            refused.count(key, "the column '" + column + "'", objection.get());
            return Optional.empty();
        }
        return Optional.of(text);
    }
}
