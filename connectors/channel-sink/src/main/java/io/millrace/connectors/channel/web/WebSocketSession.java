package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.channel.history.Delivery;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket with the subprotocol {@value #PROTOCOL}. It is the only handler of its connection, behind TLS: it decodes the client's frames, and its
 * own frames are bytes. Each text frame of a client is answered: with {@code subscribed}, {@code unsubscribed} or
 * {@code accepted}, or with a close frame. A channel that is not subscribed is unsubscribed without an answer. While the client does not read
 * its answers, its frames are not read, so that answers take no more memory than {@code connection.unsent.bytes} and those of one read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes its connection, and Netty logs it.
final class WebSocketSession extends WebSocket13FrameDecoder {
    static final String PROTOCOL = "millrace.v1";

    private static final int NORMAL = 1_000;
    private static final int MAX_REASON_BYTES = 120;

    private final ListenerState state;
    private @Nullable Session session;
    /** Until the first subscription. */
    private @Nullable Future<?> timeout;
    /** What has come of a text that is in several frames; null between texts. */
    private @Nullable ByteBuf fragments;

    WebSocketSession(ListenerState state) {
        super(state.frames);
        this.state = state;
    }

    private static final class Session extends ClientSession {
        Session(ListenerState state, ChannelHandlerContext context) {
            super(state, context);
        }

        void send(String text) {
            context.write(WebSocketFrames.text(context.alloc(), text.getBytes(UTF_8)));
        }

        @Override
        void write(Delivery delivery) {
            if (delivery instanceof Delivery.Event event) {
                context.write(WebSocketFrames.text(context.alloc(), event.frame()));
            } else {
                send(ServerFrames.of(delivery));
            }
        }

        @Override
        void writeBeat(Map<String, String> positions) {
            send(ServerFrames.beat(positions));
        }

        @Override
        void writeExpiring(long seconds) {
            send(ServerFrames.expiring(seconds));
        }

        @Override
        void writeMoving(long afterMs) {
            send(ServerFrames.moving(afterMs));
        }

        @Override
        void writeClose(CloseReason reason, String text) {
            Connections.closeAfter(
                    context,
                    context.writeAndFlush(WebSocketFrames.close(context.alloc(), reason.code(), abbreviate(text))));
        }

        /** A close frame has room for 123 bytes. */
        private static String abbreviate(String text) {
            String ascii = text.codePoints()
                    .mapToObj(c -> c < 0x80 ? Character.toString(c) : "?")
                    .collect(Collectors.joining());
            return ascii.length() > MAX_REASON_BYTES ? ascii.substring(0, MAX_REASON_BYTES) : ascii;
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Session created = new Session(state, context);
        session = created;
        created.register();
        timeout = context.executor()
                .schedule(
                        () -> {
                            if (!created.isClosed() && !created.hasSubscriptions()) {
                                created.close(CloseReason.TOO_SLOW, "expected a subscription (subscribe.timeout.ms)");
                            }
                        },
                        state.settings.subscribeTimeoutMs(),
                        TimeUnit.MILLISECONDS);
    }

    private void cancelTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    /** Accepts a frame at once, when it is complete. */
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        super.decode(context, in, out);
        try {
            for (Object frame : out) {
                accept(context, (WebSocketFrame) frame);
            }
        } finally {
            out.forEach(ReferenceCountUtil::release);
            out.clear();
        }
    }

    private void accept(ChannelHandlerContext context, WebSocketFrame frame) throws CharacterCodingException {
        Session own = session;
        if (own == null || own.isClosed()) {
            return;
        }
        if (frame instanceof TextWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
            acceptFragment(context, own, frame);
        } else if (frame instanceof PingWebSocketFrame) {
            context.writeAndFlush(WebSocketFrames.pong(context.alloc(), frame.content()));
        } else if (frame instanceof CloseWebSocketFrame) {
            own.release();
            Connections.closeAfter(context, context.writeAndFlush(WebSocketFrames.close(context.alloc(), NORMAL, "")));
        } else if (!(frame instanceof PongWebSocketFrame)) {
            own.close(CloseReason.BAD_FRAME, "expected text frames");
        }
    }

    private void acceptFragment(ChannelHandlerContext context, Session own, WebSocketFrame frame)
            throws CharacterCodingException {
        ByteBuf text = frame.content();
        if (fragments != null || !frame.isFinalFragment()) {
            ByteBuf all = fragments == null ? context.alloc().buffer() : fragments;
            fragments = all;
            if (all.readableBytes() + text.readableBytes() > state.settings.maxFrameBytes()) {
                releaseFragments();
                own.close(CloseReason.TOO_LARGE, "expected smaller frames");
                return;
            }
            all.writeBytes(text);
            text = all;
        }
        if (frame.isFinalFragment()) {
            String whole = UTF_8.newDecoder().decode(text.nioBuffer()).toString();
            releaseFragments();
            acceptText(own, whole);
            if (own.hasSubscriptions()) {
                cancelTimeout();
            }
        }
    }

    private void releaseFragments() {
        if (fragments != null) {
            fragments.release();
            fragments = null;
        }
    }

    private static void acceptText(Session session, String text) {
        ClientFrame frame;
        try {
            frame = ClientFrame.parse(text);
        } catch (IllegalArgumentException e) {
            session.close(CloseReason.BAD_FRAME, String.valueOf(e.getMessage()));
            return;
        }
        if (frame.unsubscribe().size() > session.state.settings.maxChannels()) {
            session.close(
                    CloseReason.BAD_FRAME,
                    "expected at most " + session.state.settings.maxChannels()
                            + " channels in unsubscribe (connection.channels.max)");
            return;
        }
        if (frame.token().isPresent()) {
            if (!session.accept(frame.token().get())) {
                return;
            }
            session.send(ServerFrames.accepted());
        }
        for (String channel : frame.unsubscribe()) {
            if (session.unsubscribe(channel)) {
                session.send(ServerFrames.unsubscribed(channel));
            }
        }
        for (Map.Entry<String, String> subscription : frame.subscribe().entrySet()) {
            if (!session.subscribe(subscription.getKey(), subscription.getValue())) {
                return;
            }
        }
        session.drain();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        boolean hasRoom = context.channel().isWritable();
        context.channel().config().setAutoRead(hasRoom);
        if (session != null && hasRoom) {
            session.drain();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        if (session != null) {
            session.release();
        }
        super.channelInactive(context);
    }

    /** Also after the end of the connection. */
    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) {
        cancelTimeout();
        releaseFragments();
        if (session != null) {
            session.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Session own = session;
        if (own == null || own.isClosed()) {
            context.close();
        } else if (cause instanceof TooLongFrameException || isTooBig(cause)) {
            own.close(CloseReason.TOO_LARGE, "expected smaller frames");
        } else if (cause instanceof IOException) {
            own.release();
            context.close();
        } else {
            own.close(CloseReason.BAD_FRAME, "expected valid frames");
        }
    }

    private static boolean isTooBig(Throwable cause) {
        return cause instanceof CorruptedWebSocketFrameException corrupted
                && corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
    }
}
