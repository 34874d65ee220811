package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A client decodes what the listener encodes. */
class WebSocketFramesTest {
    private static final UnpooledByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

    private static List<WebSocketFrame> decode(ByteBuf bytes) {
        EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameDecoder(false, false, 1 << 20));
        client.writeInbound(bytes);
        List<WebSocketFrame> frames = new ArrayList<>();
        for (WebSocketFrame frame = client.readInbound(); frame != null; frame = client.readInbound()) {
            frames.add(frame);
        }
        client.finishAndReleaseAll();
        return frames;
    }

    @Test
    void aTextHasOneOfThreeLengths() {
        for (int length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20}) {
            String text = "x".repeat(length);
            List<WebSocketFrame> frames = decode(WebSocketFrames.text(ALLOCATOR, text.getBytes(US_ASCII)));
            assertThat(frames).as("%d bytes", length).hasSize(1).first().isInstanceOf(TextWebSocketFrame.class);
            assertThat(((TextWebSocketFrame) frames.get(0)).text()).isEqualTo(text);
            frames.get(0).release();
        }
    }

    @Test
    void otherFramesHaveTheirPayload() {
        ByteBuf ping = Unpooled.copiedBuffer("p", US_ASCII);
        WebSocketFrame pong = decode(WebSocketFrames.pong(ALLOCATOR, ping)).get(0);
        assertThat(pong).isInstanceOf(PongWebSocketFrame.class);
        assertThat(pong.content().toString(US_ASCII)).isEqualTo("p");
        CloseWebSocketFrame close = (CloseWebSocketFrame)
                decode(WebSocketFrames.close(ALLOCATOR, 4401, "why")).get(0);
        assertThat(close.statusCode()).isEqualTo(4401);
        assertThat(close.reasonText()).isEqualTo("why");
        List.of(ping, pong, close).forEach(io.netty.util.ReferenceCountUtil::release);
    }
}
