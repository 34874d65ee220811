package io.millrace.connectors.projection.table;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The first columns of a row, compared by value: the identity of a row (or a group of rows) in one view. The values are
 * those that {@code ConnectToSql} converted to the columns' types, or that the database returned; byte strings are
 * compared by their bytes, decimals without regard to their scale. The row's array is shared, not copied.
 */
public final class RowKey {
    /** Some order, the same in every task, so that rows are locked in one order. */
    public static final Comparator<RowKey> ORDER = (a, b) -> {
        for (int i = 0; i < a.size; i++) {
            int order = compare(a.row[i], b.row[i]);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    };

    private final Object[] row;
    private final int size;
    private final int hash;

    public RowKey(Object[] row, int size) {
        this.row = row;
        this.size = size;
        int h = 1;
        for (int i = 0; i < size; i++) {
            h = 31 * h + hash(row[i]);
        }
        this.hash = h;
    }

    private static int hash(Object value) {
        if (value instanceof byte[] bytes) {
            return Arrays.hashCode(bytes);
        }
        return value instanceof BigDecimal number ? number.stripTrailingZeros().hashCode() : Objects.hashCode(value);
    }

    /** How many values it has. */
    public int size() {
        return size;
    }

    public Object value(int index) {
        return row[index];
    }

    /** Compares two values of one column, neither of which is null. */
    @SuppressWarnings("unchecked")
    public static int compare(Object a, Object b) {
        if (a instanceof byte[] left && b instanceof byte[] right) {
            return Arrays.compareUnsigned(left, right);
        } else if (a.getClass() == b.getClass() && a instanceof Comparable) {
            return ((Comparable<Object>) a).compareTo(b);
        } else if (a instanceof Number && b instanceof Number) {
            return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString()));
        }
        return a.toString().compareTo(b.toString());
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
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof RowKey key) || key.hash != hash || key.size != size) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (!areEqual(row[i], key.row[i])) {
                return false;
            }
        }
        return true;
    }

    /** Decimals are compared as databases compare them: 10 is 10.00. */
    private static boolean areEqual(Object a, Object b) {
        if (a instanceof BigDecimal number && b instanceof BigDecimal other) {
            return number.compareTo(other) == 0;
        }
        return Objects.deepEquals(a, b);
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "RowKey of " + size + " columns";
    }
}
