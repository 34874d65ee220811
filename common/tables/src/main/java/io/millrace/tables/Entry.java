package io.millrace.tables;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The layout of an entry, which is one array:
 *
 * <pre>
 * entry = partition[2] offset[6] varint key { byte }     the record's place, the key after its length, and the value
 * </pre>
 *
 * <p>An entry is never changed after it was made.
 */
public final class Entry {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int OFFSET_BITS = 48;
    private static final int KEY_LENGTH_AT = Long.BYTES;

    private Entry() {}

    /** Makes an entry of a key and a value that were written. */
    static byte[] of(int partition, long offset, ByteWriter key, ByteWriter value) {
        int keyAt = KEY_LENGTH_AT + lengthOf(key.length());
        byte[] entry = new byte[keyAt + key.length() + value.length()];
        LONGS.set(entry, 0, ((long) partition << OFFSET_BITS) | offset);
        int rest = key.length();
        int at = KEY_LENGTH_AT;
        while (rest > 0x7F) {
            entry[at++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        entry[at] = (byte) rest;
        System.arraycopy(key.array(), 0, entry, keyAt, key.length());
        System.arraycopy(value.array(), 0, entry, keyAt + key.length(), value.length());
        return entry;
    }

    /** An entry that has only a value, for what reads the values of entries; its key has no bytes. */
    public static byte[] ofValue(ByteBuffer value) {
        int valueAt = KEY_LENGTH_AT + 1;
        byte[] entry = new byte[valueAt + value.remaining()];
        value.get(value.position(), entry, valueAt, value.remaining());
        return entry;
    }

    private static int lengthOf(int varint) {
        int length = 1;
        for (int rest = varint >>> 7; rest > 0; rest >>>= 7) {
            length++;
        }
        return length;
    }

    /** The partition of the record. */
    public static int partition(byte[] entry) {
        return (int) ((long) LONGS.get(entry, 0) >>> OFFSET_BITS);
    }

    /** The offset of the record. */
    public static long offset(byte[] entry) {
        return (long) LONGS.get(entry, 0) & ((1L << OFFSET_BITS) - 1);
    }

    static int keyAt(byte[] entry) {
        return entry[KEY_LENGTH_AT] >= 0 ? KEY_LENGTH_AT + 1 : KEY_LENGTH_AT + Varint.length(entry, KEY_LENGTH_AT);
    }

    private static int keyLength(byte[] entry) {
        return entry[KEY_LENGTH_AT] >= 0 ? entry[KEY_LENGTH_AT] : (int) Varint.read(entry, KEY_LENGTH_AT);
    }

    /** The index of the first byte of the value, which ends with the array. */
    public static int valueAt(byte[] entry) {
        return keyAt(entry) + keyLength(entry);
    }

    static boolean hasKey(byte[] entry, byte[] key, int from, int to) {
        int length = keyLength(entry);
        if (length != to - from) {
            return false;
        }
        int keyAt = keyAt(entry);
        return Arrays.equals(entry, keyAt, keyAt + length, key, from, to);
    }

    /** The value's bytes. */
    static ByteBuffer value(byte[] entry) {
        int valueAt = valueAt(entry);
        return ByteBuffer.wrap(entry, valueAt, entry.length - valueAt).slice().asReadOnlyBuffer();
    }

    /** Whether two entries of one key have the same value. */
    static boolean haveEqualValues(byte[] one, byte[] other) {
        return Arrays.equals(one, valueAt(one), one.length, other, valueAt(other), other.length);
    }
}
