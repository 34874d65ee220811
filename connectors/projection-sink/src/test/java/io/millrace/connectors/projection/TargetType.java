package io.millrace.connectors.projection;

import java.math.BigInteger;

/**
 * A type of columns.
 *
 * @param ddl the type
 * @param column its column in the table of conversions
 * @param read SQL that makes a text of the column, whose name stands for {@code %s}
 * @param size the characters of a text, the fractional digits of a time, the bytes of a byte string
 * @param min the least whole number
 * @param max the greatest whole number
 * @param precision the digits of a decimal
 * @param scale those behind the point; for floating-point numbers 4 or 8, the bytes
 */
record TargetType(
        String ddl, String column, String read, int size, BigInteger min, BigInteger max, int precision, int scale) {
    static TargetType whole(String ddl, String column, String read, long min, BigInteger max) {
        return new TargetType(ddl, column, read, 0, BigInteger.valueOf(min), max, 0, 0);
    }

    static TargetType whole(String ddl, String column, String read, long min, long max) {
        return whole(ddl, column, read, min, BigInteger.valueOf(max));
    }

    static TargetType decimal(String ddl, String read, int precision, int scale) {
        return new TargetType(ddl, "decimal", read, 0, null, null, precision, scale);
    }

    static TargetType floating(String ddl, String read, int bytes) {
        return new TargetType(ddl, "float", read, 0, null, null, 0, bytes);
    }

    static TargetType sized(String ddl, String column, String read, int size) {
        return new TargetType(ddl, column, read, size, null, null, 0, 0);
    }
}
