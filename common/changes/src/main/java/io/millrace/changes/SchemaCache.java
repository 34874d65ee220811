package io.millrace.changes;

import java.util.IdentityHashMap;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A value derived from a schema, cached by the schema's identity. A source uses one schema object as long as a table's
 * definition does not change, so a comparison of schemas field by field is never necessary. Bounded. For use by one thread.
 *
 * @param <V> the type of the derived value
 */
public final class SchemaCache<V> {
    private static final int MAX_SCHEMAS = 1024;

    private final IdentityHashMap<Schema, V> values = new IdentityHashMap<>();
    private @Nullable Schema lastSchema;
    private @Nullable V lastValue;

    /** The value derived from this schema; derives it if it is not cached. */
    public V get(Schema schema, Function<Schema, V> derivation) {
        V value = find(schema);
        return value != null ? value : put(schema, derivation.apply(schema));
    }

    /** The value derived from this schema; null if it is not cached. */
    public @Nullable V find(Schema schema) {
        if (schema == lastSchema) {
            return lastValue;
        }
        V value = values.get(schema);
        if (value != null) {
            lastSchema = schema;
            lastValue = value;
        }
        return value;
    }

    /** Caches the value derived from this schema, and returns it. */
    public V put(Schema schema, V value) {
        if (values.size() >= MAX_SCHEMAS) {
            values.clear();
        }
        values.put(schema, value);
        lastSchema = schema;
        lastValue = value;
        return value;
    }
}
