package io.millrace.expressions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Hands on the row of a table, or a field of it, with its declared type, which CEL may not have. It is null if the table has no
 * such row. Safe for use by many threads.
 */
public final class LookupExpression implements Expression {
    private static final int WHOLE_ROW = -1;

    private final LookupTable table;
    private final int field;
    private final Schema schema;
    private final Evaluator key;
    private final CelProgram keyProgram;
    private final Set<Path> paths;
    private final Set<Path> requiredPaths;

    /** A field of a row, or the whole row without one. */
    LookupExpression(
            LookupTable table,
            Optional<Integer> field,
            Evaluator key,
            CelProgram keyProgram,
            Set<Path> paths,
            Set<Path> requiredPaths) {
        this.table = table;
        this.field = field.orElse(WHOLE_ROW);
        this.schema = field.map(index -> table.fields().get(index).schema()).orElseGet(() -> makeSchema(table));
        this.key = key;
        this.keyProgram = keyProgram;
        this.paths = paths;
        this.requiredPaths = requiredPaths;
    }

    private static Schema makeSchema(LookupTable table) {
        SchemaBuilder builder = SchemaBuilder.struct().name(table.name()).optional();
        table.fields().forEach(field -> builder.field(field.name(), field.schema()));
        return builder.build();
    }

    /** The table that is read. */
    public LookupTable table() {
        return table;
    }

    /**
     * The row in the table's own form; null if there is none.
     *
     * @throws DataException if the key cannot be one
     */
    public byte @Nullable [] find(Scope scope) {
        Object wanted = key.evaluate(scope);
        if (wanted == Evaluator.UNDECIDED) {
            wanted = CelValues.fromCel(keyProgram.evaluateIn(scope), true);
        }
        return wanted == null ? null : table.find(wanted);
    }

    @Override
    public @Nullable Schema schema(Scope scope) {
        return scope.structured() ? schema : null;
    }

    @Override
    public @Nullable Object value(Scope scope) {
        byte[] row = find(scope);
        return row == null ? null : value(row, scope.structured());
    }

    /** The value that a row gives. */
    public @Nullable Object value(byte[] row, boolean structured) {
        if (field != WHOLE_ROW) {
            return table.value(row, field);
        }
        List<LookupTable.Field> fields = table.fields();
        if (structured) {
            Struct struct = new Struct(schema);
            for (int i = 0; i < fields.size(); i++) {
                struct.put(fields.get(i).name(), table.value(row, i));
            }
            return struct;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            map.put(fields.get(i).name(), table.value(row, i));
        }
        return map;
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
    public Optional<LookupExpression> lookup() {
        return Optional.of(this);
    }

    @Override
    public boolean dynamic() {
        return false;
    }
}
