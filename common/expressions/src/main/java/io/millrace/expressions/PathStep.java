package io.millrace.expressions;

import io.millrace.changes.RowValues;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** One name of a path. Caches the field of the last schema. Safe for use by many threads. */
final class PathStep {
    /** The value of a missing field or key. */
    static final Object MISSING = Evaluator.UNDECIDED;

    private static final int MOST_SCHEMAS = 8;

    private record Place(Schema schema, Field field) {}

    private final String name;
    // Not synchronized: a lost write costs a lookup, and a Place is immutable.
    private @Nullable Place last;
    private int schemas;

    PathStep(String name) {
        this.name = name;
    }

    /** The value of this name in a Struct or a map, which may be null; {@link #MISSING} if there is none. */
    @Nullable
    Object valueIn(@Nullable Object container) {
        if (container instanceof Struct struct) {
            return valueIn(struct);
        }
        if (container instanceof Map<?, ?> map) {
            Object value = map.get(name);
            return value != null || map.containsKey(name) ? value : MISSING;
        }
        return MISSING;
    }

    private @Nullable Object valueIn(Struct struct) {
        Schema schema = struct.schema();
        Place place = last;
        Field field = place != null && place.schema == schema ? place.field : findField(schema);
        if (field == null) {
            return MISSING;
        }
        return RowValues.get(struct, field);
    }

    private @Nullable Field findField(Schema schema) {
        Field field = schema.field(name);
        // If schemas alternate, caching each would allocate for every record.
        if (field != null && schemas < MOST_SCHEMAS) {
            schemas++;
            last = new Place(schema, field);
        }
        return field;
    }
}
