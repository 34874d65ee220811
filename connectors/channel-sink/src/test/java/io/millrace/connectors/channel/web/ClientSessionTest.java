package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.connectors.channel.history.ChannelEvent;
import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.history.Delivery;
import io.millrace.connectors.channel.history.HistorySettings;
import io.millrace.connectors.channel.token.ChannelTokens;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that do not read, or send too much. */
@SuppressWarnings("FutureReturnValueIgnored") // Of an embedded channel, which does everything at once.
class ClientSessionTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final ChannelHub hub = createHub();
    private final List<EmbeddedChannel> connections = new ArrayList<>();

    private static ChannelHub createHub() {
        ChannelHub created = new ChannelHub(new HistorySettings("eu1", 1_000_000, 1_000_000, 0, Set.of()), () -> 1_000);
        created.open(List.of(PARTITION));
        created.begin(Map.of(PARTITION, 0L));
        created.settle(true);
        return created;
    }

    private ListenerState createState() {
        ListenerSettings settings = new ListenerSettings(
                "127.0.0.1", 0, "/channels", Optional.empty(), Set.of(), false, 10, 3, 65_536, 1_000_000, 1_000_000, 0);
        return new ListenerState(settings, hub, ChannelTokens.notRequired(), () -> 1_000);
    }

    private EmbeddedChannel connect(ChannelHandler... handlers) {
        EmbeddedChannel created = new EmbeddedChannel(handlers);
        connections.add(created);
        return created;
    }

    @AfterEach
    void end() {
        connections.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertThat(hub.counts().subscriptions()).isZero();
    }

    /** The answers so far, a close frame as its code. */
    private static List<String> takeAnswers(EmbeddedChannel channel) {
        ClientFrames client = new ClientFrames(channel);
        List<String> answers = new ArrayList<>();
        for (WebSocketFrame answer = client.next(); answer != null; answer = client.next()) {
            if (answer instanceof CloseWebSocketFrame close) {
                answers.add(String.valueOf(close.statusCode()));
            } else {
                String text = answer.content().toString(UTF_8);
                answers.add(answer instanceof PongWebSocketFrame ? "pong " + text : text);
            }
            ReferenceCountUtil.release(answer);
        }
        return answers;
    }

    private static void send(EmbeddedChannel channel, String text) {
        new ClientFrames(channel).send(new TextWebSocketFrame(text));
    }

    private static void request(EmbeddedChannel channel, String uri) {
        channel.writeInbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, uri));
    }

    @Test
    void aClientThatDoesNotReadIsNotRead() {
        EmbeddedChannel channel = connect(new WebSocketSession(createState()));
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
        assertThat(channel.config().isAutoRead()).isTrue();
    }

    @Test
    void onlySubscribedChannelsAreUnsubscribedWithAnAnswer() {
        EmbeddedChannel channel = connect(new WebSocketSession(createState()));
        send(channel, "{\"subscribe\":{\"a\":\"\"}}");
        assertThat(takeAnswers(channel)).hasSize(1);
        send(channel, "{\"unsubscribe\":[\"b\",\"a\",\"a\"]}");
        assertThat(takeAnswers(channel)).containsExactly("{\"unsubscribed\":\"a\"}");
        send(channel, "{\"unsubscribe\":[\"b\",\"b\",\"b\",\"b\"]}");
        assertThat(takeAnswers(channel)).containsExactly("4400");
    }

    /** As on a connection whose client does not read. */
    private static final class Stuck extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
        }
    }

    @Test
    void aClientThatDoesNotReadTheEndIsClosed() {
        EmbeddedChannel closedByServer = connect(new Stuck(), new WebSocketSession(createState()));
        EmbeddedChannel closedByClient = connect(new Stuck(), new WebSocketSession(createState()));
        ListenerState state = createState();
        EmbeddedChannel stream = connect(new Stuck(), new RequestHandler(state));
        EmbeddedChannel refused = connect(new Stuck(), new RequestHandler(createState()));
        List<EmbeddedChannel> all = List.of(closedByServer, closedByClient, stream, refused);
        all.forEach(EmbeddedChannel::freezeTime);
        send(closedByServer, "nonsense");
        new ClientFrames(closedByClient).send(new CloseWebSocketFrame(1000, "bye"));
        request(stream, "/channels?channel=a");
        state.sessionsOf(stream.eventLoop())
                .forEach(session -> session.close(CloseReason.TOKEN, "the token has expired"));
        request(refused, "/other");
        for (EmbeddedChannel each : all) {
            assertThat(each.isOpen()).isTrue();
            each.advanceTimeBy(5, TimeUnit.SECONDS);
            each.runScheduledPendingTasks();
            assertThat(each.isOpen()).isFalse();
        }
    }

    /** As on a slow connection: what is written is sent only by {@link #send}. */
    private static final class Slow extends ChannelOutboundHandlerAdapter {
        private ChannelHandlerContext gate;

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            gate = context;
        }

        @Override
        public void flush(ChannelHandlerContext context) {
            // Later.
        }

        void send() {
            gate.flush();
        }
    }

    @Test
    void channelsTakeTurnsOnASlowConnection() {
        for (int i = 0; i < 6; i++) {
            String name = i < 3 ? "a" : "b";
            hub.append(PARTITION, i, new ChannelEvent(List.of(name), "", 0, ("\"data\":" + i + "}").getBytes(UTF_8)));
        }
        Slow slow = new Slow();
        EmbeddedChannel channel = connect(slow, new WebSocketSession(createState()));
        // Room for one frame.
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(1, 2));
        send(channel, "{\"subscribe\":{\"a\":\"earliest\",\"b\":\"earliest\"}}");
        List<String> frames = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            slow.send();
            frames.addAll(takeAnswers(channel));
        }
        assertThat(frames)
                .extracting(frame -> frame.replaceAll(".*(subscribed|data)\":\"?([a-b0-9]).*", "$2"))
                .containsExactly("a", "b", "0", "3", "1", "4", "2", "5");
    }

    private static WebSocketFrame fragment(String text, boolean last) {
        return new ContinuationWebSocketFrame(last, 0, Unpooled.copiedBuffer(text, UTF_8));
    }

    @Test
    void aTextInSeveralFramesIsOneText() {
        EmbeddedChannel channel = connect(new WebSocketSession(createState()));
        ClientFrames client = new ClientFrames(channel);
        client.send(new TextWebSocketFrame(false, 0, "{\"subscribe\""));
        client.send(fragment(":{\"a\":", false));
        client.send(new PingWebSocketFrame(Unpooled.copiedBuffer("p", UTF_8)));
        assertThat(takeAnswers(channel)).containsExactly("pong p");
        client.send(fragment("\"\"}}", true));
        assertThat(takeAnswers(channel)).hasSize(1).first().asString().startsWith("{\"subscribed\":\"a\"");
        send(channel, "{\"unsubscribe\":[\"a\"]}");
        assertThat(takeAnswers(channel)).hasSize(1);
    }

    @Test
    void aTextIsBoundedAndUtf8() {
        EmbeddedChannel large = connect(new WebSocketSession(createState()));
        ClientFrames client = new ClientFrames(large);
        client.send(new TextWebSocketFrame(false, 0, "x".repeat(50_000)));
        client.send(fragment("x".repeat(50_000), false));
        assertThat(takeAnswers(large)).containsExactly("4413");
        EmbeddedChannel invalid = connect(new WebSocketSession(createState()));
        new ClientFrames(invalid).send(new TextWebSocketFrame(Unpooled.wrappedBuffer(new byte[] {(byte) 0xc3, 'a'})));
        assertThat(takeAnswers(invalid)).containsExactly("4400");
    }

    @Test
    void aSessionHasABeatInEachInterval() {
        ListenerState state = createState();
        EmbeddedChannel channel = connect(new WebSocketSession(state));
        channel.freezeTime();
        send(channel, "{\"subscribe\":{\"a\":\"\"}}");
        for (int interval = 0; interval < 3; interval++) {
            channel.advanceTimeBy(state.settings.heartbeatMs(), TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            assertThat(takeAnswers(channel))
                    .filteredOn(frame -> frame.startsWith("{\"beat\""))
                    .as("interval %d", interval)
                    .hasSize(1);
        }
    }

    /** Has no memory for any frame. */
    private static final class FullSession extends ClientSession {
        FullSession(ListenerState state, ChannelHandlerContext context) {
            super(state, context);
        }

        @Override
        void write(Delivery delivery) {
            throw new OutOfMemoryError("a delivery");
        }

        @Override
        void writeBeat(Map<String, String> positions) {
            throw new OutOfMemoryError("a beat");
        }

        @Override
        void writeExpiring(long seconds) {
            throw new OutOfMemoryError("an expiry");
        }

        @Override
        void writeMoving(long afterMs) {
            throw new OutOfMemoryError("a move");
        }

        @Override
        void writeClose(CloseReason reason, String text) {
            throw new OutOfMemoryError("a close frame");
        }
    }

    private static FullSession openFull(ListenerState state, EmbeddedChannel channel) {
        FullSession session = new FullSession(state, channel.pipeline().firstContext());
        session.register();
        return session;
    }

    @Test
    void aConnectionEndsIfNothingCanBeWrittenToIt() {
        List<Consumer<ClientSession>> writes = List.of(
                session -> session.subscribe("a", ""),
                ClientSession::beat,
                ClientSession::move,
                session -> session.close(CloseReason.TOKEN, "the token has expired"));
        for (Consumer<ClientSession> write : writes) {
            EmbeddedChannel channel = connect(new Stuck());
            FullSession session = openFull(createState(), channel);
            write.accept(session);
            session.drain();
            assertThat(session.isClosed()).isTrue();
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void aSessionThatFailsDoesNotEndTheBeatsOfOthers() {
        ListenerState state = createState();
        EmbeddedChannel channel = connect(new WebSocketSession(state));
        channel.freezeTime();
        send(channel, "{\"subscribe\":{\"a\":\"\"}}");
        List<EmbeddedChannel> others = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            EmbeddedChannel other = connect();
            other.pipeline().addLast(channel.eventLoop(), new Stuck());
            openFull(state, other);
            others.add(other);
        }
        for (int interval = 0; interval < 3; interval++) {
            channel.advanceTimeBy(state.settings.heartbeatMs(), TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
            assertThat(takeAnswers(channel))
                    .filteredOn(frame -> frame.startsWith("{\"beat\""))
                    .hasSize(1);
        }
        assertThat(others).noneMatch(EmbeddedChannel::isOpen);
    }

    @Test
    void anEventLoopThatHasEndedHasNoSessions() {
        ListenerState state = createState();
        DefaultEventLoop loop = new DefaultEventLoop();
        state.sessionsOf(loop);
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        assertThatCode(() -> state.forEachSession(ClientSession::move)).doesNotThrowAnyException();
    }

    @Test
    void aSecondRequestOnAStreamEndsIt() {
        EmbeddedChannel channel = connect(new RequestHandler(createState()));
        request(channel, "/channels?channel=a");
        assertThat(channel.isOpen()).isTrue();
        assertThat(hub.counts().subscriptions()).isEqualTo(1);
        request(channel, "/channels?channel=a");
        assertThat(channel.isOpen()).isFalse();
        assertThat(hub.counts().subscriptions()).isZero();
    }
}
