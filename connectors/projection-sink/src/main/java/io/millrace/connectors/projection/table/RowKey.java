package io.millrace.connectors.projection.table;

import io.millrace.connectors.projection.value.ConnectToSql;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The first columns of a row, compared by value: what tells rows (or groups of rows) of one view apart. The values are
 * those that {@link ConnectToSql} made to fit the columns, so a value has one form; byte strings are compared by their
 * bytes. The row's array is shared, not copied.
 */
public final class RowKey {
    private final Object[] row;
    private final int size;
    private final int hash;

    public RowKey(Object[] row, int size) {
        this.row = row;
        this.size = size;
        int h = 1;
        for (int i = 0; i < size; i++) {
            h = 31 * h + (row[i] instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(row[i]));
        }
        this.hash = h;
    }

    public Object value(int index) {
        return row[index];
    }

    /** The key of the group that this row belongs to. */
    public RowKey prefix(int length) {
        return new RowKey(row, length);
    }

    /** The key of the values that the function makes of these. */
    public RowKey map(UnaryOperator<Object> function) {
        Object[] mapped = new Object[size];
        for (int i = 0; i < size; i++) {
            mapped[i] = function.apply(row[i]);
        }
        return new RowKey(mapped, size);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof RowKey key) || key.hash != hash || key.size != size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (!Objects.deepEquals(row[i], key.row[i])) {
                return false;
            }
        }
        return true;
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "RowKey of " + size + " columns";
    }
}
