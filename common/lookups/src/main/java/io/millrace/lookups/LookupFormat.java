package io.millrace.lookups;

import io.millrace.expressions.Field;
import io.millrace.tables.ByteWriter;
import io.millrace.tables.CanonicalKey;
import io.millrace.tables.KeyFormat;
import io.millrace.tables.RowLayout;
import io.millrace.tables.UndecodableRecordException;
import io.millrace.tables.ValueFormat;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of a table's topic with Connect's converters, and keeps the fields that the table declares. The key of a
 * record is decoded before its value, and is kept for the expressions of the fields. For use by one thread.
 */
final class LookupFormat {
    private final LookupDefinition definition;
    private final TableConverters converters;
    private final RowLayout layout;
    private final List<StoredType> types;
    private final TableRecord record = new TableRecord();
    private SchemaAndValue lastKey = SchemaAndValue.NULL;

    LookupFormat(LookupDefinition definition, TableConverters converters) {
        this.definition = definition;
        this.converters = converters;
        this.types = definition.storedTypes();
        this.layout = new RowLayout(types.stream().map(StoredType::type).toList());
    }

    /** The format of keys. */
    KeyFormat<Object> keys() {
        return new KeyFormat<>() {
            @Override
            public void decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
                lastKey = converters.decodeKey(topic, headers, serialized);
                writeKey(lastKey.value(), to);
            }

            @Override
            public void write(Object key, ByteWriter to) {
                ConnectKeys.write(key, to);
            }

            @Override
            public Object read(byte[] bytes, int from, int to) {
                return CanonicalKey.read(bytes, from, to);
            }
        };
    }

    /** The format of values, which are rows of the {@link RowLayout}. */
    ValueFormat<ByteBuffer> values() {
        return new ValueFormat<>() {
            @Override
            public boolean decode(String topic, Headers headers, ByteBuffer serialized, ByteWriter to) {
                return writeRow(lastKey, converters.decodeValue(topic, headers, serialized), to);
            }

            @Override
            public ByteBuffer read(ByteBuffer kept) {
                return kept;
            }
        };
    }

    private static void writeKey(@Nullable Object key, ByteWriter to) {
        try {
            ConnectKeys.write(key, to);
        } catch (IllegalArgumentException e) {
            throw new UndecodableRecordException(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Writes the fields of a record.
     *
     * @return false if it deletes its key
     * @throws UndecodableRecordException if a field has no value of its type
     */
    boolean writeRow(SchemaAndValue key, SchemaAndValue value, ByteWriter to) {
        if (value.value() == null) {
            return false;
        }
        record.read(key, value);
        try {
            if (definition.deleteWhen().isPresent()
                    && definition.deleteWhen().get().test(record)) {
                return false;
            }
            @Nullable Object[] row = new @Nullable Object[types.size()];
            for (int i = 0; i < row.length; i++) {
                Field field = definition.fields().get(i);
                row[i] = types.get(i).store(field.expression().value(record));
            }
            layout.write(row, to);
            return true;
        } catch (DataException e) {
            // Messages of expressions never contain a value.
            throw new UndecodableRecordException("table " + definition.name() + ": " + e.getMessage());
        } finally {
            record.read(SchemaAndValue.NULL, SchemaAndValue.NULL);
        }
    }
}
