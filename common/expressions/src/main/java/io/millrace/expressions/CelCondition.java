package io.millrace.expressions;

import java.util.Set;
import org.apache.kafka.connect.errors.DataException;

/** A condition that CEL's interpreter decides. */
final class CelCondition implements Condition {
    private final String source;
    private final CelProgram program;
    private final Set<Path> paths;

    CelCondition(String source, CelProgram program, Set<Path> paths) {
        this.source = source;
        this.program = program;
        this.paths = paths;
    }

    @Override
    public boolean test(Scope scope) {
        Object result = program.run(scope);
        if (result instanceof Boolean yes) {
            return yes;
        }
        throw new DataException("The condition \"" + source + "\" gave a value of type "
                + (result == null ? "null" : result.getClass().getSimpleName()) + "; expected a boolean");
    }

    @Override
    public Set<Path> paths() {
        return paths;
    }
}
