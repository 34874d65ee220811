package io.millrace.changes;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Values;
import org.jspecify.annotations.Nullable;

/**
 * Values of columns and keys as text, for headers and ids. A decimal is written without an exponent, unless that would take
 * more than {@value #MAX_ZEROS} zeros: the zeros of a forged exponent would fill the memory. One of more digits than that is
 * written in hexadecimal ones.
 */
public final class ValueText {
    /** MySQL's decimals have fewer digits. */
    public static final int MAX_ZEROS = 1_000;

    private static final int MAX_BITS = 4 * MAX_ZEROS;

    private ValueText() {}

    /**
     * The text of a scalar; bytes are taken for UTF-8.
     *
     * @param schema the value's schema, which a date or time needs; null without one
     * @return empty if the value has no text: it is null, a structure, or a date without a schema
     */
    public static Optional<String> ofScalar(@Nullable Schema schema, @Nullable Object value) {
        if (value instanceof String text) {
            return Optional.of(text);
        }
        if (value instanceof BigDecimal decimal) {
            return Optional.of(ofDecimal(decimal));
        }
        if (value instanceof Number || value instanceof Boolean) {
            return Optional.of(value.toString());
        }
        if (value instanceof java.util.Date && schema != null) {
            return Optional.of(Values.convertToString(schema, value));
        }
        return ofUtf8(value);
    }

    /** The text that bytes contain in UTF-8; empty if the value is not bytes. */
    public static Optional<String> ofUtf8(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        }
        return value instanceof ByteBuffer buffer
                ? Optional.of(StandardCharsets.UTF_8.decode(buffer.duplicate()).toString())
                : Optional.empty();
    }

    /**
     * The text of a key: the values of a Struct or a Map in their order with separators; bytes in hexadecimal digits, dates and
     * times as instants in UTC. It is the same on every machine.
     */
    public static String ofKey(@Nullable Object key, String separator) {
        if (key instanceof Struct struct) {
            List<Field> fields = struct.schema().fields();
            return join(fields, field -> RowValues.get(struct, field), separator);
        }
        if (key instanceof Map<?, ?> map) {
            return join(map.values(), value -> value, separator);
        }
        if (key instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (key instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return HexFormat.of().formatHex(bytes);
        }
        if (key instanceof java.util.Date date) {
            return date.toInstant().toString();
        }
        return key instanceof BigDecimal decimal ? ofDecimal(decimal) : String.valueOf(key);
    }

    private static <T> String join(Collection<T> parts, Function<T, @Nullable Object> value, String separator) {
        if (parts.size() == 1) {
            return ofKey(value.apply(parts.iterator().next()), separator);
        }
        StringBuilder text = new StringBuilder();
        String before = "";
        for (T part : parts) {
            text.append(before).append(ofKey(value.apply(part), separator));
            before = separator;
        }
        return text.toString();
    }

    /**
     * A text that identifies a key: no other key has it, whatever characters the values contain.
     *
     * <pre>
     * identity = { "-" | length ":" text }   for each value, in their order
     * </pre>
     */
    public static String ofIdentity(@Nullable Object key) {
        StringBuilder identity = new StringBuilder();
        appendIdentity(key, identity);
        return identity.toString();
    }

    private static void appendIdentity(@Nullable Object key, StringBuilder identity) {
        if (key instanceof Struct struct) {
            struct.schema().fields().forEach(field -> appendIdentity(RowValues.get(struct, field), identity));
        } else if (key instanceof Map<?, ?> map) {
            map.values().forEach(value -> appendIdentity(value, identity));
        } else if (key == null) {
            identity.append('-');
        } else {
            String text = ofKey(key, "");
            identity.append(text.length()).append(':').append(text);
        }
    }

    private static String ofDecimal(BigDecimal decimal) {
        if (decimal.unscaledValue().bitLength() > MAX_BITS) {
            // Millions of decimal digits take seconds.
            return HexFormat.of().formatHex(decimal.unscaledValue().toByteArray()) + "e" + -(long) decimal.scale();
        }
        return decimal.scale() > MAX_ZEROS || decimal.scale() < -MAX_ZEROS
                ? decimal.toString()
                : decimal.toPlainString();
    }
}
