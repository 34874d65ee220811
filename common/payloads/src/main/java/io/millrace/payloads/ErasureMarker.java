package io.millrace.payloads;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The object that replaces an erased payload, so that readers can distinguish it from a missing one. Version 1 of the grammar
 * (RFC 5234), in ASCII:
 *
 * <pre>
 * marker = "millrace-erased/1;sha256=" sha256
 * sha256 = 64( DIGIT / %x61-66 )   ; of the erased payload before compression, as in its object's name
 * </pre>
 *
 * No payload looks like its own marker: it would contain its own hash, or begin a frame of its codec.
 */
public final class ErasureMarker {
    private static final String START = "millrace-erased/1;sha256=";

    /** How many bytes a marker has. */
    public static final int BYTES = START.length() + 64;

    private ErasureMarker() {}

    /** The marker of a payload. */
    public static byte[] of(String sha256) {
        return (START + sha256).getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the stored bytes are the marker of a payload. */
    public static boolean isMarker(byte[] stored, String sha256) {
        return stored.length == BYTES && Arrays.equals(stored, of(sha256));
    }
}
