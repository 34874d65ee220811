package io.millrace.tables;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keys as bytes that are equal if the keys are equal, however a producer serialised them: an {@code int} 7 and a {@code long}
 * 7 are one key, and so are a UUID and its text.
 *
 * <pre>
 * key     = null | integer | text | bytes | boolean | decimal | double | time | tuple
 * null    = 'n'                          only within a tuple
 * integer = 'i' varint                   zigzag, so that small negative numbers are short; decimals that are integers
 * text    = 's' { byte }                 UTF-8
 * bytes   = 'b' { byte }
 * boolean = 'z' ( 0 | 1 )
 * decimal = 'd' varint { byte }          zigzag of the scale, and the unscaled value without trailing zeros
 * double  = 'f' byte[8]                  IEEE 754, big-endian; only infinity and not-a-number, the others are decimals
 * time    = 'm' varint                   zigzag of the milliseconds since 1970
 * tuple   = 't' { varint key }           each part after its length
 * </pre>
 */
public final class CanonicalKey {
    static final byte INTEGER = 'i';
    static final byte TEXT = 's';
    static final byte BYTES = 'b';
    private static final byte NULL = 'n';
    private static final byte BOOLEAN = 'z';
    private static final byte DECIMAL = 'd';
    private static final byte DOUBLE = 'f';
    private static final byte TIME = 'm';
    private static final byte TUPLE = 't';

    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);
    /** Of a decimal, so that an exponent cannot make a number of gigabytes. */
    private static final int MAX_DIGITS = 1000;

    private CanonicalKey() {}

    /**
     * Writes a key.
     *
     * @param key a number, text, {@link UUID}, bytes, boolean or {@link Date}, or a list of these; null only within a list
     * @throws IllegalArgumentException if it is of another type; the message does not contain the key
     */
    @SuppressWarnings("JavaUtilDate") // Connect's type of times.
    public static void write(@Nullable Object key, ByteWriter to) {
        if (key instanceof String text) {
            to.writeByte(TEXT).writeText(text);
        } else if (key instanceof Long || key instanceof Integer || key instanceof Short || key instanceof Byte) {
            writeInteger(((Number) key).longValue(), to);
        } else if (key instanceof BigDecimal number) {
            writeDecimal(number, to);
        } else if (key instanceof BigInteger number) {
            writeDecimal(new BigDecimal(number), to);
        } else if (key instanceof Boolean yes) {
            to.writeByte(BOOLEAN).writeByte(yes ? 1 : 0);
        } else if (key instanceof Double || key instanceof Float) {
            writeDouble(((Number) key).doubleValue(), to);
        } else if (key instanceof UUID id) {
            to.writeByte(TEXT).writeText(id.toString());
        } else if (key instanceof Date time) {
            to.writeByte(TIME).writeVarint(zigzag(time.getTime()));
        } else if (key instanceof byte[] bytes) {
            to.writeByte(BYTES).writeBytes(bytes, 0, bytes.length);
        } else if (key instanceof ByteBuffer bytes) {
            to.writeByte(BYTES).writeBytes(bytes);
        } else if (key instanceof List<?> parts) {
            writeTuple(parts, to);
        } else {
            throw new IllegalArgumentException(
                    "A key is a number, text, bytes, boolean, time or a list of these; found "
                            + (key == null ? "null" : key.getClass().getName()));
        }
    }

    static void writeInteger(long number, ByteWriter to) {
        to.writeByte(INTEGER).writeVarint(zigzag(number));
    }

    /** As the decimal of its shortest text: an expression may have a decimal of the topic's key as a double. */
    private static void writeDouble(double number, ByteWriter to) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            to.writeByte(DOUBLE).writeLong(Double.doubleToLongBits(number));
        } else {
            writeDecimal(BigDecimal.valueOf(number), to);
        }
    }

    private static void writeDecimal(BigDecimal number, ByteWriter to) {
        if (Math.max(number.precision(), (long) number.precision() - number.scale()) > MAX_DIGITS) {
            throw new IllegalArgumentException("A key is a number of at most " + MAX_DIGITS + " digits");
        }
        BigDecimal stripped = number.stripTrailingZeros();
        if (stripped.scale() <= 0) {
            BigInteger integer = stripped.toBigIntegerExact();
            if (integer.compareTo(MIN_LONG) >= 0 && integer.compareTo(MAX_LONG) <= 0) {
                writeInteger(integer.longValue(), to);
                return;
            }
        }
        byte[] unscaled = stripped.unscaledValue().toByteArray();
        to.writeByte(DECIMAL).writeVarint(zigzag(stripped.scale())).writeBytes(unscaled, 0, unscaled.length);
    }

    private static void writeTuple(List<?> parts, ByteWriter to) {
        to.writeByte(TUPLE);
        ByteWriter part = new ByteWriter();
        for (Object value : parts) {
            part.clear();
            if (value == null) {
                part.writeByte(NULL);
            } else {
                write(value, part);
            }
            to.writeVarint(part.length()).writeBytes(part.array(), 0, part.length());
        }
    }

    /**
     * Reads a key as it was written; an integer is a {@link Long}, another number a {@link BigDecimal}, a tuple a {@link List}.
     *
     * @throws IllegalArgumentException if the bytes are not those of a key
     */
    @SuppressWarnings("JavaUtilDate") // As it was written.
    public static Object read(byte[] bytes, int from, int to) {
        int at = from + 1;
        return switch (bytes[from]) {
            case INTEGER -> unzigzag(Varint.read(bytes, at));
            case TEXT -> new String(bytes, at, to - at, StandardCharsets.UTF_8);
            case BYTES -> Arrays.copyOfRange(bytes, at, to);
            case BOOLEAN -> bytes[at] == 1;
            case DECIMAL -> {
                int scale = (int) unzigzag(Varint.read(bytes, at));
                int unscaled = at + Varint.length(bytes, at);
                yield new BigDecimal(new BigInteger(bytes, unscaled, to - unscaled), scale);
            }
            case DOUBLE -> ByteBuffer.wrap(bytes).getDouble(at);
            case TIME -> new Date(unzigzag(Varint.read(bytes, at)));
            case TUPLE -> readTuple(bytes, at, to);
            default -> throw new IllegalArgumentException("Not a key");
        };
    }

    private static List<@Nullable Object> readTuple(byte[] bytes, int from, int to) {
        List<@Nullable Object> parts = new ArrayList<>();
        int at = from;
        while (at < to) {
            int length = (int) Varint.read(bytes, at);
            int start = at + Varint.length(bytes, at);
            parts.add(bytes[start] == NULL ? null : read(bytes, start, start + length));
            at = start + length;
        }
        return parts;
    }

    private static long zigzag(long number) {
        return (number << 1) ^ (number >> (Long.SIZE - 1));
    }

    private static long unzigzag(long code) {
        return (code >>> 1) ^ -(code & 1);
    }
}
