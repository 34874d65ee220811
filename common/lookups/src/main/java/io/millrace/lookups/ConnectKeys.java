package io.millrace.lookups;

import io.millrace.changes.RowValues;
import io.millrace.tables.ByteWriter;
import io.millrace.tables.CanonicalKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * The keys of tables as Connect represents them. A structure of one field is that field's value; one of several fields is the
 * list of their values, in the order of its schema, or of the fields' names if it has none.
 */
public final class ConnectKeys {
    private ConnectKeys() {}

    /**
     * Writes a key.
     *
     * @throws IllegalArgumentException if it cannot be one; the message does not contain it
     */
    static void write(@Nullable Object key, ByteWriter to) {
        CanonicalKey.write(flatten(key), to);
    }

    /**
     * The canonical bytes of a key: keys that are equal by value have equal bytes, however they are serialised.
     *
     * @throws IllegalArgumentException if it is of a type that keys of tables cannot have; the message does not contain it
     */
    public static byte[] canonicalBytes(@Nullable Object key) {
        ByteWriter bytes = new ByteWriter();
        write(key, bytes);
        return bytes.toBytes();
    }

    private static @Nullable Object flatten(@Nullable Object key) {
        if (key instanceof Struct struct) {
            List<@Nullable Object> parts = new ArrayList<>();
            for (Field field : struct.schema().fields()) {
                parts.add(flatten(RowValues.get(struct, field)));
            }
            return parts.size() == 1 ? parts.get(0) : parts;
        }
        if (key instanceof Map<?, ?> map) {
            Map<String, Object> sorted = new TreeMap<>();
            map.forEach((name, value) -> sorted.put(String.valueOf(name), value));
            List<@Nullable Object> parts = new ArrayList<>();
            sorted.values().forEach(value -> parts.add(flatten(value)));
            return parts.size() == 1 ? parts.get(0) : parts;
        }
        return key;
    }
}
