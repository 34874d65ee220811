package io.millrace.connectors.channel.web;

import io.millrace.connectors.channel.history.Delivery;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/** The texts of the listener's frames. Names of channels and positions have no characters that JSON escapes. */
final class ServerFrames {
    private ServerFrames() {}

    /** An answer to a subscription, or a reset. */
    static String of(Delivery delivery) {
        if (delivery instanceof Delivery.Subscribed subscribed) {
            return "{\"subscribed\":\"" + subscribed.channel() + "\",\"recovered\":" + subscribed.recovered()
                    + ",\"position\":\"" + subscribed.position() + "\"}";
        }
        return "{\"reset\":\"" + delivery.channel() + "\",\"position\":\"" + delivery.position() + "\"}";
    }

    static String unsubscribed(String channel) {
        return "{\"unsubscribed\":\"" + channel + "\"}";
    }

    static String accepted() {
        return "{\"accepted\":\"token\"}";
    }

    static String beat(Map<String, String> positions) {
        String beat = "{\"beat\":" + Instant.now().getEpochSecond();
        return positions.isEmpty()
                ? beat + "}"
                : beat
                        + positions.entrySet().stream()
                                .map(entry -> "\"" + entry.getKey() + "\":\"" + entry.getValue() + "\"")
                                .collect(Collectors.joining(",", ",\"positions\":{", "}}"));
    }

    static String expiring(long seconds) {
        return "{\"expiring\":{\"within\":" + seconds + "}}";
    }

    static String moving(long afterMs) {
        return "{\"moving\":{\"after\":" + afterMs + "}}";
    }
}
