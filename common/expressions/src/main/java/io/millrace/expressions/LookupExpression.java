package io.millrace.expressions;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** Hands on a field of a table's row with its declared type, which CEL may not have. It is null if there is no such row. */
final class LookupExpression implements Expression {
    private final LookupTable table;
    private final int field;
    private final Schema schema;
    private final Evaluator key;
    private final CelProgram keyProgram;
    private final Set<Path> paths;
    private final Set<Path> requiredPaths;

    LookupExpression(
            LookupTables.FieldRead read,
            Evaluator key,
            CelProgram keyProgram,
            Set<Path> paths,
            Set<Path> requiredPaths) {
        this.table = read.table();
        this.field = read.field();
        this.schema = read.schema();
        this.key = key;
        this.keyProgram = keyProgram;
        this.paths = paths;
        this.requiredPaths = requiredPaths;
    }

    @Override
    public @Nullable Schema schema(Scope scope) {
        return scope.structured() ? schema : null;
    }

    @Override
    public @Nullable Object value(Scope scope) {
        Object wanted = key.evaluate(scope);
        if (wanted == Evaluator.UNDECIDED) {
            wanted = CelValues.fromCel(keyProgram.evaluateIn(scope), true);
        }
        byte[] row = wanted == null ? null : table.find(wanted);
        return row == null ? null : table.value(row, field);
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
    public Optional<Schema> declared() {
        return Optional.of(schema);
    }

    @Override
    public boolean dynamic() {
        return false;
    }
}
