package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.apache.kafka.connect.errors.DataException;

/** Reads the elements that {@link ScheduleWriter} adds, in their order. For use by one thread. */
final class ScheduleReader {
    private static final int GROUP = 7;
    /** Where the only bit of the tenth octet of a number of 64 bits belongs. */
    private static final int LAST_SHIFT = Long.SIZE - 1;

    private static final int GROUP_MASK = 0x7F;

    private final byte[] bytes;
    private int at;

    /** Begins at an index of the bytes. */
    ScheduleReader(byte[] bytes, int from) {
        this.bytes = bytes;
        this.at = from;
    }

    /** The index of the next element. */
    int position() {
        return at;
    }

    /** Continues at an index of the bytes. */
    void moveTo(int index) {
        at = index;
    }

    /**
     * The next octet.
     *
     * @throws DataException if there is none
     */
    int readOctet() {
        if (at >= bytes.length) {
            throw new DataException("Expected a schedule, found other bytes: they end in it");
        }
        return bytes[at++] & 0xFF;
    }

    /**
     * A number without a sign.
     *
     * @throws DataException if it ends in the number, or the number has more than 64 bits
     */
    long readNumber() {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += GROUP) {
            int octet = readOctet();
            if (shift == LAST_SHIFT && octet > 1) {
                break;
            }
            number |= (long) (octet & GROUP_MASK) << shift;
            if (octet <= GROUP_MASK) {
                return number;
            }
        }
        throw new DataException("Expected a number of up to 64 bits in a schedule, found a longer one");
    }

    /**
     * A time in milliseconds since 1970.
     *
     * @throws DataException as {@link #readNumber}
     */
    long readTime() {
        long number = readNumber();
        return ((number >>> 1) ^ -(number & 1)) + ScheduleFormat.EPOCH;
    }

    /**
     * The length of what follows.
     *
     * @throws DataException if it is longer than the bytes that are left
     */
    int readLength() {
        long length = readNumber();
        if (length < 0 || length > bytes.length - at) {
            throw new DataException("Expected up to " + (bytes.length - at) + " bytes in a schedule, found a length of "
                    + Long.toUnsignedString(length));
        }
        return (int) length;
    }

    /** Bytes of a length that was read. */
    byte[] readBytes(int length) {
        byte[] read = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return read;
    }

    /**
     * A text.
     *
     * @throws DataException as {@link #readLength}
     */
    String readText() {
        int length = readLength();
        String text = new String(bytes, at, length, UTF_8);
        at += length;
        return text;
    }

    /** Whether the next bytes, of a length that was read, are these. */
    boolean hasNext(byte[] expected, int length) {
        return Arrays.equals(bytes, at, at + length, expected, 0, expected.length);
    }

    /** Leaves out bytes of a length that was read. */
    void skip(int length) {
        at += length;
    }

    /** The number of bytes that are left. */
    int remaining() {
        return bytes.length - at;
    }
}
