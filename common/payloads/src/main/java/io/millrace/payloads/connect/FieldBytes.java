package io.millrace.payloads.connect;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.errors.DataException;

/**
 * The bytes of a value.
 *
 * @param bytes not to be changed; they may be the value's own
 * @param exact whether the value can be restored from them; not for strings with lone surrogates
 */
@SuppressWarnings("ArrayRecordComponent") // They are never compared.
record FieldBytes(byte[] bytes, boolean exact) {
    /** Of bytes, a buffer of bytes or a string. */
    static FieldBytes of(Object value) {
        if (!(value instanceof String text)) {
            return new FieldBytes(bytes(value), true);
        }
        return new FieldBytes(text.getBytes(StandardCharsets.UTF_8), hasWholeCharacters(text));
    }

    /** Whether UTF-8 can hold a string: each half of a surrogate pair has its other half. */
    private static boolean hasWholeCharacters(String text) {
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                if (Character.isLowSurrogate(unit)
                        || i + 1 == length
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** The remaining bytes of a buffer, or the bytes themselves; never changes the buffer. */
    static byte[] bytes(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        if (buffer.hasArray() && buffer.arrayOffset() == 0 && buffer.remaining() == buffer.array().length) {
            return buffer.array();
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /**
     * The string of these bytes.
     *
     * @throws DataException if they are not UTF-8
     */
    static String string(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DataException("the payload of a string is not in UTF-8", e);
        }
    }
}
