package io.millrace.expressions;

import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** {@code json(after.document).apps}: follows a path to a JSON text, and a second one inside it. */
final class JsonPathExpression implements Expression {
    private final Expression text;
    private final String[] steps;

    JsonPathExpression(PathExpression text, Path inside) {
        this(text, inside.steps().toArray(String[]::new));
    }

    private JsonPathExpression(Expression text, String[] steps) {
        this.text = text;
        this.steps = steps;
    }

    @Override
    public @Nullable Schema schema(Scope scope) {
        text.schema(scope);
        return null;
    }

    @Override
    public @Nullable Object value(Scope scope) {
        Object value = text.value(scope);
        if (value == null) {
            return null;
        }
        if (value instanceof String json) {
            return JsonDocument.readPath(json, steps);
        }
        throw new DataException(
                "json() expects a string, found a " + value.getClass().getSimpleName() + " at "
                        + text.paths().iterator().next());
    }

    @Override
    public Expression nullIfMissing() {
        return new JsonPathExpression(text.nullIfMissing(), steps);
    }

    @Override
    public Set<Path> paths() {
        return text.paths();
    }

    @Override
    public Set<Path> requiredPaths() {
        return text.requiredPaths();
    }

    @Override
    public boolean dynamic() {
        return true;
    }
}
