package io.millrace.expressions;

import dev.cel.common.types.OpaqueType;
import io.millrace.changes.ExactNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A value of the type {@code decimal}, which CEL does not have: an exact number of at most {@value #MAX_DIGITS} digits before and as
 * many behind its point, so that no operation takes more than some microseconds. Two decimals are equal if they are the same
 * number: {@code 1.50} equals {@code 1.5}. Immutable.
 */
final class CelDecimal {
    static final OpaqueType TYPE = OpaqueType.create("decimal");

    /** More than any database keeps. */
    static final int MAX_DIGITS = 1_000;

    /** The sign, the point and an exponent, beside the digits. */
    private static final int MAX_CHARACTERS = 2 * MAX_DIGITS + 20;

    private final BigDecimal value;

    private CelDecimal(BigDecimal value) {
        this.value = value;
    }

    /**
     * The number, with its trailing zeros.
     *
     * @throws DataException if it has too many digits
     */
    static CelDecimal of(BigDecimal value) {
        if (ExactNumber.isLongerThan(value, MAX_DIGITS)) {
            throw new DataException("a decimal has at most " + MAX_DIGITS
                    + " digits before its point and as many behind it, found one of more digits");
        }
        return new CelDecimal(value);
    }

    static CelDecimal of(BigInteger value) {
        if (ExactNumber.isLongerThan(value, MAX_DIGITS)) {
            throw new DataException("a decimal has at most " + MAX_DIGITS + " digits, found one of more digits");
        }
        return of(new BigDecimal(value));
    }

    static CelDecimal of(long value) {
        return new CelDecimal(BigDecimal.valueOf(value));
    }

    /** The shortest decimal that stands for the double, as it is printed: 0.1 is {@code 0.1}. */
    static CelDecimal of(double value) {
        if (!Double.isFinite(value)) {
            throw new DataException("decimal() expects a number, found one that is not finite");
        }
        return of(BigDecimal.valueOf(value));
    }

    /** The shortest decimal that stands for the float. */
    static CelDecimal of(float value) {
        return Float.isFinite(value) ? of(new BigDecimal(Float.toString(value))) : of((double) value);
    }

    /**
     * The number that a text contains: digits with an optional sign, point and exponent.
     *
     * @throws DataException if it is another text
     */
    static CelDecimal parse(String text) {
        if (text.length() > MAX_CHARACTERS || !isAscii(text)) {
            throw notANumber();
        }
        try {
            return of(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw notANumber();
        }
    }

    private static DataException notANumber() {
        return new DataException("decimal() expects a number, found another text");
    }

    /** Java takes digits of every script for digits; databases do not. */
    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 'e') {
                return false;
            }
        }
        return true;
    }

    BigDecimal value() {
        return value;
    }

    CelDecimal negate() {
        return new CelDecimal(value.negate());
    }

    CelDecimal add(CelDecimal other) {
        return of(value.add(other.value));
    }

    CelDecimal subtract(CelDecimal other) {
        return of(value.subtract(other.value));
    }

    CelDecimal multiply(CelDecimal other) {
        return of(value.multiply(other.value));
    }

    /** The number with so many digits behind its point. */
    CelDecimal round(long scale, RoundingMode mode) {
        return of(value.setScale(checkScale(scale), mode));
    }

    /** The quotient with so many digits behind its point. */
    CelDecimal divide(CelDecimal divisor, long scale, RoundingMode mode) {
        if (divisor.value.signum() == 0) {
            throw new DataException("a decimal is divided by zero");
        }
        return of(value.divide(divisor.value, checkScale(scale), mode));
    }

    private static int checkScale(long scale) {
        if (scale < 0 || scale > MAX_DIGITS) {
            throw new DataException(
                    "a decimal is rounded to 0 to " + MAX_DIGITS + " digits behind its point, found another number");
        }
        return (int) scale;
    }

    /** The same number as a {@code long}. */
    long toWhole() {
        try {
            return value.longValueExact();
        } catch (ArithmeticException e) {
            throw new DataException("int() expects a whole decimal of at most 64 bits, found another one");
        }
    }

    /** The nearest double. */
    double toNearestDouble() {
        double nearest = value.doubleValue();
        if (Double.isInfinite(nearest)) {
            throw new DataException("double() expects a number in the range of a double, found a larger one");
        }
        return nearest;
    }

    int compare(CelDecimal other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CelDecimal decimal && value.compareTo(decimal.value) == 0;
    }

    @Override
    public int hashCode() {
        return value.stripTrailingZeros().hashCode();
    }

    /** The digits, with the trailing zeros and without an exponent. */
    String toText() {
        return value.toPlainString();
    }

    /** Without the value. */
    @Override
    public String toString() {
        return "decimal";
    }
}
