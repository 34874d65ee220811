package io.millrace.payloads;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The location of a payload, with the size and hash that identify it. Its text, in headers and in fields, is version 1
 * of this grammar (RFC 5234), at most {@value #MAX_LENGTH} characters of ASCII:
 *
 * <pre>
 * reference = "millrace-payload/1;size=" size ";sha256=" sha256 ";codec=" codec [ ";type=" type ] ";uri=" uri
 * size      = 1*19DIGIT                 ; the payload's bytes, before compression
 * sha256    = 64( DIGIT / %x61-66 )     ; of the payload, before compression
 * codec     = "none" / "gzip" / "lz4" / "zstd"
 * type      = 1*( unreserved / pct )    ; a media type of 1*255( SP / VCHAR ), encoded as in
 *                                       ; application/x-www-form-urlencoded
 * uri       = scheme ":" 1*VCHAR        ; at most 2048 characters:
 *                                       ; "s3://BUCKET/KEY", "kafka:TOPIC/PARTITION/FIRST-MANIFEST", "file:PATH"
 * </pre>
 *
 * @param uri the location
 * @param size the payload's bytes, before compression
 * @param sha256 of the payload before compression, in lower-case hexadecimal digits
 * @param codec its compression there
 * @param contentType its media type; null if it is unknown
 */
public record PayloadReference(
        String uri,
        long size,
        String sha256,
        Codec codec,
        @Nullable String contentType) {
    /** The longest text of a reference. */
    public static final int MAX_LENGTH = 4096;

    private static final int MAX_URI_LENGTH = 2048;
    /** Three characters each, if all are encoded. */
    private static final Pattern TYPE = Pattern.compile("[\\x20-\\x7e]{1,255}");

    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9]*:[\\x21-\\x7e]+");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern TEXT = Pattern.compile("millrace-payload/1;size=([0-9]{1,19});sha256=([0-9a-f]{64})"
            + ";codec=([a-z0-9]+)(?:;type=([A-Za-z0-9.*_+%-]+))?;uri=([a-z][a-z0-9]*:[\\x21-\\x7e]+)");

    /** Checks the parts against the grammar. */
    public PayloadReference {
        Objects.requireNonNull(codec, "codec");
        if (!URI.matcher(uri).matches()) {
            throw new RefusedPayloadException("A payload's URI has characters that are not allowed");
        }
        if (size < 0) {
            throw new RefusedPayloadException("A payload's size is " + size);
        }
        if (contentType != null && !TYPE.matcher(contentType).matches()) {
            throw new RefusedPayloadException("A payload's media type is empty, too long, or not printable ASCII");
        }
        if (uri.length() > MAX_URI_LENGTH) {
            throw new RefusedPayloadException(
                    "A payload's URI has " + uri.length() + " characters, and may have " + MAX_URI_LENGTH);
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new RefusedPayloadException("A payload's SHA-256 does not have 64 lower-case hexadecimal digits");
        }
    }

    /**
     * Parses a reference's text.
     *
     * @throws RefusedPayloadException if it is not a reference
     */
    public static PayloadReference parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new RefusedPayloadException(
                    "A payload's reference has " + text.length() + " characters, and may have " + MAX_LENGTH);
        }
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new RefusedPayloadException("A payload's reference is not in the format millrace-payload/1");
        }
        try {
            return new PayloadReference(
                    matcher.group(5),
                    Long.parseLong(matcher.group(1)),
                    matcher.group(2),
                    Codec.of(matcher.group(3)),
                    matcher.group(4) == null ? null : URLDecoder.decode(matcher.group(4), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new RefusedPayloadException("A payload's reference is malformed: " + e.getMessage(), e);
        }
    }

    /** The reference's text. */
    @Override
    public String toString() {
        return "millrace-payload/1;size=" + size + ";sha256=" + sha256 + ";codec=" + codec
                + (contentType == null ? "" : ";type=" + URLEncoder.encode(contentType, StandardCharsets.UTF_8))
                + ";uri=" + uri;
    }
}
