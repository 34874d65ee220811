package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * The bytes of a server's WebSocket frames, each in one buffer for the socket. They are not masked and not fragmented (RFC 6455, section 5.2):
 *
 * <pre>
 * frame  = opcode length payload
 * opcode = 1 byte: 0x80, "the last fragment", and what the payload is
 * length = 1 byte below 126 | 126 and 2 bytes | 127 and 8 bytes       big-endian
 * </pre>
 */
final class WebSocketFrames {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PONG = 0x8a;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int MAX_HEADER = 10;
    private static final int MAX_TWO_BYTES = 0xffff;

    private WebSocketFrames() {}

    /** A text frame, of UTF-8. */
    static ByteBuf text(ByteBufAllocator allocator, byte[] payload) {
        return begin(allocator, TEXT, payload.length).writeBytes(payload);
    }

    /** The answer to a ping with this payload, of which it takes the bytes. */
    static ByteBuf pong(ByteBufAllocator allocator, ByteBuf payload) {
        return begin(allocator, PONG, payload.readableBytes()).writeBytes(payload);
    }

    /**
     * A close frame.
     *
     * @param reason at most 123 ASCII characters
     */
    static ByteBuf close(ByteBufAllocator allocator, int code, String reason) {
        byte[] text = reason.getBytes(US_ASCII);
        return begin(allocator, CLOSE, Short.BYTES + text.length)
                .writeShort(code)
                .writeBytes(text);
    }

    private static ByteBuf begin(ByteBufAllocator allocator, int opcode, int length) {
        ByteBuf frame = allocator.ioBuffer(MAX_HEADER + length).writeByte(opcode);
        if (length < TWO_BYTES) {
            frame.writeByte(length);
        } else if (length <= MAX_TWO_BYTES) {
            frame.writeByte(TWO_BYTES).writeShort(length);
        } else {
            frame.writeByte(EIGHT_BYTES).writeLong(length);
        }
        return frame;
    }
}
