package io.millrace.connectors.channel.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * An event of a channel, as a record contains it.
 *
 * @param channel the name of the channel, of characters that {@link ChannelName} accepts
 * @param type the type of the event; may be empty
 * @param timestampMs of the record
 * @param content the members of the event's JSON object behind its channel and position, with the closing brace:
 *     {@code "type":"…","data":{…}}}
 */
@SuppressWarnings("ArrayRecordComponent") // They are never compared.
public record ChannelEvent(String channel, String type, long timestampMs, byte[] content) {
    /** The digest of the record, by which it is recognized at its offset. */
    int digest() {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(timestampMs).flip());
        crc.update(channel.getBytes(UTF_8));
        crc.update(content);
        return (int) crc.getValue();
    }

    /** The event's JSON object with this position. */
    byte[] frame(String position) {
        // Neither has a character that JSON escapes.
        byte[] head = ("{\"channel\":\"" + channel + "\",\"position\":\"" + position + "\",").getBytes(UTF_8);
        return ByteBuffer.allocate(head.length + content.length)
                .put(head)
                .put(content)
                .array();
    }

    /** Without the content. */
    @Override
    public String toString() {
        return type + " of " + channel + ", " + content.length + " bytes";
    }
}
