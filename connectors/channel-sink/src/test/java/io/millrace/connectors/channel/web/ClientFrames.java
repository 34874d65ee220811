package io.millrace.connectors.channel.web;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import org.jspecify.annotations.Nullable;

/** A client's side of a connection without a socket: writes frames to a session, and reads the frames that the session has written. */
@SuppressWarnings("FutureReturnValueIgnored") // Of embedded channels, which do everything at once.
final class ClientFrames {
    private static final int MAX_PAYLOAD = 1 << 20;

    private final EmbeddedChannel session;
    private final EmbeddedChannel codec = new EmbeddedChannel(
            new WebSocket13FrameEncoder(true), new WebSocket13FrameDecoder(false, false, MAX_PAYLOAD));

    /** Of the pipeline of a session. */
    ClientFrames(EmbeddedChannel session) {
        this.session = session;
    }

    void send(WebSocketFrame frame) {
        codec.writeOutbound(frame);
        for (ByteBuf bytes = codec.readOutbound(); bytes != null; bytes = codec.readOutbound()) {
            session.writeInbound(bytes);
        }
    }

    /** The next frame of the session; null if it has written no other one. */
    @Nullable
    WebSocketFrame next() {
        for (ByteBuf bytes = session.readOutbound(); bytes != null; bytes = session.readOutbound()) {
            codec.writeInbound(bytes);
        }
        return codec.readInbound();
    }
}
