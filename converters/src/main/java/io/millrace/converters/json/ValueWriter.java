package io.millrace.converters.json;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.jspecify.annotations.Nullable;

/** Writes the values of one schema. Made once for a schema; safe for several threads. */
final class ValueWriter implements PartWriter {
    /** Levels of schemas; far below the depth that Jackson refuses. */
    private static final int MAX_DEPTH = 100;

    private final Schema schema;
    private final ContentWriter content;
    private final boolean replacesNull;
    private final boolean ignoresDefault;

    /** Writes what is there, as {@link PartWriter}. */
    interface ContentWriter {
        void write(JsonOutput out, Object value) throws UnsupportedJsonException;
    }

    private ValueWriter(Schema schema, ContentWriter content, boolean replacesNull) {
        this.schema = schema;
        this.content = content;
        this.replacesNull = replacesNull;
        this.ignoresDefault = schema.defaultValue() != null && !replacesNull;
    }

    /**
     * Null if only JsonConverter writes values of this schema: a schema, or one in it, is missing, may still change, is
     * nested very deeply, has a field twice, or has parameters that its logical type does not allow.
     */
    static @Nullable ValueWriter of(Schema schema, JsonConverterConfig config) {
        return of(schema, config, 1);
    }

    /** The writer of a schema at a depth, which is 1 for the schema of a message. */
    static @Nullable ValueWriter of(@Nullable Schema schema, JsonConverterConfig config, int depth) {
        if (schema == null || schema.getClass() != ConnectSchema.class || depth > MAX_DEPTH) {
            return null;
        }
        ContentWriter content = newContentWriter(schema, config, depth);
        return content == null
                ? null
                : new ValueWriter(schema, content, schema.defaultValue() != null && config.replaceNullWithDefault());
    }

    @Override
    public void write(JsonOutput out, @Nullable Object value) throws UnsupportedJsonException {
        if (value != null) {
            content.write(out, value);
        } else if (replacesNull) {
            content.write(out, schema.defaultValue());
        } else if (schema.isOptional()) {
            out.writeNull();
        } else {
            throw new UnsupportedJsonException();
        }
    }

    /** Whether null remains null although the schema has a default. */
    boolean ignoresDefault() {
        return ignoresDefault;
    }

    private static @Nullable ContentWriter newContentWriter(Schema schema, JsonConverterConfig config, int depth) {
        if (LogicalWriters.isLogical(schema)) {
            return LogicalWriters.of(schema, config);
        }
        return switch (schema.type()) {
            case INT8 -> (out, value) -> out.writeInteger((Byte) value);
            case INT16 -> (out, value) -> out.writeInteger((Short) value);
            case INT32 -> (out, value) -> out.writeInteger((Integer) value);
            case INT64 -> (out, value) -> out.writeInteger((Long) value);
            case FLOAT32 -> (out, value) -> out.writeFloat((Float) value);
            case FLOAT64 -> (out, value) -> out.writeDouble((Double) value);
            case BOOLEAN -> (out, value) -> out.writeBoolean((Boolean) value);
            case STRING -> (out, value) -> out.writeText(((CharSequence) value).toString());
            case BYTES -> ValueWriter::writeBytes;
            case ARRAY -> newArrayWriter(of(schema.valueSchema(), config, depth + 1));
            case MAP -> newMapWriter(schema, config, depth);
            case STRUCT -> StructWriter.of(schema, config, depth);
        };
    }

    /** JsonConverter writes the array of a buffer, so only a buffer that is its whole array is the same to everyone. */
    static void writeBytes(JsonOutput out, Object value) throws UnsupportedJsonException {
        if (value instanceof byte[] bytes) {
            out.writeBase64(bytes);
            return;
        }
        ByteBuffer buffer = (ByteBuffer) value;
        if (!buffer.hasArray() || buffer.arrayOffset() != 0 || buffer.remaining() != buffer.array().length) {
            throw new UnsupportedJsonException();
        }
        out.writeBase64(buffer.array());
    }

    private static @Nullable ContentWriter newArrayWriter(@Nullable ValueWriter elements) {
        return elements == null ? null : (out, value) -> Containers.writeArray(out, (Collection<?>) value, elements);
    }

    private static @Nullable ContentWriter newMapWriter(Schema schema, JsonConverterConfig config, int depth) {
        ValueWriter keys = of(schema.keySchema(), config, depth + 1);
        ValueWriter values = of(schema.valueSchema(), config, depth + 1);
        if (keys == null || values == null) {
            return null;
        }
        if (schema.keySchema().type() != Schema.Type.STRING) {
            return (out, value) -> Containers.writePairs(out, (Map<?, ?>) value, keys, values);
        }
        // Of a logical type, the key would not be a text.
        return LogicalWriters.isLogical(schema.keySchema())
                ? null
                : (out, value) -> Containers.writeObject(out, (Map<?, ?>) value, values);
    }
}
