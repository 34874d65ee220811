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

    private final long upper;
    private final AtomicLong lower;

    EventIds(SecureRandom random) {
        upper = random.nextInt(1 << 12);
        lower = new AtomicLong(random.nextLong());
    }

    /** The text of the next id, as the value of a header. */
    byte[] next(long nowMs) {
        return nextId(nowMs).toString().getBytes(US_ASCII);
    }

    UUID nextId(long nowMs) {
        return new UUID((nowMs << 16) | VERSION | upper, VARIANT | (lower.getAndIncrement() & LOWER));
    }
}
