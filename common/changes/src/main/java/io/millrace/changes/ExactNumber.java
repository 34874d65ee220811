package io.millrace.changes;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Conversions of numbers that lose no digit, in time and memory that do not depend on exponents. */
public final class ExactNumber {
    /** Four bits are at least a digit. */
    private static final int BITS_PER_DIGIT = 4;

    /** Every decimal of so many digits has a double of its own. */
    private static final int DIGITS_OF_A_DOUBLE = 15;

    private static final int MAX_KNOWN_SCALE = 64;

    /** By scale, the least positive number with more than the digits of a double, and the greatest negative one. */
    private static final BigDecimal[] POSITIVE = new BigDecimal[MAX_KNOWN_SCALE + 1];

    private static final BigDecimal[] NEGATIVE = new BigDecimal[MAX_KNOWN_SCALE + 1];

    static {
        for (int scale = 0; scale <= MAX_KNOWN_SCALE; scale++) {
            POSITIVE[scale] = new BigDecimal(BigInteger.TEN.pow(DIGITS_OF_A_DOUBLE), scale);
            NEGATIVE[scale] = POSITIVE[scale].negate();
        }
    }

    private ExactNumber() {}

    /**
     * Whether the number has at most as many digits as a double has, up to 64 of them behind its point. Compares numbers of one
     * scale, which allocates nothing and counts no digits.
     */
    public static boolean hasFewDigits(BigDecimal number) {
        int scale = number.scale();
        return scale >= 0
                && scale <= MAX_KNOWN_SCALE
                && number.compareTo(POSITIVE[scale]) < 0
                && number.compareTo(NEGATIVE[scale]) > 0;
    }

    /**
     * Whether the number has more digits, before or behind its point, than this when it is written without an exponent.
     * Counts no digits: of a number of millions of digits that alone would take seconds.
     *
     * @param digits at least 100
     */
    public static boolean isLongerThan(BigDecimal number, int digits) {
        if (hasFewDigits(number)) {
            return false;
        }
        return number.scale() > digits
                || number.unscaledValue().bitLength() > BITS_PER_DIGIT * digits * 2
                || (long) number.precision() - number.scale() > digits;
    }

    /** As {@link #isLongerThan(BigDecimal, int)}, of an integer. */
    public static boolean isLongerThan(BigInteger number, int digits) {
        return number.bitLength() > BITS_PER_DIGIT * digits;
    }

    /**
     * Whether the double is the number: exactly, or as the shortest decimal that stands for the double.
     *
     * @param number a number that is not {@linkplain #isLongerThan longer than} some hundreds of digits
     */
    public static boolean isDouble(BigDecimal number, double value) {
        return !Double.isInfinite(value)
                && (BigDecimal.valueOf(value).compareTo(number) == 0 || new BigDecimal(value).compareTo(number) == 0);
    }

    /** Whether the float stands for the double: exactly, or as the same shortest decimal. */
    public static boolean isFloat(double number, float value) {
        return value == number
                || (!Float.isInfinite(value)
                        && new BigDecimal(Float.toString(value)).compareTo(BigDecimal.valueOf(number)) == 0);
    }
}
