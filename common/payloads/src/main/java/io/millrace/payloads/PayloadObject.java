package io.millrace.payloads;

import java.time.LocalDate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An object for a store.
 *
 * @param topic of the records that refer to it
 * @param day in UTC, on which it is stored
 * @param sha256 of the payload before compression, in lower-case hexadecimal digits
 * @param codec how the bytes are compressed
 * @param contentType a media type; null if it is unknown
 * @param stored the bytes to store, which never change
 */
@SuppressWarnings("ArrayRecordComponent") // They are never compared.
public record PayloadObject(
        String topic,
        LocalDate day,
        String sha256,
        Codec codec,
        @Nullable String contentType,
        byte[] stored) {
    private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

    /** Refuses a topic name that Kafka does not permit: it could lead outside of the location. */
    public PayloadObject {
        if (!TOPIC.matcher(topic).matches()) {
            throw new RefusedPayloadException("A payload's topic is not a valid topic: '" + topic + "'");
        }
    }

    /**
     * The object's name in a store with names. It is the same for the same payload of a topic and day, so that a
     * repeated write creates no second object. It begins with topic and day, so that objects without references are
     * found by prefix.
     */
    public String path() {
        return topic + "/" + day + "/" + sha256 + codec.suffix();
    }
}
