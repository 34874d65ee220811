package io.millrace.connectors.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Appends the elements of {@link ScheduleFormat} to an array that grows. For use by one thread. */
final class ScheduleWriter {
    private static final int GROUP = 7;
    private static final int GROUP_MASK = 0x7F;
    private static final int MORE = 0x80;

    private byte[] bytes;
    private int size;

    /** Empty, with room for this number of bytes. */
    ScheduleWriter(int room) {
        bytes = new byte[room];
    }

    void addOctet(int octet) {
        reserve(1);
        bytes[size++] = (byte) octet;
    }

    /** Adds a number without a sign. */
    void addNumber(long number) {
        long rest = number;
        while ((rest & ~GROUP_MASK) != 0) {
            addOctet((int) (rest & GROUP_MASK) | MORE);
            rest >>>= GROUP;
        }
        addOctet((int) rest);
    }

    /** Adds a time in milliseconds since 1970. */
    void addTime(long time) {
        long since = time - ScheduleFormat.EPOCH;
        addNumber((since << 1) ^ (since >> (Long.SIZE - 1)));
    }

    void addText(String text) {
        addBytes(text.getBytes(UTF_8));
    }

    /** Adds bytes with their length. */
    void addBytes(byte[] added) {
        addNumber(added.length);
        addRest(added, 0);
    }

    /** Adds bytes without their length. */
    void addRest(byte[] added, int from) {
        int length = added.length - from;
        reserve(length);
        System.arraycopy(added, from, bytes, size, length);
        size += length;
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), size + size / 2));
        }
    }

    /** The bytes; nothing is added after it. They are not copied if they are as many as there was room for. */
    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
