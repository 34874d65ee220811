package io.millrace.connectors.channel.web;

import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.token.ChannelTokens;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all connections of a listener share. */
final class ListenerState {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerState.class);

    final ListenerSettings settings;
    final ChannelHub hub;
    final LongSupplier clockMs;
    final ListenerCounts counts = new ListenerCounts();
    /** How frames of clients are decoded. */
    final WebSocketDecoderConfig frames;

    /** Changes when a task begins. */
    volatile ChannelTokens tokens;

    volatile boolean draining;

    private final Map<EventExecutor, LoopSessions> sessions = new ConcurrentHashMap<>();

    ListenerState(ListenerSettings settings, ChannelHub hub, ChannelTokens tokens, LongSupplier clockMs) {
        this.settings = settings;
        this.hub = hub;
        this.tokens = tokens;
        this.clockMs = clockMs;
        this.frames = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(settings.maxFrameBytes())
                .allowExtensions(false)
                .closeOnProtocolViolation(false)
                .build();
    }

    /** The sessions of an event loop. */
    LoopSessions sessionsOf(EventExecutor loop) {
        return sessions.computeIfAbsent(loop, created -> new LoopSessions(created, settings.heartbeatMs()));
    }

    /** Has each event loop do something with each of its sessions. A loop that has ended has none. */
    void forEachSession(Consumer<ClientSession> action) {
        sessions.forEach((loop, own) -> {
            try {
                loop.execute(() -> own.forEach(action));
            } catch (RejectedExecutionException e) {
                LOG.debug("The event loop has ended", e);
            }
        });
    }
}
