package io.millrace.connectors.channel.web;

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
    public ListenerSettings {
        origins = Set.copyOf(origins);
    }

    /** The files of a certificate with its chain, and of its key, both PEM. */
    public record TlsFiles(Path certificate, Path key) {}

    String address() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
