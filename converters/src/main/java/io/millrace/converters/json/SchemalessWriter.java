package io.millrace.converters.json;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes values without schemas, by their classes. */
final class SchemalessWriter {
    /** Far below the depth that Jackson refuses. */
    private static final int MAX_DEPTH = 100;

    private SchemalessWriter() {}

    /** Writes a value, as {@link PartWriter}. */
    static void write(JsonOutput out, @Nullable Object value) throws UnsupportedJsonException {
        write(out, value, 1);
    }

    private static void write(JsonOutput out, @Nullable Object value, int depth) throws UnsupportedJsonException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String text) {
            out.writeText(text);
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            out.writeInteger(((Number) value).longValue());
        } else if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else if (value instanceof Double number) {
            out.writeDouble(number);
        } else if (value instanceof Float number) {
            out.writeFloat(number);
        } else if (value instanceof byte[] || value instanceof ByteBuffer) {
            ValueWriter.writeBytes(out, value);
        } else {
            writeContainer(out, value, depth);
        }
    }

    private static void writeContainer(JsonOutput out, Object value, int depth) throws UnsupportedJsonException {
        boolean isMap = value instanceof Map;
        // Of a class that is both, JsonConverter takes the one that it finds first.
        if (depth == MAX_DEPTH || isMap == value instanceof List) {
            throw new UnsupportedJsonException();
        }
        PartWriter parts = (output, part) -> write(output, part, depth + 1);
        if (isMap) {
            writeMap(out, (Map<?, ?>) value, parts);
        } else {
            Containers.writeArray(out, (List<?>) value, parts);
        }
    }

    private static void writeMap(JsonOutput out, Map<?, ?> map, PartWriter parts) throws UnsupportedJsonException {
        if (hasOnlyStrings(map)) {
            Containers.writeObject(out, map, parts);
        } else {
            Containers.writePairs(out, map, parts, parts);
        }
    }

    private static boolean hasOnlyStrings(Map<?, ?> map) {
        for (Object key : map.keySet()) {
            if (!(key instanceof String)) {
                return false;
            }
        }
        return true;
    }
}
