package io.millrace.spool;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record that waits for Kafka: what a producer was called with, serialized, and the state of the attempt to send it.
 *
 * @param ambiguous whether Kafka may have written the record, although no answer came
 * @param topic its topic
 * @param partition its partition: the caller's, or the one that the attempt chose; null if the recovery chooses it by the key
 * @param timestamp milliseconds since 1970
 * @param firstAttempt when the producer was called, milliseconds since 1970
 * @param floor an offset of the partition below or at which the record cannot be, because the producer had an answer for a later one; -1 if
 *     there was none
 * @param eventId the value of the header that both copies of an ambiguous record have
 * @param key null if the record has none
 * @param value null for a tombstone
 * @param headers in their order, repeated ones kept, with the event's id
 */
@SuppressWarnings("ArrayRecordComponent") // They are never compared.
public record SpooledRecord(
        boolean ambiguous,
        String topic,
        @Nullable Integer partition,
        long timestamp,
        long firstAttempt,
        long floor,
        String eventId,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<SpooledHeader> headers) {
    /** The value of {@link #floor} if there is none. */
    public static final long NO_FLOOR = -1;

    /** What a record or a header takes without its contents, about. */
    private static final long OBJECT_BYTES = 200;

    public SpooledRecord(
            boolean ambiguous,
            String topic,
            @Nullable Integer partition,
            long timestamp,
            long firstAttempt,
            long floor,
            String eventId,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<SpooledHeader> headers) {
        if (topic.isEmpty() || eventId.isEmpty()) {
            throw new IllegalArgumentException("Expected a topic and the id of an event");
        }
        if (partition != null && partition < 0) {
            throw new IllegalArgumentException("Expected a partition from 0 on, found " + partition);
        }
        if (timestamp < 0 || firstAttempt < 0 || floor < NO_FLOOR) {
            throw new IllegalArgumentException("Expected times from 0 on and an offset from -1 on, found " + timestamp
                    + ", " + firstAttempt + " and " + floor);
        }
        if (ambiguous && partition == null) {
            throw new IllegalArgumentException("Expected the partition of a record that may have been written");
        }
        this.ambiguous = ambiguous;
        this.topic = topic;
        this.partition = partition;
        this.timestamp = timestamp;
        this.firstAttempt = firstAttempt;
        this.floor = floor;
        this.eventId = eventId;
        this.key = key;
        this.value = value;
        this.headers = List.copyOf(headers);
    }

    /** About how many bytes of memory the record takes. */
    long bytes() {
        long bytes = OBJECT_BYTES + length(key) + length(value);
        for (SpooledHeader header : headers) {
            bytes += OBJECT_BYTES + header.key().length() + length(header.value());
        }
        return bytes;
    }

    private static int length(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** Topic, partition and event, without key, value and headers. */
    @Override
    public String toString() {
        return topic + (partition == null ? "" : "-" + partition) + " " + eventId + (ambiguous ? " (ambiguous)" : "");
    }
}
