package io.millrace.connectors.channel.token;

import java.time.Instant;
import java.util.List;

/**
 * What a token permits.
 *
 * @param channels names of channels; one with {@code *} at its end permits all that begin like it
 * @param until when it ends
 */
public record Grant(List<String> channels, Instant until) {
    /** Of a listener without tokens. */
    static final Grant ALL = new Grant(List.of("*"), Instant.MAX);

    public Grant {
        channels = List.copyOf(channels);
    }

    /** Whether a channel may be subscribed to. */
    public boolean permits(String channel) {
        return channels.stream()
                .anyMatch(name -> name.endsWith("*")
                        ? channel.startsWith(name.substring(0, name.length() - 1))
                        : name.equals(channel));
    }
}
