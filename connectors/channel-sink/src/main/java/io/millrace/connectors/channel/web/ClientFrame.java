package io.millrace.connectors.channel.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.millrace.connectors.channel.history.ChannelName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A text frame of a client.
 *
 * <pre>
 * {"token": TEXT, "subscribe": {CHANNEL: POSITION, …}, "unsubscribe": [CHANNEL, …]}       each member is optional, one is required
 * </pre>
 *
 * @param subscribe the positions by their channels
 */
record ClientFrame(Optional<String> token, Map<String, String> subscribe, List<String> unsubscribe) {
    private static final int MAX_DEPTH = 3;
    private static final int MAX_NAME = 1_000;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_NAME)
                    .build())
            // Names of clients would fill the tables that all parsers share.
            .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
            .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
            .build();

    /**
     * Parses a frame.
     *
     * @throws IllegalArgumentException with the reason, without the text of the frame
     */
    static ClientFrame parse(String text) {
        try (JsonParser json = FACTORY.createParser(text)) {
            require(json.nextToken() == JsonToken.START_OBJECT, "expected a JSON object");
            Optional<String> token = Optional.empty();
            Map<String, String> subscribe = Map.of();
            List<String> unsubscribe = List.of();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                switch (json.currentName()) {
                    case "token" -> token = Optional.of(readText(json, "token"));
                    case "subscribe" -> subscribe = readPositions(json);
                    case "unsubscribe" -> unsubscribe = readChannels(json);
                    default ->
                        throw new IllegalArgumentException("expected the members token, subscribe and unsubscribe");
                }
            }
            require(json.nextToken() == null, "expected one JSON object");
            require(
                    token.isPresent() || !subscribe.isEmpty() || !unsubscribe.isEmpty(),
                    "expected a token, or channels in subscribe or unsubscribe");
            return new ClientFrame(token, subscribe, unsubscribe);
        } catch (IOException e) {
            // Without the cause, whose message quotes the frame.
            throw new IllegalArgumentException("expected valid JSON");
        }
    }

    private static String readText(JsonParser json, String member) throws IOException {
        require(json.nextToken() == JsonToken.VALUE_STRING, "expected a text in " + member);
        return json.getText();
    }

    private static Map<String, String> readPositions(JsonParser json) throws IOException {
        require(
                json.nextToken() == JsonToken.START_OBJECT,
                "expected an object of channels and positions in subscribe");
        Map<String, String> positions = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String channel = requireChannel(json.currentName());
            positions.put(channel, readText(json, "each position"));
        }
        require(json.currentToken() == JsonToken.END_OBJECT, "expected valid JSON");
        return positions;
    }

    private static List<String> readChannels(JsonParser json) throws IOException {
        require(json.nextToken() == JsonToken.START_ARRAY, "expected an array of channels in unsubscribe");
        List<String> channels = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_STRING) {
            channels.add(requireChannel(json.getText()));
        }
        require(json.currentToken() == JsonToken.END_ARRAY, "expected texts in unsubscribe");
        return channels;
    }

    private static String requireChannel(String name) {
        require(ChannelName.isValid(name), "expected names of channels of " + ChannelName.EXPECTED);
        return name;
    }

    private static void require(boolean isMet, String expectation) {
        if (!isMet) {
            throw new IllegalArgumentException(expectation);
        }
    }
}
