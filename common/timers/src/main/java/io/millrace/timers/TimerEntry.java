package io.millrace.timers;

import java.util.Arrays;

/**
 * A timer's id and state in one array, of which the queue has millions:
 *
 * <pre>
 * entry = length of the id (7 bits a byte, lowest first; the high bit of a byte that another follows is 1), id, state
 * </pre>
 */
final class TimerEntry {
    private static final int ARRAY_HEADER = 16;
    private static final int ALIGNMENT = 8;
    private static final int GROUP = 7;
    private static final int GROUP_MASK = 0x7F;
    private static final int MORE = 0x80;

    private TimerEntry() {}

    static byte[] of(byte[] id, byte[] state) {
        int prefix = prefixLength(id.length);
        byte[] entry = new byte[Math.addExact(prefix + id.length, state.length)];
        int rest = id.length;
        for (int i = 0; i < prefix; i++) {
            entry[i] = (byte) ((rest & GROUP_MASK) | (i + 1 < prefix ? MORE : 0));
            rest >>>= GROUP;
        }
        System.arraycopy(id, 0, entry, prefix, id.length);
        System.arraycopy(state, 0, entry, prefix + id.length, state.length);
        return entry;
    }

    static boolean hasId(byte[] entry, byte[] id) {
        int from = prefixLength(id.length);
        return idLength(entry) == id.length && Arrays.equals(entry, from, from + id.length, id, 0, id.length);
    }

    static byte[] id(byte[] entry) {
        int length = idLength(entry);
        int from = prefixLength(length);
        return Arrays.copyOfRange(entry, from, from + length);
    }

    static byte[] state(byte[] entry) {
        int length = idLength(entry);
        return Arrays.copyOfRange(entry, prefixLength(length) + length, entry.length);
    }

    /** The bytes that an entry occupies in the heap. */
    static long heapBytes(byte[] entry) {
        return align(entry.length);
    }

    /** The bytes that the entry of an id and a state would occupy in the heap. */
    static long heapBytes(byte[] id, byte[] state) {
        return align((long) prefixLength(id.length) + id.length + state.length);
    }

    private static long align(long length) {
        return (ARRAY_HEADER + length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static int prefixLength(int idLength) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(idLength);
        return Math.max(1, (bits + GROUP - 1) / GROUP);
    }

    private static int idLength(byte[] entry) {
        int length = 0;
        int at = 0;
        int shift = 0;
        while (entry[at] < 0) {
            length |= (entry[at] & GROUP_MASK) << shift;
            shift += GROUP;
            at++;
        }
        return length | (entry[at] << shift);
    }
}
