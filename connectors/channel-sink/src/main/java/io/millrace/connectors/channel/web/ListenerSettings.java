package io.millrace.connectors.channel.web;

import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.token.ChannelTokens;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The options of a listener.
 *
 * @param port 0 for any free one
 * @param path of subscriptions, with a slash in front
 * @param origins of the pages that may connect
 * @param tokenInUrl whether {@code ?access_token=} is accepted
 * @param unsentBytes at how many unsent bytes a connection gets nothing more until they are sent
 */
public record ListenerSettings(
        String host,
        int port,
        String path,
        Optional<TlsFiles> tls,
        Set<String> origins,
        boolean tokenInUrl,
        int maxConnections,
        int maxChannels,
        int unsentBytes,
        long heartbeatMs,
        long subscribeTimeoutMs,
        long drainMs) {
    private static final int MIN_FRAME_BYTES = 65_536;
    /** What a channel has in a frame besides its position: its name, quotes and separators. */
    private static final int MAX_CHANNEL_BYTES = 210;

    public ListenerSettings {
        origins = Set.copyOf(origins);
    }

    /** The files of a certificate with its chain, and of its key, both PEM. */
    public record TlsFiles(Path certificate, Path key) {}

    /** The size of the largest frame of a client. It has room for a token and the longest positions of all channels. */
    int maxFrameBytes() {
        return Math.max(
                MIN_FRAME_BYTES,
                ChannelTokens.MAX_LENGTH + maxChannels * (ChannelHub.MAX_POSITION_LENGTH + MAX_CHANNEL_BYTES));
    }

    String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
