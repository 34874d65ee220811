package io.millrace.payloads.connect;

import io.millrace.payloads.Codec;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.RefusedPayloadException;
import io.millrace.payloads.Sha256;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * What the seven fields of a payload say, see {@link PayloadSchema}.
 *
 * @param format what the value is; {@link Schema.Type#BYTES} or {@link Schema.Type#STRING}
 * @param inline the value; null where it is stored
 * @param uri where it is stored; null where it is inline
 */
record FieldPayload(
        Schema.Type format, Object inline, String uri, long size, String sha256, String codec, String contentType) {
    /** A value that stays. */
    static FieldPayload inline(Object value, byte[] bytes, String contentType) {
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
     * What a Struct or a Map says.
     *
     * @throws DataException where it is no payload: a part is missing, of another type, or too much
     */
    static FieldPayload of(Object value) {
        Parts parts = value instanceof Struct struct ? new OfStruct(struct) : new OfMap((Map<?, ?>) value);
        String format = parts.text(PayloadSchema.FORMAT, true);
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
        String uri = parts.text(PayloadSchema.URI, false);
        if ((inline == null) == (uri == null)) {
            throw new DataException("a payload has " + (uri == null ? "neither '" : "both '") + PayloadSchema.INLINE
                    + (uri == null ? "' nor '" : "' and '") + PayloadSchema.URI + "'");
        }
        return new FieldPayload(
                type,
                inline,
                uri,
                parts.number(PayloadSchema.SIZE),
                parts.text(PayloadSchema.SHA256, true),
                parts.text(PayloadSchema.CODEC, uri != null),
                parts.text(PayloadSchema.CONTENT_TYPE, false));
    }

    private static Object inline(Schema.Type type, Object value) {
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

    boolean isInline() {
        return inline != null;
    }

    /**
     * Where the value is stored.
     *
     * @throws RefusedPayloadException where the parts make no reference
     */
    PayloadReference reference() {
        try {
            return new PayloadReference(uri, size, sha256, Codec.of(codec), contentType);
        } catch (IllegalArgumentException e) {
            throw new RefusedPayloadException("A payload's codec is not known", e);
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
        Object get(String name);

        default String text(String name, boolean required) {
            Object value = get(name);
            if (value instanceof String text) {
                return text;
            }
            if (value == null && !required) {
                return null;
            }
            throw wrong(name, "a string", value);
        }

        default long number(String name) {
            Object value = get(name);
            if (value instanceof Long || value instanceof Integer) {
                return ((Number) value).longValue();
            }
            throw wrong(name, "a whole number", value);
        }

        private static DataException wrong(String name, String expected, Object value) {
            return new DataException("a payload's '" + name + "' is not " + expected + " but "
                    + (value == null ? "missing" : "a " + value.getClass().getSimpleName()));
        }
    }

    private record OfStruct(Struct struct) implements Parts {
        @Override
        public Object get(String name) {
            return struct.schema().field(name) == null ? null : struct.getWithoutDefault(name);
        }
    }

    private record OfMap(Map<?, ?> map) implements Parts {
        @Override
        public Object get(String name) {
            return map.get(name);
        }
    }
}
