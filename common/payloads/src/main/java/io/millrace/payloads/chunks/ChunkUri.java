package io.millrace.payloads.chunks;

import io.millrace.payloads.RefusedPayloadException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The location of a payload's chunks: {@code kafka:TOPIC/PARTITION/FIRST-MANIFEST}.
 *
 * @param topic the topic
 * @param partition the partition of all chunks
 * @param first the first chunk's offset
 * @param manifest the manifest's offset, behind the last chunk
 */
record ChunkUri(String topic, int partition, long first, long manifest) {
    static final String SCHEME = "kafka:";
    /** How many records may lie between a payload's first one and its manifest, those of other payloads included. */
    static final long MOST_RECORDS = 1 << 17;

    private static final Pattern URI =
            Pattern.compile("kafka:([A-Za-z0-9._-]{1,249})/([0-9]{1,9})/([0-9]{1,18})-([0-9]{1,18})");

    ChunkUri {
        if (first < 0 || first >= manifest || manifest - first > MOST_RECORDS) {
            throw new RefusedPayloadException(
                    "A payload's chunks cannot be at the offsets " + first + " to " + manifest);
        }
    }

    /**
     * Reads a URI.
     *
     * @throws RefusedPayloadException if it is none
     */
    static ChunkUri parse(String uri) {
        Matcher matcher = URI.matcher(uri);
        if (!matcher.matches()) {
            throw new RefusedPayloadException("A payload's URI is not kafka:TOPIC/PARTITION/FIRST-MANIFEST");
        }
        return new ChunkUri(
                matcher.group(1),
                Integer.parseInt(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                Long.parseLong(matcher.group(4)));
    }

    @Override
    public String toString() {
        return SCHEME + topic + "/" + partition + "/" + first + "-" + manifest;
    }
}
