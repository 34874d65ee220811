package io.millrace.tables;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing array of bytes that is used again for each key or value, so that writing one allocates nothing. Numbers are
 * big-endian. For use by one thread.
 */
public final class ByteWriter {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int INITIAL_CAPACITY = 256;
    private static final int LONGEST_VARINT = 10;
    private static final int BYTES_OF_A_CHAR = 3;

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;

    /** Removes what was written. */
    public ByteWriter clear() {
        length = 0;
        return this;
    }

    /** The number of bytes that were written. */
    public int length() {
        return length;
    }

    /** The array with the bytes from 0 to {@link #length}; valid until the next write. */
    byte[] array() {
        return bytes;
    }

    public ByteWriter writeByte(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
        return this;
    }

    public ByteWriter writeInt(int value) {
        reserve(Integer.BYTES);
        INTS.set(bytes, length, value);
        length += Integer.BYTES;
        return this;
    }

    public ByteWriter writeLong(long value) {
        reserve(Long.BYTES);
        LONGS.set(bytes, length, value);
        length += Long.BYTES;
        return this;
    }

    /** Writes a number that is not negative in groups of seven bits, the lowest first: small numbers are short. */
    public ByteWriter writeVarint(long value) {
        reserve(LONGEST_VARINT);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    public ByteWriter writeBytes(byte[] source, int from, int to) {
        reserve(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    /** Writes the remaining bytes of a buffer, whose position is not changed. */
    public ByteWriter writeBytes(ByteBuffer source) {
        int count = source.remaining();
        reserve(count);
        source.get(source.position(), bytes, length, count);
        length += count;
        return this;
    }

    /** Writes a text in UTF-8, without a length. An unpaired surrogate becomes {@code ?}, as in {@link String#getBytes}. */
    public ByteWriter writeText(CharSequence text) {
        int count = text.length();
        reserve(Math.multiplyExact(count, BYTES_OF_A_CHAR));
        int at = length;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes[at++] = (byte) c;
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xC0 | (c >> 6));
                bytes[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                bytes[at++] = (byte) (0xE0 | (c >> 12));
                bytes[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                bytes[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (i + 1 < count && Character.isSurrogatePair(c, text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[at++] = (byte) (0xF0 | (point >> 18));
                bytes[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                bytes[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                bytes[at++] = (byte) (0x80 | (point & 0x3F));
            } else {
                bytes[at++] = '?';
            }
        }
        length = at;
        return this;
    }

    /** A copy of what was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), bytes.length * 2));
        }
    }
}
