package io.millrace.connectors.projection.kind;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium sends in the place of a value that the source did not send, because it did not change: a text, the same text in
 * bytes, in an array or in a map, or its bytes as numbers.
 */
final class UnavailableValue {
    private final String text;
    private final byte[] bytes;
    private final String uuid;
    private final String document;

    /** With Debezium's {@code unavailable.value.placeholder}; if it is empty, no value is one. */
    UnavailableValue(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.uuid = UUID.nameUUIDFromBytes(bytes).toString();
        this.document = "{\"" + text + "\":\"" + text + "\"}";
    }

    /** The text. */
    String text() {
        return text;
    }

    /** Whether the value stands for one that is unavailable. */
    boolean matches(@Nullable Object value) {
        // Most values are numbers, whose class is told faster than that it is none of the interfaces below.
        if (bytes.length == 0 || value instanceof Number) {
            return false;
        }
        if (value instanceof String found) {
            return found.equals(text) || found.equals(document);
        } else if (value instanceof byte[] found) {
            return Arrays.equals(found, bytes);
        } else if (value instanceof ByteBuffer found) {
            return found.remaining() == bytes.length && found.equals(ByteBuffer.wrap(bytes));
        } else if (value instanceof List<?> found) {
            return found.size() == 1
                    ? uuid.equals(found.get(0)) || (!(found.get(0) instanceof List) && matches(found.get(0)))
                    : isBytes(found);
        }
        return value instanceof Map<?, ?> found && found.size() == 1 && text.equals(found.get(text));
    }

    private boolean isBytes(List<?> found) {
        if (found.size() != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (!(found.get(i) instanceof Number number) || number.longValue() != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
