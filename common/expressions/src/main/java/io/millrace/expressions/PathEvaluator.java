package io.millrace.expressions;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Follows a path through Structs and maps. A name that is not there is an error; the last value may be null. */
final class PathEvaluator implements Evaluator {
    private final int variable;
    private final boolean data;
    private final PathStep[] steps;

    PathEvaluator(int variable, Variable.Kind kind, Path path) {
        this.variable = variable;
        this.data = kind == Variable.Kind.DATA;
        this.steps = path.steps().stream().map(PathStep::new).toArray(PathStep[]::new);
    }

    /**
     * The interpreter hands on a copy of some containers and others themselves, and finds words for decimals that CEL has no
     * number for, so it has to say.
     */
    @Override
    public @Nullable Object evaluate(Scope scope) {
        Object value = followPath(scope);
        if (value instanceof BigDecimal decimal && !CelValues.hasFewDigits(decimal)) {
            return UNDECIDED;
        }
        return value instanceof Struct || value instanceof Map || value instanceof List ? UNDECIDED : value;
    }

    private @Nullable Object followPath(Scope scope) {
        Object value = scope.value(variable);
        if (value == null && data) {
            // Every field of what is not there is null, and null has no fields.
            return steps.length == 1 ? null : UNDECIDED;
        }
        for (int i = 0; i < steps.length && value != UNDECIDED; i++) {
            value = steps[i].valueIn(value);
        }
        return value;
    }

    /** Whether what is at the end of the path has a member of this name, be it null. */
    Object containsName(Scope scope, String name) {
        if (data && steps.length == 0 && scope.value(variable) == null) {
            return true;
        }
        Object container = followPath(scope);
        if (container instanceof Struct struct) {
            return struct.schema().field(name) != null;
        }
        return container instanceof Map<?, ?> map ? (Object) map.containsKey(name) : UNDECIDED;
    }
}
