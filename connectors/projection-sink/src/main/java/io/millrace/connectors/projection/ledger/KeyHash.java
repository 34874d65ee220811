package io.millrace.connectors.projection.ledger;

import io.millrace.lookups.ConnectKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Hashes the key of a record together with its topic, because Kafka has an order within a topic alone: half of SHA-256, as 32 hexadecimal
 * digits. Keys that are equal by value have one hash, however they are serialised. For one thread.
 */
public final class KeyHash {
    private static final int BYTES = 16;

    private final MessageDigest digest;

    public KeyHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /** The hash of a record's key. */
    public String hash(String topic, Object value) {
        digest.update(topic.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return HexFormat.of().formatHex(digest.digest(canonicalBytes(value)), 0, BYTES);
    }

    /** A hash of the place of a record without a key, which no other record has. */
    public String hash(RecordOrigin origin) {
        return HexFormat.of().formatHex(digest.digest(origin.toString().getBytes(StandardCharsets.UTF_8)), 0, BYTES);
    }

    private static byte[] canonicalBytes(Object value) {
        try {
            return ConnectKeys.canonicalBytes(value);
        } catch (IllegalArgumentException e) {
            // A key that no table can have, such as a list of lists; texts of equal ones are equal.
            return String.valueOf(value).getBytes(StandardCharsets.UTF_8);
        }
    }
}
