package io.millrace.connectors.projection.value;

import io.millrace.changes.ExactNumber;
import io.millrace.connectors.projection.table.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.kafka.connect.errors.DataException;

/** Refuses documents with numbers that MySQL's JSON would round: it keeps 64-bit integers and doubles. */
final class JsonPrecision {
    /** A number of so few characters is an integer of 64 bits or the shortest decimal of a double. */
    private static final int SHORT = 15;

    private static final int MAX_LENGTH = 800;
    private static final BigInteger MIN_INTEGER = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_INTEGER = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private JsonPrecision() {}

    /** The document, which need not be valid. */
    static String requireExactNumbers(String document, Column column) {
        int at = 0;
        while (at < document.length()) {
            char c = document.charAt(at);
            if (c == '"') {
                at = skipText(document, at);
            } else if (c == '-' || (c >= '0' && c <= '9')) {
                int end = skipNumber(document, at);
                if (end - at > SHORT || hasExponent(document, at, end)) {
                    requireExact(document.substring(at, Math.min(end, at + MAX_LENGTH + 1)), column);
                }
                at = end;
            } else {
                at++;
            }
        }
        return document;
    }

    private static int skipText(String document, int start) {
        int at = start + 1;
        while (at < document.length() && document.charAt(at) != '"') {
            at += document.charAt(at) == '\\' ? 2 : 1;
        }
        return at + 1;
    }

    private static int skipNumber(String document, int start) {
        int at = start + 1;
        while (at < document.length() && "0123456789.eE+-".indexOf(document.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private static boolean hasExponent(String document, int start, int end) {
        for (int i = start; i < end; i++) {
            if (document.charAt(i) == 'e' || document.charAt(i) == 'E') {
                return true;
            }
        }
        return false;
    }

    private static void requireExact(String text, Column column) {
        if (text.length() <= MAX_LENGTH && isExact(text)) {
            return;
        }
        throw new DataException("expected numbers of 64 bits or doubles in " + column.typeName()
                + ", found one with more digits, which it would round; write it as a text");
    }

    private static boolean isExact(String text) {
        BigDecimal number;
        try {
            number = new BigDecimal(text);
        } catch (NumberFormatException e) {
            // Not JSON, which the database refuses.
            return true;
        }
        if (ExactNumber.isLongerThan(number, MAX_LENGTH)) {
            return false;
        }
        if (number.scale() <= 0) {
            BigInteger integer = number.toBigIntegerExact();
            if (integer.compareTo(MIN_INTEGER) >= 0 && integer.compareTo(MAX_INTEGER) <= 0) {
                return true;
            }
        }
        return ExactNumber.isDouble(number, number.doubleValue());
    }
}
