package io.millrace.transforms;

import java.util.IdentityHashMap;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;

/**
 * What was derived from a schema, found again by the schema's identity. Sources hand out one schema object for as long as
 * a table's definition stands, so comparing schemas field by field for every record would be wasted. Bounded; not safe for
 * several threads, as a transform is used by one.
 *
 * @param <V> what is derived
 */
public final class SchemaCache<V> {
    private static final int MAX_SCHEMAS = 1024;

    private final IdentityHashMap<Schema, V> values = new IdentityHashMap<>();
    private Schema lastSchema;
    private V lastValue;

    /** What was derived from this schema, deriving it now if this is the first time. */
    public V get(Schema schema, Function<Schema, V> derivation) {
        V value = find(schema);
        return value != null ? value : put(schema, derivation.apply(schema));
    }

    /** What was derived from this schema; null where nothing was yet. */
    public V find(Schema schema) {
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

    /** Keeps what was derived from this schema, and returns it. */
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
