package io.millrace.connectors.projection.write;

import io.millrace.changes.ExactNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * An estimate of the bytes of heap that a record uses: its key, value and headers, and the bytes that were consumed,
 * which Connect keeps with a record for its dead letter queue. The constants are those of a 64-bit JVM with compressed
 * pointers.
 */
final class RecordSize {
    /** The record, Connect's context of it and the consumer's record. */
    private static final long RECORD = 400;

    private static final long HEADER = 120;
    private static final long TEXT = 64;
    private static final long BYTES = 32;
    /** Also of a moment; with the digits that were consumed. */
    private static final long NUMBER = 32;

    private static final long COLLECTION = 72;
    private static final long MAP_ENTRY = 64;
    private static final long REFERENCE = 8;

    /** Enough characters to see that a text is not Latin-1. */
    private static final int SAMPLES = 16;

    private RecordSize() {}

    static long of(SinkRecord record) {
        return RECORD + of(record.key()) + of(record.value()) + of(record.headers());
    }

    static long of(@Nullable Headers headers) {
        if (headers == null || headers.isEmpty()) {
            return 0;
        }
        long bytes = 0;
        for (Header header : headers) {
            bytes += HEADER + 2L * header.key().length() + of(header.value());
        }
        return bytes;
    }

    /** The same of a key, a value, or a part of one. */
    static long of(@Nullable Object value) {
        if (value == null) {
            return 0;
        } else if (value instanceof String text) {
            return ofText(text);
        } else if (value instanceof Number number) {
            return ofNumber(number);
        } else if (value instanceof Struct struct) {
            return ofStruct(struct);
        } else if (value instanceof Map<?, ?> map) {
            return ofMap(map);
        } else if (value instanceof Collection<?> elements) {
            return ofCollection(elements);
        } else if (value instanceof byte[] bytes) {
            // In JSON the consumed bytes are Base64.
            return BYTES + bytes.length + bytes.length * 4L / 3;
        } else if (value instanceof ByteBuffer buffer) {
            return BYTES + buffer.capacity() + buffer.remaining() * 4L / 3;
        }
        return NUMBER;
    }

    /** The digits of a decimal are not counted, which takes seconds if there are millions of them. */
    private static long ofNumber(Number number) {
        if (number instanceof BigDecimal decimal) {
            return NUMBER
                    + 40L
                    + (ExactNumber.hasFewDigits(decimal)
                            ? 15
                            : decimal.unscaledValue().bitLength() / 3);
        }
        return number instanceof BigInteger integer ? NUMBER + 40L + integer.bitLength() / 3 : NUMBER;
    }

    /** The text and its consumed bytes: one byte for each character of Latin-1; else two, and three in UTF-8. */
    private static long ofText(String text) {
        int length = text.length();
        return TEXT + (isLatin(text, length) ? 2L : 5L) * length;
    }

    private static boolean isLatin(String text, int length) {
        int step = Math.max(1, length / SAMPLES);
        for (int i = 0; i < length; i += step) {
            if (text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }

    private static long ofStruct(Struct struct) {
        long bytes = COLLECTION;
        for (Field field : struct.schema().fields()) {
            // By its place, not its name; a default in the place of a null is too much by little.
            bytes += REFERENCE + of(struct.get(field));
        }
        return bytes;
    }

    private static long ofMap(Map<?, ?> map) {
        long bytes = COLLECTION;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            // The names of fields are shared between records, but consumed with each.
            bytes += MAP_ENTRY
                    + (entry.getKey() instanceof String name ? name.length() : of(entry.getKey()))
                    + of(entry.getValue());
        }
        return bytes;
    }

    private static long ofCollection(Collection<?> elements) {
        long bytes = COLLECTION;
        for (Object element : elements) {
            bytes += REFERENCE + of(element);
        }
        return bytes;
    }
}
