package io.millrace.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A body that is being written; see {@link SpoolFormat} for the parts. */
final class SpoolBytes {
    private byte[] buffer = new byte[1024];
    private int filled;

    SpoolBytes octet(int octet) {
        reserve(1);
        buffer[filled++] = (byte) octet;
        return this;
    }

    SpoolBytes number(long number) {
        if (number < 0) {
            throw new IllegalArgumentException("Expected a number from 0 on, found " + number);
        }
        long rest = number;
        while (rest > 0x7f) {
            octet((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        return octet((int) rest);
    }

    SpoolBytes octets(byte[] octets) {
        reserve(octets.length);
        System.arraycopy(octets, 0, buffer, filled, octets.length);
        filled += octets.length;
        return this;
    }

    SpoolBytes bytes(byte[] bytes) {
        return number(bytes.length).octets(bytes);
    }

    SpoolBytes text(String text) {
        return bytes(text.getBytes(UTF_8));
    }

    byte[] toArray() {
        return Arrays.copyOf(buffer, filled);
    }

    private void reserve(int more) {
        long needed = (long) filled + more;
        if (needed > SpoolFormat.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "Expected records of at most " + SpoolFormat.MAX_BYTES + " bytes in one object");
        }
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.max(needed, Math.min(2L * buffer.length, SpoolFormat.MAX_BYTES)));
        }
    }
}
