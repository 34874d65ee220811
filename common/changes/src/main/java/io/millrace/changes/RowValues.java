package io.millrace.changes;

import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * The values that a Struct or a Map really contains. A null is a null: the default of a column or a schema, which
 * {@link Struct#get(String)} returns instead, is never read.
 */
public final class RowValues {
    private RowValues() {}

    /** The value of a field of the Struct's own schema; null if the field does not exist. */
    public static @Nullable Object get(Struct struct, @Nullable Field field) {
        if (field == null) {
            return null;
        }
        // Access by the field is faster than by the name, but returns the default.
        return field.schema().defaultValue() == null ? struct.get(field) : struct.getWithoutDefault(field.name());
    }

    /** The value of this name in a Struct or a Map; null if there is none, or if the container is neither. */
    public static @Nullable Object get(@Nullable Object container, String name) {
        if (container instanceof Struct struct) {
            return get(struct, struct.schema().field(name));
        }
        return container instanceof Map<?, ?> map ? map.get(name) : null;
    }

    /** Whether a Struct or a Map has this name, even with a null. */
    public static boolean has(@Nullable Object container, String name) {
        if (container instanceof Struct struct) {
            return struct.schema().field(name) != null;
        }
        return container instanceof Map<?, ?> map && map.containsKey(name);
    }

    /** The schema of this name in a Struct; null in a Map, and if the field does not exist. */
    public static @Nullable Schema getSchema(@Nullable Object container, String name) {
        Field field = container instanceof Struct struct ? struct.schema().field(name) : null;
        return field == null ? null : field.schema();
    }

    /** Whether the value can contain others by name: it is a Struct or a Map. */
    public static boolean isContainer(@Nullable Object value) {
        return value instanceof Struct || value instanceof Map;
    }
}
