package io.millrace.expressions;

import dev.cel.common.values.NullValue;
import java.util.List;
import java.util.Set;
import org.apache.kafka.connect.errors.DataException;

/** A condition that its evaluator decides if it can, and the interpreter otherwise. One that is unknown does not hold. */
final class CelCondition implements Condition {
    private final String source;
    private final Evaluator evaluator;
    private final CelProgram program;
    private final Set<Path> paths;
    private final Set<Path> requiredPaths;
    private final Set<ComparedText> comparedTexts;
    private final List<RequiredText> requirements;

    CelCondition(
            String source,
            Evaluator evaluator,
            CelProgram program,
            Set<Path> paths,
            Set<Path> requiredPaths,
            Set<ComparedText> comparedTexts,
            List<RequiredText> requirements) {
        this.source = source;
        this.evaluator = evaluator;
        this.program = program;
        this.paths = paths;
        this.requiredPaths = requiredPaths;
        this.comparedTexts = comparedTexts;
        this.requirements = requirements;
    }

    @Override
    public boolean test(Scope scope) {
        Object decided = evaluator.evaluate(scope);
        if (decided instanceof Boolean yes) {
            return yes;
        }
        if (decided == null) {
            return false;
        }
        Object result = program.evaluateIn(scope);
        if (result instanceof Boolean yes) {
            return yes;
        }
        if (result instanceof NullValue) {
            return false;
        }
        throw new DataException("The condition \"" + source + "\" gave a value of type "
                + result.getClass().getSimpleName() + "; expected a boolean");
    }

    @Override
    public Set<Path> paths() {
        return paths;
    }

    @Override
    public Set<Path> requiredPaths() {
        return requiredPaths;
    }

    @Override
    public Set<ComparedText> comparedTexts() {
        return comparedTexts;
    }

    @Override
    public List<RequiredText> requirements() {
        return requirements;
    }
}
