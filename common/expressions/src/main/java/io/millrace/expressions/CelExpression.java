package io.millrace.expressions;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** A computed value. Its schema follows from the type that CEL's checker derived, unless that type is dynamic. */
final class CelExpression implements Expression {
    private final Evaluator evaluator;
    private final CelProgram program;
    private final Set<Path> paths;
    private final Set<Path> requiredPaths;
    private final Set<String> texts;
    private final @Nullable Schema schema;

    CelExpression(
            Evaluator evaluator,
            CelProgram program,
            Set<Path> paths,
            Set<Path> requiredPaths,
            Set<String> texts,
            @Nullable Schema schema) {
        this.evaluator = evaluator;
        this.program = program;
        this.paths = paths;
        this.requiredPaths = requiredPaths;
        this.texts = texts;
        this.schema = schema;
    }

    @Override
    public @Nullable Schema schema(Scope scope) {
        return scope.structured() ? schema : null;
    }

    @Override
    public @Nullable Object value(Scope scope) {
        Object value = evaluator.evaluate(scope);
        // Through CEL's types also where the interpreter was not needed: it has one integer and one floating point
        // number.
        return CelValues.fromCel(
                value == Evaluator.UNDECIDED ? program.evaluateIn(scope) : CelValues.toCel(value),
                scope.keepsNanoseconds());
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
    public boolean containsText(String text) {
        return texts.contains(text);
    }

    @Override
    public Optional<Schema> declared() {
        return Optional.ofNullable(schema);
    }

    @Override
    public boolean dynamic() {
        return schema == null;
    }
}
