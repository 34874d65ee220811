package io.millrace.tables;

/** Reads the numbers that {@link ByteWriter#writeVarint} writes. */
final class Varint {
    private Varint() {}

    static long read(byte[] bytes, int from) {
        long value = 0;
        int at = from;
        int shift = 0;
        byte next;
        do {
            next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            shift += 7;
        } while (next < 0);
        return value;
    }

    /** The number of bytes of the number that begins here. */
    static int length(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] < 0) {
            at++;
        }
        return at + 1 - from;
    }
}
