package io.millrace.expressions;

import java.util.List;
import java.util.function.IntPredicate;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a field of a table's row. A missing row is a row of nulls. The comparisons compare the field in the table's own form, so
 * that they allocate nothing.
 */
final class LookupEvaluator implements Evaluator {
    private static final byte[] UNDECIDED_ROW = {};

    private final LookupTable table;
    private final int field;
    private final Schema schema;
    private final Evaluator key;

    LookupEvaluator(LookupTable table, int field, Evaluator key) {
        this.table = table;
        this.field = field;
        this.schema = table.fields().get(field).schema();
        this.key = key;
    }

    /** Whether the field is an integer as CEL has it. */
    boolean isInteger() {
        return schema.name() == null && (schema.type() == Schema.Type.INT32 || schema.type() == Schema.Type.INT64);
    }

    private boolean isText() {
        return schema.name() == null && schema.type() == Schema.Type.STRING;
    }

    /** The row of a key, null if there is none, {@link #UNDECIDED_ROW} if the interpreter must decide. */
    private static byte @Nullable [] findRow(LookupTable table, Evaluator key, Scope scope) {
        Object wanted = key.evaluate(scope);
        if (wanted == null) {
            return null;
        }
        try {
            return wanted == UNDECIDED ? UNDECIDED_ROW : table.find(wanted);
        } catch (DataException e) {
            return UNDECIDED_ROW;
        }
    }

    @Override
    public @Nullable Object evaluate(Scope scope) {
        byte[] row = findRow(table, key, scope);
        if (row == UNDECIDED_ROW) {
            return UNDECIDED;
        }
        return row == null ? null : table.value(row, field);
    }

    /** Whether the field is not null. */
    Object hasValue(Scope scope) {
        byte[] row = findRow(table, key, scope);
        return row == UNDECIDED_ROW ? UNDECIDED : row != null && !table.isNull(row, field);
    }

    /** Whether the field has the value of another part. */
    Object isEqual(Scope scope, Evaluator other) {
        Object value = other.evaluate(scope);
        if (!isText() || !(value instanceof String text)) {
            return CelComparison.areEqual(evaluate(scope), value);
        }
        byte[] row = findRow(table, key, scope);
        return row == UNDECIDED_ROW
                ? UNDECIDED
                : row != null && !table.isNull(row, field) && table.isText(row, field, text);
    }

    /** Whether the field has one of these values. */
    Object isIn(Scope scope, List<@Nullable Object> constants) {
        if (!isText()) {
            return CelComparison.isIn(evaluate(scope), constants);
        }
        byte[] row = findRow(table, key, scope);
        if (row == UNDECIDED_ROW) {
            return UNDECIDED;
        }
        if (row == null || table.isNull(row, field)) {
            return CelComparison.isIn(null, constants);
        }
        for (int i = 0; i < constants.size(); i++) {
            if (constants.get(i) instanceof String text && table.isText(row, field, text)) {
                return true;
            }
        }
        return false;
    }

    /** The order of the integer in the field and a constant; null if the field is. */
    @Nullable
    Object compareInteger(Scope scope, long bound, IntPredicate order) {
        byte[] row = findRow(table, key, scope);
        if (row == UNDECIDED_ROW) {
            return UNDECIDED;
        }
        return row == null || table.isNull(row, field)
                ? null
                : (Object) order.test(Long.compare(table.integer(row, field), bound));
    }

    /** Whether a table has the key. */
    static Object hasKey(LookupTable table, Evaluator key, Scope scope) {
        byte[] row = findRow(table, key, scope);
        return row == UNDECIDED_ROW ? UNDECIDED : (Object) (row != null);
    }
}
