package io.millrace.expressions;

import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;

/** A condition that its evaluator decides where it can, and CEL's interpreter everywhere else. */
final class CelCondition implements Condition {
    private final String source;
    private final Evaluator evaluator;
    private final CelProgram program;
    private final Set<Path> paths;
    private final List<RequiredText> requirements;

    CelCondition(
            String source, Evaluator evaluator, CelProgram program, Set<Path> paths, List<RequiredText> requirements) {
        this.source = source;
        this.evaluator = evaluator;
        this.program = program;
        this.paths = paths;
        this.requirements = requirements;
    }

    @Override
    public boolean test(Scope scope) {
        if (evaluator.evaluate(scope) instanceof Boolean decided) {
            return decided;
        }
        Object result = program.evaluateIn(scope);
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

    @Override
    public List<RequiredText> requirements() {
        return requirements;
    }
}
