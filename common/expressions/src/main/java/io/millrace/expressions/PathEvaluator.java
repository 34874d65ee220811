package io.millrace.expressions;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Follows a path through Structs and maps. A name that is not there is an error; the last value may be null. */
final class PathEvaluator implements Evaluator {
    private final int variable;
    private final boolean data;
    private final Step[] steps;

    PathEvaluator(int variable, Variable.Kind kind, Path path) {
        this.variable = variable;
        this.data = kind == Variable.Kind.DATA;
        this.steps = path.steps().stream().map(Step::new).toArray(Step[]::new);
    }

    /** The interpreter hands on a copy of some containers and others themselves, so it has to say. */
    @Override
    public Object evaluate(Scope scope) {
        Object value = follow(scope);
        return value instanceof Struct || value instanceof Map || value instanceof List ? UNDECIDED : value;
    }

    private Object follow(Scope scope) {
        Object value = scope.value(variable);
        if (value == null && data) {
            // Every field of what is not there is null, and null has no fields.
            return steps.length == 1 ? null : UNDECIDED;
        }
        for (int i = 0; i < steps.length && value != UNDECIDED; i++) {
            value = steps[i].of(value);
        }
        return value;
    }

    /** Whether what is at the end of the path has a member of this name, be it null. */
    Object contains(Scope scope, String name) {
        if (data && steps.length == 0 && scope.value(variable) == null) {
            return true;
        }
        Object container = follow(scope);
        if (container instanceof Struct struct) {
            return struct.schema().field(name) != null;
        }
        return container instanceof Map<?, ?> map ? (Object) map.containsKey(name) : UNDECIDED;
    }

    /** One name of the path. Remembers where the Structs of some schemas have it. */
    private static final class Step {
        private static final int MOST_SCHEMAS = 8;

        private record Place(Schema schema, Field field) {}

        private final String name;
        // Written by whoever comes first; a lost write costs a lookup. A Place is immutable, so any that is read is
        // whole.
        private Place last;
        private int schemas;

        Step(String name) {
            this.name = name;
        }

        Object of(Object container) {
            if (container instanceof Struct struct) {
                return of(struct);
            }
            if (container instanceof Map<?, ?> map) {
                Object value = map.get(name);
                return value != null || map.containsKey(name) ? value : UNDECIDED;
            }
            return UNDECIDED;
        }

        private Object of(Struct struct) {
            Schema schema = struct.schema();
            Place place = last;
            Field field = place != null && place.schema == schema ? place.field : find(schema);
            if (field == null) {
                return UNDECIDED;
            }
            // Struct.get() puts a default in the place of a null.
            return field.schema().defaultValue() == null ? struct.get(field) : struct.getWithoutDefault(name);
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
}
