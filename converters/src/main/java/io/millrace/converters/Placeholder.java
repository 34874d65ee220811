package io.millrace.converters;

import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.RefusedPayloadException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The replacement of a body that is stored elsewhere, text in UTF-8:
 *
 * <pre>
 * placeholder = '{"millrace.payload.v1":{"size":' size ',"sha256":"' sha256 '"}}'
 * size        = 1*19DIGIT              ; how many bytes the body has
 * sha256      = 64( DIGIT / %x61-66 )  ; of these bytes
 * </pre>
 *
 * The {@link PayloadReference reference} is in a header. The placeholder depends only on the body, and not on its
 * location, so that equal keys stay equal: compaction and partitions use the placeholder of a key.
 *
 * @param size how many bytes the body has
 * @param sha256 of these bytes
 */
record Placeholder(long size, String sha256) {
    private static final byte[] START = "{\"millrace.payload.v1\"".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern TEXT =
            Pattern.compile("\\{\"millrace\\.payload\\.v1\":\\{\"size\":([0-9]{1,18}),\"sha256\":\"([0-9a-f]{64})\"}}");

    static Placeholder of(PayloadReference reference) {
        return new Placeholder(reference.size(), reference.sha256());
    }

    /** Whether a body begins like a placeholder, so that {@link #parse} would not return empty. */
    static boolean isLike(byte @Nullable [] body) {
        return body != null
                && body.length >= START.length
                && Arrays.equals(body, 0, START.length, START, 0, START.length);
    }

    /**
     * The placeholder that a body is; empty if it is one of its own.
     *
     * @throws RefusedPayloadException if it begins like a placeholder and is not one
     */
    static Optional<Placeholder> parse(byte @Nullable [] body) {
        if (body == null || !isLike(body)) {
            return Optional.empty();
        }
        Matcher matcher = TEXT.matcher(new String(body, 0, Math.min(body.length, 200), StandardCharsets.US_ASCII));
        if (body.length > 200 || !matcher.matches()) {
            throw new RefusedPayloadException(
                    "The body begins like a placeholder of millrace.payload.v1 but is" + " not a valid one");
        }
        return Optional.of(new Placeholder(Long.parseLong(matcher.group(1)), matcher.group(2)));
    }

    /** The message's body. */
    byte[] toBytes() {
        return ("{\"millrace.payload.v1\":{\"size\":" + size + ",\"sha256\":\"" + sha256 + "\"}}")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
