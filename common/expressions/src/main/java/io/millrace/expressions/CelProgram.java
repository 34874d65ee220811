package io.millrace.expressions;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelVariableResolver;
import dev.cel.runtime.Program;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** A checked CEL expression, ready to run on a record. */
final class CelProgram {
    private final String source;
    private final Program program;
    private final Map<String, Integer> indexes;
    private final List<Variable> variables;

    CelProgram(String source, Program program, Map<String, Integer> indexes, List<Variable> variables) {
        this.source = source;
        this.program = program;
        this.indexes = indexes;
        this.variables = variables;
    }

    @Nullable
    Object evaluateIn(Scope scope) {
        CelVariableResolver resolver = name -> Optional.ofNullable(resolveVariable(name, scope));
        try {
            return program.eval(resolver);
        } catch (CelEvaluationException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof DataException own) {
                    throw new DataException("The expression \"" + source + "\": " + own.getMessage());
                }
            }
            // Only the kind of the fault: CEL's message can quote the value.
            throw new DataException("The expression \"" + source + "\" cannot be evaluated: " + e.getErrorCode());
        }
    }

    private @Nullable Object resolveVariable(String name, Scope scope) {
        Integer index = indexes.get(name);
        if (index == null) {
            return null;
        }
        Object value = scope.value(index);
        return value == null && variables.get(index).kind() == Variable.Kind.DATA
                ? CelValues.ABSENT
                : CelValues.toCel(value);
    }
}
