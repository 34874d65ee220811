package io.millrace.expressions;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CEL's equality and order between strings, booleans, nulls and numbers of all kinds, as its interpreter has them; between
 * other values they are undecided. Numbers are compared by value, whatever their types; a decimal of few digits is the
 * integer or the double that {@link CelValues} makes of it.
 */
final class CelComparison {
    /** The result for values that are not ordered here. */
    static final int UNORDERED = Integer.MIN_VALUE;

    private CelComparison() {}

    /** True, false or {@link Evaluator#UNDECIDED}. */
    static Object areEqual(@Nullable Object a, @Nullable Object b) {
        return equalInCel(inCel(a), inCel(b));
    }

    private static @Nullable Object inCel(@Nullable Object value) {
        Number number = value instanceof BigDecimal decimal ? CelValues.ofFewDigits(decimal) : null;
        return number != null ? number : value;
    }

    private static Object equalInCel(@Nullable Object a, @Nullable Object b) {
        if (a instanceof String text && b instanceof String other) {
            return text.equals(other);
        }
        if (a instanceof Number x && b instanceof Number y) {
            return areEqualNumbers(x, y);
        }
        if (!isPlain(a) || !isPlain(b)) {
            return Evaluator.UNDECIDED;
        }
        return (a == null || b == null) ? a == b : a.equals(b);
    }

    private static Object areEqualNumbers(Number a, Number b) {
        if (isInteger(a) && isInteger(b)) {
            return a.longValue() == b.longValue();
        }
        if (!isPlain(a) || !isPlain(b)) {
            return Evaluator.UNDECIDED;
        }
        return (isInteger(a) || isInteger(b)) ? compareNumbers(a, b) == 0 : a.doubleValue() == b.doubleValue();
    }

    /** Negative, zero or positive; {@link #UNORDERED} if the interpreter must decide. */
    static int orderOf(@Nullable Object a, @Nullable Object b) {
        return orderInCel(inCel(a), inCel(b));
    }

    private static int orderInCel(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Number x && b instanceof Number y) {
            return isPlain(x) && isPlain(y) ? Integer.signum(compareNumbers(x, y)) : UNORDERED;
        }
        if (a instanceof String text && b instanceof String other) {
            return Integer.signum(text.compareTo(other));
        }
        return a instanceof Boolean x && b instanceof Boolean y ? Boolean.compare(x, y) : UNORDERED;
    }

    private static int compareNumbers(Number a, Number b) {
        if (isInteger(a)) {
            return isInteger(b)
                    ? Long.compare(a.longValue(), b.longValue())
                    : -compareNumbers(b.doubleValue(), a.longValue());
        }
        return isInteger(b)
                ? compareNumbers(a.doubleValue(), b.longValue())
                : compareNumbers(a.doubleValue(), b.doubleValue());
    }

    /** As the interpreter has it, with -0.0 before 0. */
    private static int compareNumbers(double a, long b) {
        return Double.compare(a, (double) b);
    }

    /** Of numbers, so 0.0 and -0.0 are equal. */
    private static int compareNumbers(double a, double b) {
        return a < b ? -1 : a > b ? 1 : 0;
    }

    /** Whether a constant list has the value. */
    static Object isIn(@Nullable Object value, List<@Nullable Object> constants) {
        Object seen = inCel(value);
        if (!isPlain(seen)) {
            return Evaluator.UNDECIDED;
        }
        for (int i = 0; i < constants.size(); i++) {
            if (Boolean.TRUE.equals(equalInCel(seen, constants.get(i)))) {
                return true;
            }
        }
        return false;
    }

    static boolean isInteger(@Nullable Object value) {
        return value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte;
    }

    /** Not-a-number is undecided, too: to the interpreter it equals itself in some operations only. */
    private static boolean isPlain(@Nullable Object value) {
        return value == null
                || value instanceof String
                || value instanceof Boolean
                || isInteger(value)
                || (value instanceof Double number && !number.isNaN())
                || (value instanceof Float single && !single.isNaN());
    }
}
