package io.millrace.connectors.channel.web;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Optional;

/** Finds the session of a connection. */
final class Connections {
    private static final AttributeKey<ClientSession> SESSION = AttributeKey.valueOf(Connections.class, "session");

    private Connections() {}

    static void register(Channel channel, ClientSession session) {
        channel.attr(SESSION).set(session);
    }

    /** Empty before the connection has become a WebSocket or an event stream. */
    static Optional<ClientSession> find(Channel channel) {
        return Optional.ofNullable(channel.attr(SESSION).get());
    }
}
