package io.millrace.expressions;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Follows a path through Structs and maps. A name that is not there is an error; a part of a null is null. */
final class PathEvaluator implements Evaluator {
    private final int variable;
    private final boolean data;
    private final PathStep[] steps;

    PathEvaluator(int variable, Variable.Kind kind, Path path) {
        this.variable = variable;
        this.data = kind == Variable.Kind.DATA;
        this.steps = path.steps().stream().map(PathStep::new).toArray(PathStep[]::new);
    }

    /** The interpreter copies some containers and refuses decimals that CEL cannot represent, so it must decide. */
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
        if (value == null && data && steps.length == 0) {
            // A structure whose fields are null, which only the interpreter has.
            return UNDECIDED;
        }
        for (int i = 0; i < steps.length && value != null && value != UNDECIDED; i++) {
            value = steps[i].valueIn(value);
        }
        return value;
    }

    /** Whether the value at the end of the path has a member of this name, even with a null. */
    @Nullable
    Object containsName(Scope scope, String name) {
        if (data && steps.length == 0 && scope.value(variable) == null) {
            return true;
        }
        Object container = followPath(scope);
        if (container instanceof Struct struct) {
            return struct.schema().field(name) != null;
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(name);
        }
        return container == null ? null : UNDECIDED;
    }

    /** Whether the value at the end of the path has a member of this name that is not null. */
    Object hasValue(Scope scope, PathStep member) {
        Object container = scope.value(variable) == null ? null : followPath(scope);
        if (container instanceof Struct || container instanceof Map) {
            Object value = member.valueIn(container);
            return value != null && value != PathStep.MISSING;
        }
        return container == null ? (Object) false : UNDECIDED;
    }
}
