package io.millrace.spool;

import io.millrace.payloads.Sha256;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an object.
 *
 * @param sequence of the object in its incarnation, from 1
 * @param digest the first 16 hexadecimal digits of the SHA-256 of the object
 */
public record SpoolKey(Incarnation incarnation, long sequence, String digest) implements Comparable<SpoolKey> {
    private static final int DIGEST_DIGITS = 16;
    private static final Pattern FILE = Pattern.compile("([0-9]{20})-([0-9a-f]{" + DIGEST_DIGITS + "})\\.spool");

    public SpoolKey {
        if (sequence < 1 || digest.length() != DIGEST_DIGITS) {
            throw new IllegalArgumentException("Expected a sequence from 1 on and " + DIGEST_DIGITS + " digits, found "
                    + sequence + " and " + digest);
        }
    }

    /** The name of an object with these bytes. */
    public static SpoolKey of(Incarnation incarnation, long sequence, byte[] object) {
        return new SpoolKey(incarnation, sequence, digest(object));
    }

    /** Whether the object has these bytes. */
    boolean fits(byte[] object) {
        return digest.equals(digest(object));
    }

    private static String digest(byte[] object) {
        return Sha256.of(object).substring(0, DIGEST_DIGITS);
    }

    /** Parses the last part of a name; empty if it is not an object's. */
    static Optional<SpoolKey> parse(Incarnation incarnation, String file) {
        Matcher matcher = FILE.matcher(file);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SpoolKey(incarnation, Long.parseLong(matcher.group(1)), matcher.group(2)));
        } catch (IllegalArgumentException e) {
            // Twenty digits can be more than a long, and a sequence is not 0.
            return Optional.empty();
        }
    }

    /** The last part of the name. */
    String file() {
        return String.format(Locale.ROOT, "%020d-%s.spool", sequence, digest);
    }

    @Override
    public int compareTo(SpoolKey other) {
        int incarnations = incarnation.compareTo(other.incarnation);
        int sequences = Long.compare(sequence, other.sequence);
        return incarnations != 0 ? incarnations : sequences != 0 ? sequences : digest.compareTo(other.digest);
    }

    @Override
    public String toString() {
        return incarnation + "/" + file();
    }
}
