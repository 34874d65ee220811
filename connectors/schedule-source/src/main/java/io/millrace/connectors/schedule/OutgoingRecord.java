package io.millrace.connectors.schedule;

import java.util.List;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A record to send.
 *
 * @param kind what it is
 * @param source the partition of the requests topic that it belongs to
 * @param nextOffset the offset of the command behind the one that caused it; -1 if no command did
 * @param topic the topic
 * @param partition the partition; null if the producer chooses it by the key
 */
@SuppressWarnings("ArrayRecordComponent") // They are never compared.
record OutgoingRecord(
        Kind kind,
        int source,
        long nextOffset,
        String topic,
        @Nullable Integer partition,
        byte @Nullable [] key,
        byte @Nullable [] value,
        List<Header> headers) {
    /** What a record is. */
    enum Kind {
        STATE,
        MESSAGE,
        REPLY
    }

    /** With these. */
    OutgoingRecord(
            Kind kind,
            int source,
            long nextOffset,
            String topic,
            @Nullable Integer partition,
            byte @Nullable [] key,
            byte @Nullable [] value,
            List<Header> headers) {
        this.kind = kind;
        this.source = source;
        this.nextOffset = nextOffset;
        this.topic = topic;
        this.partition = partition;
        this.key = key;
        this.value = value;
        this.headers = List.copyOf(headers);
    }

    /** About the bytes that it occupies. */
    int bytes() {
        int bytes = 64 + (key == null ? 0 : key.length) + (value == null ? 0 : value.length);
        for (Header header : headers) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /** Without key, value and headers, which may contain values of records. */
    @Override
    public String toString() {
        return kind + " to " + topic + " of " + bytes() + " bytes";
    }
}
