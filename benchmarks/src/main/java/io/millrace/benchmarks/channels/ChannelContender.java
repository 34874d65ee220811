package io.millrace.benchmarks.channels;

import java.util.Locale;

/** A server that pushes events to browsers. */
enum ChannelContender {
    /** {@code ChannelSinkConnector} in a standalone worker. */
    MILLRACE,
    /** ws and kafkajs. */
    WS,
    /** socket.io and kafkajs. */
    SOCKET_IO,
    /** nginx with Nchan. */
    NCHAN;

    /** How its clients speak. */
    PushProtocol protocol() {
        return switch (this) {
            case MILLRACE -> new ChannelSinkProtocol();
            case WS -> new PlainProtocol();
            case SOCKET_IO -> new SocketIoProtocol();
            case NCHAN -> new NchanProtocol();
        };
    }

    /** The name on a command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    static ChannelContender of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('.', '_'));
    }
}
