package io.millrace.expressions;

import io.millrace.changes.RowValues;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** One name of a path. Remembers where the Structs of the last schema have it. Safe for use by many threads. */
final class Step {
    /** In place of a value: there is nothing of this name. */
    static final Object MISSING = Evaluator.UNDECIDED;

    private static final int MOST_SCHEMAS = 8;

    private record Place(Schema schema, Field field) {}

    private final String name;
    // Written by whoever comes first; a lost write costs a lookup. A Place is immutable, so any that is read is whole.
    private Place last;
    private int schemas;

    Step(String name) {
        this.name = name;
    }

    /** What a Struct or a map has under the name, which may be null; {@link #MISSING} where there is none. */
    Object of(Object container) {
        if (container instanceof Struct struct) {
            return of(struct);
        }
        if (container instanceof Map<?, ?> map) {
            Object value = map.get(name);
            return value != null || map.containsKey(name) ? value : MISSING;
        }
        return MISSING;
    }

    private Object of(Struct struct) {
        Schema schema = struct.schema();
        Place place = last;
        Field field = place != null && place.schema == schema ? place.field : find(schema);
        if (field == null) {
            return MISSING;
        }
        return RowValues.get(struct, field);
    }

    private Field find(Schema schema) {
        Field field = schema.field(name);
        // Where schemas take turns, remembering each would allocate for every record.
        if (field != null && schemas < MOST_SCHEMAS) {
            schemas++;
            last = new Place(schema, field);
        }
        return field;
    }
}
