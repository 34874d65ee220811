package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connectors.channel.history.ChannelName;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker13;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers the first request of a connection: {@code /health}, {@code /ready}, the browser module, an upgrade to a WebSocket, or a
 * stream of events. Every other response ends the connection, and so does a second request on a stream.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes its connection, and Netty logs it.
final class RequestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String BEARER = "Bearer ";
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final String JSON = "application/json";

    private final ListenerState state;
    private @Nullable EventStreamSession stream;
    private @Nullable Future<?> timeout;
    private boolean answered;

    RequestHandler(ListenerState state) {
        this.state = state;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        timeout = context.executor()
                .schedule(
                        () -> {
                            if (!answered && !context.isRemoved()) {
                                refuse(
                                        context,
                                        CloseReason.TOO_SLOW,
                                        "expected a request (subscribe.timeout.ms)",
                                        null);
                            }
                        },
                        state.settings.subscribeTimeoutMs(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (answered) {
            endStream(context);
            return;
        }
        answered = true;
        cancelTimeout();
        if (request.decoderResult().isFailure()) {
            refuse(context, CloseReason.BAD_FRAME, "expected a valid HTTP request", null);
            return;
        }
        QueryStringDecoder uri = new QueryStringDecoder(request.uri());
        String path;
        try {
            path = uri.path();
            // Decodes them.
            uri.parameters();
        } catch (IllegalArgumentException e) {
            refuse(context, CloseReason.BAD_FRAME, "expected a valid path and valid parameters", null);
            return;
        }
        if (path.equals("/health")) {
            answer(context, request, HttpResponseStatus.OK, JSON, "{\"status\":\"up\"}");
        } else if (path.equals("/ready")) {
            boolean ready = state.hub.isReady() && !state.draining;
            answer(
                    context,
                    request,
                    ready ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                    JSON,
                    "{\"ready\":" + ready + "}");
        } else if (path.equals(state.settings.path())) {
            openChannels(context, request, uri);
        } else if (path.equals(state.settings.path() + BrowserModule.SUFFIX)) {
            send(context, BrowserModule.answer(request), request.method().equals(HttpMethod.HEAD));
        } else {
            answer(context, request, HttpResponseStatus.NOT_FOUND, JSON, "{\"error\":\"not found\"}");
        }
    }

    /** What a timer refers to stays in memory as long as it does. */
    private void cancelTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
            timeout = null;
        }
    }

    private void openChannels(ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder uri) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null && !state.settings.origins().contains(origin.toLowerCase(Locale.ROOT))) {
            refuse(context, CloseReason.ORIGIN, "the origin is not one of allowed.origins", null);
        } else if (request.method().equals(HttpMethod.OPTIONS)) {
            answerPreflight(context, origin);
        } else if (!request.method().equals(HttpMethod.GET)) {
            answer(context, request, HttpResponseStatus.METHOD_NOT_ALLOWED, JSON, "{\"error\":\"expected GET\"}");
        } else if (state.counts.connections() > state.settings.maxConnections()) {
            refuse(context, CloseReason.TOO_MANY, "too many connections (connections.max)", origin);
        } else if (state.draining) {
            refuse(context, CloseReason.GOING_AWAY, "the server is going away", origin);
        } else if (request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            upgrade(context, request);
        } else {
            openStream(context, request, uri, origin);
        }
    }

    private void upgrade(ChannelHandlerContext context, FullHttpRequest request) {
        if (!request.headers()
                        .contains(
                                HttpHeaderNames.SEC_WEBSOCKET_VERSION, WebSocketVersion.V13.toHttpHeaderValue(), false)
                || !request.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)) {
            refuse(context, CloseReason.BAD_FRAME, "expected a WebSocket of version 13", null);
            return;
        }
        new Handshaker(state).handshake(context.channel(), request).addListener(done -> {
            if (!done.isSuccess()) {
                context.close();
                return;
            }
            // The session decodes and encodes its frames itself, so it is the only handler that stays.
            context.pipeline().remove(WebSocket13FrameEncoder.class);
            context.pipeline().remove(this);
        });
    }

    /** Adds the session to the pipeline in the place of a decoder of frames. */
    private static final class Handshaker extends WebSocketServerHandshaker13 {
        private final ListenerState state;

        Handshaker(ListenerState state) {
            super("", WebSocketSession.PROTOCOL, state.frames);
            this.state = state;
        }

        @Override
        protected WebSocketFrameDecoder newWebsocketDecoder() {
            return new WebSocketSession(state);
        }
    }

    private void openStream(
            ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder uri, @Nullable String origin) {
        List<String> channels = uri.parameters().getOrDefault("channel", List.of());
        if (channels.size() != 1 || !ChannelName.isValid(channels.get(0))) {
            refuse(context, CloseReason.BAD_FRAME, "expected one ?channel= of " + ChannelName.EXPECTED, origin);
            return;
        }
        EventStreamSession session = new EventStreamSession(state, context, origin);
        Optional<String> token = findToken(request, uri);
        if (token.isPresent() && !session.accept(token.get())) {
            return;
        }
        if (!session.subscribe(channels.get(0), findPosition(request, uri))) {
            return;
        }
        stream = session;
        HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream")
                .set(HttpHeaderNames.CACHE_CONTROL, "no-cache, no-transform")
                .set("X-Accel-Buffering", "no")
                .set("X-Content-Type-Options", "nosniff");
        HttpUtil.setTransferEncodingChunked(response, true);
        allowOrigin(response, origin);
        session.begin(response);
        session.register();
        session.drain();
    }

    private Optional<String> findToken(FullHttpRequest request, QueryStringDecoder uri) {
        String header = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        if (header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.of(header.substring(BEARER.length()).strip());
        }
        return state.settings.tokenInUrl()
                ? uri.parameters().getOrDefault("access_token", List.of()).stream()
                        .findFirst()
                : Optional.empty();
    }

    private static String findPosition(FullHttpRequest request, QueryStringDecoder uri) {
        String header = request.headers().get(LAST_EVENT_ID);
        return header != null
                ? header
                : uri.parameters().getOrDefault("lastEventID", List.of("")).get(0);
    }

    private static void allowOrigin(HttpResponse response, @Nullable String origin) {
        if (origin != null) {
            response.headers()
                    .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                    .set(HttpHeaderNames.VARY, "Origin");
        }
    }

    private static void answerPreflight(ChannelHandlerContext context, @Nullable String origin) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT, Unpooled.EMPTY_BUFFER);
        allowOrigin(response, origin);
        response.headers()
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "GET")
                .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, "authorization, last-event-id")
                .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "600");
        send(context, response, false);
    }

    private void refuse(ChannelHandlerContext context, CloseReason reason, String text, @Nullable String origin) {
        answered = true;
        state.counts.countClosed(reason);
        sendRefusal(context, reason, text, origin);
    }

    static void sendRefusal(ChannelHandlerContext context, CloseReason reason, String text, @Nullable String origin) {
        // Names of channels and origins are not repeated, so nothing has to be escaped.
        String safe = text.replaceAll("[^A-Za-z0-9 .,:?=_()/-]", "");
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(reason.status()),
                Unpooled.copiedBuffer("{\"code\":" + reason.code() + ",\"error\":\"" + safe + "\"}", UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, JSON);
        if (reason == CloseReason.TOO_MANY || reason == CloseReason.GOING_AWAY) {
            response.headers().set(HttpHeaderNames.RETRY_AFTER, "2");
        }
        allowOrigin(response, origin);
        send(context, response, false);
    }

    private static void answer(
            ChannelHandlerContext context,
            FullHttpRequest request,
            HttpResponseStatus status,
            String type,
            String body) {
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).set(HttpHeaderNames.CACHE_CONTROL, "no-store");
        send(context, response, request.method().equals(HttpMethod.HEAD));
    }

    static void send(ChannelHandlerContext context, FullHttpResponse response, boolean withoutBody) {
        HttpUtil.setContentLength(response, response.content().readableBytes());
        response.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set("X-Content-Type-Options", "nosniff");
        if (withoutBody) {
            response.content().clear();
        }
        Connections.closeAfter(context, context.writeAndFlush(response));
    }

    /** Of requests without a body. */
    static HttpObjectAggregator withoutBodies() {
        return new HttpObjectAggregator(1_024, true);
    }

    /** A stream's client has nothing more to send; what it sends all the same would fill memory. */
    private void endStream(ChannelHandlerContext context) {
        if (stream != null) {
            stream.release();
            context.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (stream != null && context.channel().isWritable()) {
            stream.drain();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancelTimeout();
        if (stream != null) {
            stream.release();
        }
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (stream != null) {
            stream.release();
        }
        context.close();
    }
}
