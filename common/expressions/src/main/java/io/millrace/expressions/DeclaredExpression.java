package io.millrace.expressions;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Gives the value of another expression the type that was declared for it. */
final class DeclaredExpression implements Expression {
    private final String name;
    private final Schema schema;
    private final Expression inner;

    DeclaredExpression(String name, Schema schema, Expression inner) {
        this.name = name;
        this.schema = schema;
        this.inner = inner;
    }

    @Override
    public @Nullable Schema schema(Scope scope) {
        inner.schema(scope);
        return scope.structured() ? schema : null;
    }

    @Override
    public @Nullable Object value(Scope scope) {
        Object value = inner.value(scope);
        if (value == Unchanged.VALUE) {
            return value;
        }
        try {
            return TypeConversion.of(scope).convert(schema, value == null ? null : inner.schema(scope), value);
        } catch (TypeConversion.Mismatch e) {
            throw new DataException(name + e.getMessage());
        }
    }

    @Override
    public Set<Path> paths() {
        return inner.paths();
    }

    @Override
    public Set<Path> requiredPaths() {
        return inner.requiredPaths();
    }

    @Override
    public Optional<Path> path() {
        return inner.path();
    }

    @Override
    public Optional<LookupExpression> lookup() {
        return inner.lookup();
    }

    @Override
    public boolean containsText(String text) {
        return inner.containsText(text);
    }

    @Override
    public Optional<Schema> declared() {
        return Optional.of(schema);
    }

    @Override
    public boolean dynamic() {
        return false;
    }
}
