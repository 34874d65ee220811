package io.millrace.connectors.channel.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.history.HistorySettings;
import io.millrace.connectors.channel.token.ChannelTokens;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/**
 * Random frames of clients: each is answered, by a frame or by a close frame with one of the listener's codes. Only a frame that unsubscribes
 * channels that are not subscribed has no answer.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Of an embedded channel, which does everything at once.
class FrameFuzzTest {
    private static final int FRAMES = 100_000;
    private static final List<String> PARTS = List.of(
            "{\"subscribe\":{\"c1\":\"\"}}",
            "{\"subscribe\":{\"c2\":\"earliest\",\"c3\":\"eu1.00000000.1:0:5:0a0b0c0d\"}}",
            "{\"subscribe\":{\"c5\":\"\",\"c6\":\"\",\"c7\":\"\",\"c8\":\"\"}}",
            "{\"unsubscribe\":[\"c1\"]}",
            "{\"token\":\"a.b.c\"}",
            "{\"token\":\"t\",\"subscribe\":{\"c4\":\"*\"},\"unsubscribe\":[\"c2\",\"c9\"]}",
            "{\"subscribe\":{\"a b\":\"\"}}",
            "{\"subscribe\":[]}",
            "{\"subscribe\":{\"c\":{\"d\":[1]}}}",
            "[[[[[[[[",
            "{}",
            "null",
            "\u0000\uffff😀",
            "");

    @Test
    void noFrameIsUnanswered() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("seed of the frames: " + seed);
        Random random = new Random(seed);
        ChannelHub hub = createHub();
        Map<Integer, Integer> codes = new TreeMap<>();
        EmbeddedChannel channel = connect(hub);
        ClientFrames client = new ClientFrames(channel);
        int answered = 0;
        for (int i = 0; i < FRAMES; i++) {
            WebSocketFrame frame = createFrame(random);
            boolean needsNoAnswer = frame instanceof TextWebSocketFrame text && onlyUnsubscribes(text.text());
            client.send(frame);
            channel.runPendingTasks();
            WebSocketFrame answer = client.next();
            assertThat(answer != null || needsNoAnswer)
                    .as("answer to frame %d, seed %d", i, seed)
                    .isTrue();
            for (; answer != null; answer = client.next()) {
                if (answer instanceof CloseWebSocketFrame close) {
                    codes.merge(close.statusCode(), 1, Integer::sum);
                } else {
                    answered++;
                }
                ReferenceCountUtil.release(answer);
            }
            if (!channel.isOpen()) {
                channel.finishAndReleaseAll();
                channel = connect(hub);
                client = new ClientFrames(channel);
            }
        }
        channel.close();
        channel.finishAndReleaseAll();
        System.out.println("answers " + answered + ", closed " + codes);
        assertThat(codes.keySet()).isSubsetOf(1000, 4400, 4401, 4403, 4429).contains(4400, 4429);
        assertThat(answered).isGreaterThan(FRAMES / 20);
        // Nothing is left of the connections.
        assertThat(hub.counts().subscriptions()).isZero();
    }

    private static boolean onlyUnsubscribes(String text) {
        try {
            ClientFrame frame = ClientFrame.parse(text);
            return frame.token().isEmpty() && frame.subscribe().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static ChannelHub createHub() {
        ChannelHub hub = new ChannelHub(new HistorySettings("eu1", 1_000_000, 1_000_000, 0, Set.of()), () -> 1_000);
        TopicPartition partition = new TopicPartition("t", 0);
        hub.open(List.of(partition));
        hub.begin(Map.of(partition, 0L));
        hub.settle(true);
        return hub;
    }

    private static EmbeddedChannel connect(ChannelHub hub) {
        ListenerSettings settings = new ListenerSettings(
                "127.0.0.1", 0, "/channels", Optional.empty(), Set.of(), false, 10, 3, 65_536, 1_000_000, 1_000_000, 0);
        return new EmbeddedChannel(
                new WebSocketSession(new ListenerState(settings, hub, ChannelTokens.notRequired(), () -> 1_000)));
    }

    private static WebSocketFrame createFrame(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> new BinaryWebSocketFrame(Unpooled.wrappedBuffer(new byte[random.nextInt(50)]));
            case 1 -> new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[random.nextInt(50)]));
            case 2 -> new CloseWebSocketFrame(1000, "bye");
            default -> new TextWebSocketFrame(createText(random));
        };
    }

    private static String createText(Random random) {
        StringBuilder text = new StringBuilder(PARTS.get(random.nextInt(PARTS.size())));
        for (int changes = random.nextInt(4); changes > 0 && !text.isEmpty(); changes--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, (char) (32 + random.nextInt(96)));
                case 2 -> text.setCharAt(at, "{}[]\",:0e\\".charAt(random.nextInt(10)));
                default -> text.insert(at, PARTS.get(random.nextInt(PARTS.size())));
            }
        }
        return text.toString();
    }
}
