package io.millrace.payloads;

import java.time.LocalDate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a store stores.
 *
 * @param topic of the records that refer to it
 * @param day in UTC, on which it is stored
 * @param sha256 of the payload before compression, in lower-case hexadecimal digits
 * @param codec how the bytes are compressed
 * @param contentType a media type; null if it is not known
 * @param stored the bytes to store; nobody changes them
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

    /** Refuses a topic that Kafka does not allow either: it would lead to another place than the location. */
    public PayloadObject {
        if (!TOPIC.matcher(topic).matches()) {
            throw new RefusedPayloadException("A payload's topic is not one: '" + topic + "'");
        }
    }

    /**
     * The object's name in a store that has names: the same for the same payload of a topic and day, so that who stores it
     * again stores nothing new; and by topic and day, so that what a topic's retention made unreachable is found by prefix.
     */
    public String path() {
        return topic + "/" + day + "/" + sha256 + codec.suffix();
    }
}
