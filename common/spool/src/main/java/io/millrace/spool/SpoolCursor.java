package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A body that is being read; see {@link SpoolFormat} for the parts. Nothing is allocated that the body does not contain.
 *
 * <p>Methods throw {@link IllegalArgumentException} if the body contains something else.
 */
final class SpoolCursor {
    private static final int LONGEST_NUMBER = 9;

    private final byte[] body;
    private int position;

    SpoolCursor(byte[] body) {
        this.body = body;
    }

    int position() {
        return position;
    }

    int octet() {
        requireMore(1);
        return Byte.toUnsignedInt(body[position++]);
    }

    long number() {
        long number = 0;
        for (int i = 0; i < LONGEST_NUMBER; i++) {
            int octet = octet();
            number |= (long) (octet & 0x7f) << (7 * i);
            if (octet < 0x80) {
                return number;
            }
        }
        throw new IllegalArgumentException("expected a number of 63 bits, found a longer one");
    }

    int int32() {
        long number = number();
        if (number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("expected a number of 31 bits, found " + number);
        }
        return (int) number;
    }

    /** A number of parts, each of which has at least one byte. */
    int count() {
        int count = int32();
        requireMore(count);
        return count;
    }

    byte[] bytes() {
        return take(int32());
    }

    byte @Nullable [] optionalBytes() {
        int length = int32();
        return length == 0 ? null : take(length - 1);
    }

    String text() {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("expected UTF-8", e);
        }
    }

    void requireEnd() {
        if (position != body.length) {
            throw new IllegalArgumentException("expected the end, found " + (body.length - position) + " more bytes");
        }
    }

    private byte[] take(int length) {
        requireMore(length);
        position += length;
        return Arrays.copyOfRange(body, position - length, position);
    }

    private void requireMore(int length) {
        if (length > body.length - position) {
            throw new IllegalArgumentException("expected " + length + " more bytes, found " + (body.length - position));
        }
    }
}
