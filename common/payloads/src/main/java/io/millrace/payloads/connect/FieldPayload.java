package io.millrace.payloads.connect;

import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.Sha256;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The seven fields of a payload, see {@link PayloadSchema}.
 *
 * @param format the type of the value, {@link Schema.Type#BYTES} or {@link Schema.Type#STRING}
 * @param inline the value; null if it is stored
 * @param uri its location; null if it is inline
 */
record FieldPayload(
        Schema.Type format,
        @Nullable Object inline,
        @Nullable String uri,
        long size,
        String sha256,
        @Nullable String codec,
        @Nullable String contentType) {
    /** A value that stays. */
    static FieldPayload inline(Object value, byte[] bytes, @Nullable String contentType) {
        Schema.Type format = value instanceof String ? Schema.Type.STRING : Schema.Type.BYTES;
        return new FieldPayload(format, value, null, bytes.length, Sha256.of(bytes), null, contentType);
    }

    /** A value that is stored. */
    static FieldPayload stored(Schema.Type format, PayloadReference reference) {
        return new FieldPayload(
                format,
                null,
                reference.uri(),
                reference.size(),
                reference.sha256(),
                reference.codec().toString(),
                reference.contentType());
    }

    /**
     * Reads the parts of a payload from a Struct or a Map.
     *
     * @throws DataException if it is not a payload: a part is missing, of another type, or too much
     */
    static FieldPayload of(Object value) {
        Parts parts = value instanceof Struct struct ? new StructParts(struct) : new MapParts((Map<?, ?>) value);
        String format = parts.text(PayloadSchema.FORMAT);
        Schema.Type type = null;
        for (Schema.Type known : new Schema.Type[] {Schema.Type.BYTES, Schema.Type.STRING}) {
            if (PayloadSchema.format(known).equals(format)) {
                type = known;
            }
        }
        if (type == null) {
            throw new DataException("a payload's '" + PayloadSchema.FORMAT + "' is not one of version 1");
        }
        Object inline = inline(type, parts.get(PayloadSchema.INLINE));
        String uri = parts.optionalText(PayloadSchema.URI);
        if ((inline == null) == (uri == null)) {
            throw new DataException("a payload has " + (uri == null ? "neither '" : "both '") + PayloadSchema.INLINE
                    + (uri == null ? "' nor '" : "' and '") + PayloadSchema.URI + "'");
        }
        return new FieldPayload(
                type,
                inline,
                uri,
                parts.number(PayloadSchema.SIZE),
                parts.text(PayloadSchema.SHA256),
                uri == null ? parts.optionalText(PayloadSchema.CODEC) : parts.text(PayloadSchema.CODEC),
                parts.optionalText(PayloadSchema.CONTENT_TYPE));
    }

    private static @Nullable Object inline(Schema.Type type, @Nullable Object value) {
        if (value == null || (value instanceof String && type == Schema.Type.STRING)) {
            return value;
        }
        if (type == Schema.Type.BYTES && (value instanceof byte[] || value instanceof ByteBuffer)) {
            return value;
        }
        if (type == Schema.Type.BYTES && value instanceof String text) {
            // JSON without schemas has no other way to write bytes.
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw new DataException("a payload's '" + PayloadSchema.INLINE + "' is text, and not in base64", e);
            }
        }
        throw new DataException("a payload's '" + PayloadSchema.INLINE + "' is a "
                + value.getClass().getSimpleName() + ", and its '" + PayloadSchema.FORMAT + "' says "
                + PayloadSchema.format(type));
    }

    /** Whether the small value of a map with the parts of a payload has the size and the hash in the map. */
    static boolean hasOwnContent(Map<?, ?> map) {
        FieldPayload payload;
        try {
            payload = of(map);
        } catch (DataException e) {
            // It is refused with the reason when it is restored.
            return true;
        }
        if (payload.inline() == null) {
            return true;
        }
        byte[] bytes = FieldBytes.of(payload.inline()).bytes();
        return bytes.length == payload.size() && Sha256.of(bytes).equals(payload.sha256());
    }

    boolean isInline() {
        return inline != null;
    }

    /** The value of a payload that {@link #isInline}. */
    Object inlineValue() {
        return Objects.requireNonNull(inline);
    }

    /**
     * The reference of the stored value.
     *
     * @throws RefusedPayloadException if the parts are not a valid reference
     */
    PayloadReference reference() {
        try {
            return new PayloadReference(
                    Objects.requireNonNull(uri), size, sha256, Codec.of(Objects.requireNonNull(codec)), contentType);
        } catch (IllegalArgumentException e) {
            throw new RefusedPayloadException("A payload's codec is unknown", e);
        }
    }

    Struct toStruct(Schema schema) {
        return new Struct(schema)
                .put(PayloadSchema.FORMAT, PayloadSchema.format(format))
                .put(PayloadSchema.INLINE, inline)
                .put(PayloadSchema.URI, uri)
                .put(PayloadSchema.SIZE, size)
                .put(PayloadSchema.SHA256, sha256)
                .put(PayloadSchema.CODEC, codec)
                .put(PayloadSchema.CONTENT_TYPE, contentType);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(PayloadSchema.FORMAT, PayloadSchema.format(format));
        map.put(PayloadSchema.INLINE, inline);
        map.put(PayloadSchema.URI, uri);
        map.put(PayloadSchema.SIZE, size);
        map.put(PayloadSchema.SHA256, sha256);
        map.put(PayloadSchema.CODEC, codec);
        map.put(PayloadSchema.CONTENT_TYPE, contentType);
        return map;
    }

    /** Without the value. */
    @Override
    public String toString() {
        return PayloadSchema.format(format) + " of " + size + " bytes at " + (uri == null ? "inline" : uri);
    }

    /** The parts of a payload, however it is written. */
    private interface Parts {
        @Nullable
        Object get(String name);

        default String text(String name) {
            if (get(name) instanceof String text) {
                return text;
            }
            throw wrong(name, "a string", get(name));
        }

        default @Nullable String optionalText(String name) {
            return get(name) == null ? null : text(name);
        }

        default long number(String name) {
            Object value = get(name);
            if (value instanceof Long || value instanceof Integer) {
                return ((Number) value).longValue();
            }
            throw wrong(name, "a whole number", value);
        }

        private static DataException wrong(String name, String expected, @Nullable Object value) {
            return new DataException("a payload's '" + name + "' is not " + expected + " but "
                    + (value == null ? "missing" : "a " + value.getClass().getSimpleName()));
        }
    }

    private record StructParts(Struct struct) implements Parts {
        @Override
        public @Nullable Object get(String name) {
            return struct.schema().field(name) == null ? null : struct.getWithoutDefault(name);
        }
    }

    private record MapParts(Map<?, ?> map) implements Parts {
        @Override
        public @Nullable Object get(String name) {
            return map.get(name);
        }
    }
}
