package io.millrace.transforms.context;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.errors.DataException;

/**
 * Columns of the changed row: its new state, or, where it was deleted, its old one. A table without the column has no
 * value, and neither has a NULL.
 *
 * @param columns the column's name by the header to write
 */
record ColumnSource(Map<String, String> columns, ValueLimit limit, Refusals refusals) implements ContextSource {
    private static final int MAX_ZEROS = 1_000;

    @Override
    public Optional<String> value(String key, ConnectRecord<?> record, Envelope change) {
        String name = columns.get(key);
        SchemaAndValue column = name == null ? null : change.column(name);
        if (column == null) {
            return Optional.empty();
        }
        String text = text(record, name, column);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> objection = limit.objection(key, text);
        if (objection.isPresent()) {
            refusals.add(key, "the column '" + name + "'", objection.get());
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private static String text(ConnectRecord<?> record, String name, SchemaAndValue column) {
        Object value = column.value();
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof BigDecimal decimal) {
            // Written out, a made-up exponent would fill the memory.
            return Math.abs(decimal.scale()) > MAX_ZEROS ? decimal.toString() : decimal.toPlainString();
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        if (value instanceof ByteBuffer buffer) {
            return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
        }
        if (value instanceof java.util.Date && column.schema() != null) {
            return Values.convertToString(column.schema(), value);
        }
        throw new DataException("Cannot make a header of the column '" + name + "' of a record for topic "
                + record.topic() + "; expected text, a number, a boolean, bytes or a date, found "
                + (value instanceof Struct ? "STRUCT" : value.getClass().getName()));
    }
}
