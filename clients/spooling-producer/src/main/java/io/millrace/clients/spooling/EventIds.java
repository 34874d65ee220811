package io.millrace.clients.spooling;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the ids of events, as UUIDs of version 7 (RFC 9562): the time in milliseconds, then random bits, to which each id adds one. Ids of
 * one producer differ by that, and ids of two producers by their random bits. Safe for use by many threads.
 */
final class EventIds {
    private static final long VERSION = 7L << 12;
    private static final long VARIANT = 2L << 62;
    private static final long LOWER = (1L << 62) - 1;

    private static final int TEXT_BYTES = 36;
    private static final int DIGIT_BITS = 4;
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(US_ASCII);

    private final long upper;
    private final AtomicLong lower;

    EventIds(SecureRandom random) {
        upper = random.nextInt(1 << 12);
        lower = new AtomicLong(random.nextLong());
    }

    /** The text of the next id, as the value of a header. */
    byte[] next(long nowMs) {
        UUID id = nextId(nowMs);
        byte[] text = new byte[TEXT_BYTES];
        putHex(text, 0, id.getMostSignificantBits());
        putHex(text, TEXT_BYTES / 2, id.getLeastSignificantBits());
        return text;
    }

    /** Writes 16 digits, with the hyphens of a UUID between them. */
    private static void putHex(byte[] text, int from, long bits) {
        int at = from;
        for (int shift = Long.SIZE - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
            if (at == 8 || at == 13 || at == 18 || at == 23) {
                text[at++] = '-';
            }
            text[at++] = DIGITS[(int) (bits >>> shift) & 0xF];
        }
    }

    UUID nextId(long nowMs) {
        return new UUID((nowMs << 16) | VERSION | upper, VARIANT | (lower.getAndIncrement() & LOWER));
    }
}
