package io.millrace.connectors.channel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a page does: subscribes to a channel, keeps its position, and subscribes again with it when the connection is cut. */
final class ChannelPage {
    static final String ORIGIN = "https://shop.example";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final URI address;
    private final String channel;
    private final List<Integer> numbers = new ArrayList<>();
    private String position = "";
    private int resets;
    private @Nullable Connection connection;

    /** A connection of either kind. */
    private interface Connection {
        String next() throws InterruptedException;

        void cut();
    }

    /**
     * A page that is not connected yet.
     *
     * @param address of a WebSocket or, with the scheme of HTTP, of server-sent events
     */
    ChannelPage(HttpClient client, URI address, String channel) {
        this.client = client;
        this.address = address;
        this.channel = channel;
    }

    /** Subscribes with the position of a page, or another text. Returns {@code recovered} of the answer. */
    boolean subscribe(String from) throws IOException, InterruptedException {
        connection = address.getScheme().startsWith("ws") ? openSocket(from) : openStream(from);
        return next().path("recovered").booleanValue();
    }

    /** Subscribes with the position of the last frame. */
    boolean resume() throws IOException, InterruptedException {
        return subscribe(position);
    }

    private Connection openSocket(String from) throws InterruptedException {
        ChannelSocket socket = new ChannelSocket(client, address, ORIGIN);
        socket.send("{\"token\":\"" + TestTokens.create(60, "import:*") + "\",\"subscribe\":{\"" + channel + "\":\""
                + from + "\"}}");
        if (!socket.next().equals("{\"accepted\":\"token\"}")) {
            throw new AssertionError("the token is not accepted");
        }
        return new Connection() {
            @Override
            public String next() throws InterruptedException {
                return socket.next();
            }

            @Override
            public void cut() {
                socket.cut();
            }
        };
    }

    private Connection openStream(String from) throws IOException, InterruptedException {
        ChannelStream stream = new ChannelStream(client, address, TestTokens.create(60, "import:*"), channel, from);
        return new Connection() {
            @Override
            public String next() throws InterruptedException {
                return stream.next();
            }

            @Override
            public void cut() {
                stream.cut();
            }
        };
    }

    /** Reads until an event has this number. Returns the numbers of all events since the beginning. */
    List<Integer> readThrough(int number) throws IOException, InterruptedException {
        while (numbers.isEmpty() || numbers.get(numbers.size() - 1) != number) {
            next();
        }
        return List.copyOf(numbers);
    }

    private JsonNode next() throws IOException, InterruptedException {
        String text = Objects.requireNonNull(connection).next();
        if (!text.startsWith("{")) {
            throw new AssertionError("expected a frame, found " + text + " behind " + numbers);
        }
        JsonNode frame = JSON.readTree(text);
        position = frame.path("position").asText(position);
        position = frame.path("positions").path(channel).asText(position);
        if (frame.has("channel")) {
            numbers.add(frame.path("data").path("n").intValue());
        } else if (frame.has("reset")) {
            resets++;
        }
        return frame;
    }

    String position() {
        return position;
    }

    /** How often the page has learned on an open connection that events are missing. */
    int resets() {
        return resets;
    }

    /** Ends the connection as a broken network does. */
    void cut() {
        Objects.requireNonNull(connection).cut();
    }
}
