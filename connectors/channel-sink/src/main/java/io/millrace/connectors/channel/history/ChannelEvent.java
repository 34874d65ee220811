package io.millrace.connectors.channel.history;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The event of a record.
 *
 * @param channels the names of its channels, of characters that {@link ChannelName} accepts; none twice
 * @param type the type of the event; may be empty
 * @param timestampMs of the record
 * @param content the members of the event's JSON object behind its channel and position, with the closing brace:
 *     {@code "type":"…","data":{…}}}
 */
@SuppressWarnings("ArrayRecordComponent") // They are never compared.
public record ChannelEvent(List<String> channels, String type, long timestampMs, byte[] content) {
    private static final String BEFORE_CHANNEL = "{\"channel\":\"";
    private static final String BEFORE_POSITION = "\",\"position\":\"";
    private static final String BEHIND_POSITION = "\",";

    public ChannelEvent {
        channels = List.copyOf(channels);
    }

    /** The digest of the record, by which it is recognized at its offset. */
    int digest() {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(timestampMs).flip());
        crc.update(content);
        return (int) crc.getValue();
    }

    /** How many bytes the event's JSON object has in a channel, without its position. */
    public int size(String channel) {
        return channel.length() + content.length;
    }

    /** The event's JSON object in one of its channels, with this position. */
    byte[] frame(String channel, String position) {
        // Neither has a character that JSON escapes.
        byte[] head = (BEFORE_CHANNEL + channel + BEFORE_POSITION + position + BEHIND_POSITION).getBytes(US_ASCII);
        byte[] frame = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, frame, head.length, content.length);
        return frame;
    }

    /** The position in a {@link #frame} of a channel. */
    static String positionIn(byte[] frame, String channel) {
        int from = BEFORE_CHANNEL.length() + channel.length() + BEFORE_POSITION.length();
        int to = from;
        while (frame[to] != '"') {
            to++;
        }
        return new String(frame, from, to - from, US_ASCII);
    }

    /** Without the content. */
    @Override
    public String toString() {
        return type + " of " + channels + ", " + content.length + " bytes";
    }
}
