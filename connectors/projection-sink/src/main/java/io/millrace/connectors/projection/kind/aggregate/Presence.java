package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.expressions.Expression;
import io.millrace.expressions.Path;
import io.millrace.expressions.Scope;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** 1 if an expression has a value, and null if it has none. */
record Presence(Expression inner) implements Expression {
    @Override
    public Schema schema(Scope scope) {
        inner.schema(scope);
        return Schema.OPTIONAL_INT64_SCHEMA;
    }

    @Override
    public @Nullable Object value(Scope scope) {
        return inner.value(scope) == null ? null : 1L;
    }

    @Override
    public Set<Path> paths() {
        return inner.paths();
    }

    @Override
    public boolean dynamic() {
        return false;
    }
}
