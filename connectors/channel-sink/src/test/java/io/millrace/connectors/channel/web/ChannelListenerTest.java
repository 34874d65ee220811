package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import io.millrace.connectors.channel.ChannelSocket;
import io.millrace.connectors.channel.TestTokens;
import io.millrace.connectors.channel.history.ChannelEvent;
import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.history.HistorySettings;
import io.millrace.connectors.channel.token.ChannelTokens;
import io.millrace.connectors.channel.token.TokenKeys;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChannelListenerTest {
    private static final TopicPartition PARTITION = new TopicPartition("notifications", 0);
    private static final String ORIGIN = "https://shop.example";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ChannelHub hub = new ChannelHub(
            new HistorySettings("eu1", 600_000, 1 << 20, 1_000, Set.of("Progress")),
            () -> System.nanoTime() / 1_000_000);
    private final ChannelListener listener = start();
    private long offset;

    private ChannelListener start() {
        hub.open(List.of(PARTITION));
        hub.begin(Map.of(PARTITION, 0L));
        hub.settle(true);
        return start(3);
    }

    private ChannelListener start(int maxChannels) {
        ListenerSettings settings = new ListenerSettings(
                "127.0.0.1",
                0,
                "/channels",
                Optional.empty(),
                Set.of(ORIGIN),
                false,
                20,
                maxChannels,
                65_536,
                300,
                1_000,
                500);
        return new ChannelListener(settings, hub, createTokens(TestTokens.SECRET), () -> System.nanoTime() / 1_000_000);
    }

    private static ChannelTokens createTokens(String secret) {
        JWKSet keys = TokenKeys.parse(secret);
        return new ChannelTokens(() -> keys, Optional.empty(), "channels");
    }

    @AfterEach
    void close() {
        listener.close();
    }

    private void publish(String channel, String type) {
        byte[] content = ("\"type\":\"" + type + "\",\"data\":" + offset + "}").getBytes(UTF_8);
        hub.append(PARTITION, offset++, new ChannelEvent(List.of(channel), type, 0, content));
        hub.settle(false);
    }

    private String url(String scheme, String path) {
        return scheme + "://127.0.0.1:" + listener.port() + path;
    }

    private ChannelSocket connect() {
        return new ChannelSocket(client, URI.create(url("ws", "/channels")), ORIGIN);
    }

    @Test
    void webSocketGetsEventsAndResumes() throws Exception {
        assertThat(get("/ready")).isEqualTo(200);
        ChannelSocket one = connect();
        one.send("{\"token\":\"" + TestTokens.create(60, "import:*") + "\",\"subscribe\":{\"import:1\":\"\"}}");
        assertThat(one.next()).isEqualTo("{\"accepted\":\"token\"}");
        assertThat(one.next()).startsWith("{\"subscribed\":\"import:1\",\"recovered\":false");
        publish("import:1", "Started");
        String started = one.next();
        assertThat(started)
                .startsWith("{\"channel\":\"import:1\",\"position\":\"eu1.")
                .endsWith("\"data\":0}");
        publish("import:1", "Progress");
        publish("import:2", "Progress");
        assertThat(one.next()).contains("\"data\":1}");
        one.cut();
        publish("import:1", "Progress");
        publish("import:1", "Done");

        String position = started.replaceAll(".*\"position\":\"([^\"]+)\".*", "$1");
        ChannelSocket two = connect();
        two.send("{\"token\":\"" + TestTokens.create(60, "import:1") + "\",\"subscribe\":{\"import:1\":\"" + position
                + "\"}}");
        two.next();
        assertThat(two.next()).contains("\"recovered\":true");
        // Of two states the newer one.
        assertThat(two.next()).contains("\"data\":3}");
        assertThat(two.next()).contains("\"data\":4}");
        publish("other", "Started");
        assertThat(two.next()).matches("\\{\"beat\":\\d+,\"positions\":\\{\"import:1\":\"eu1.+\"}}");
        two.send("{\"unsubscribe\":[\"import:1\"]}");
        assertThat(two.next()).isEqualTo("{\"unsubscribed\":\"import:1\"}");
    }

    @Test
    void eachRefusalHasItsCode() throws Exception {
        Map<String, String> refusals = Map.of(
                "{\"subscribe\":{\"a\":\"\"}}",
                "4401 expected a token",
                "{\"token\":\"a.b.c\"}",
                "4401 the token is not",
                "{\"token\":\"" + TestTokens.create(-60, "a") + "\"}",
                "4401 Expired JWT",
                "{\"token\":\"" + TestTokens.create(60, "a") + "\",\"subscribe\":{\"b\":\"\"}}",
                "4403 the token does not permit",
                "{\"token\":\"" + TestTokens.create(60, "*")
                        + "\",\"subscribe\":{\"a\":\"\",\"b\":\"\",\"c\":\"\",\"d\":\"\"}}",
                "4429 expected at most 3",
                "nonsense",
                "4400 expected",
                "{\"token\":\"" + "x".repeat(70_000) + "\"}",
                "4413 expected smaller");
        for (Map.Entry<String, String> refusal : refusals.entrySet()) {
            ChannelSocket socket = connect();
            socket.send(refusal.getKey());
            String answer = socket.next();
            while (answer.startsWith("{")) {
                answer = socket.next();
            }
            assertThat(answer).as(refusal.getKey()).startsWith(refusal.getValue());
        }
        assertThat(listener.counts().tokensRefused()).isEqualTo(3);
        assertThat(listener.counts().accessRefused()).isEqualTo(1);
        assertThat(listener.counts().limitsRefused()).isEqualTo(1);
        assertThat(listener.counts().framesRefused()).isEqualTo(2);
        assertThat(connect().next()).as("without a subscription").startsWith("4408");
    }

    @Test
    void tokenIsRenewedOrTheConnectionEnds() throws Exception {
        ChannelSocket renews = connect();
        ChannelSocket expires = connect();
        for (ChannelSocket socket : List.of(renews, expires)) {
            socket.send("{\"token\":\"" + TestTokens.create(4, "a") + "\",\"subscribe\":{\"a\":\"\"}}");
            socket.next();
            socket.next();
        }
        assertThat(renews.next()).startsWith("{\"expiring\":{\"within\":");
        assertThat(expires.next()).startsWith("{\"expiring\":{\"within\":");
        renews.send("{\"token\":\"" + TestTokens.create(60, "a") + "\"}");
        assertThat(renews.next()).isEqualTo("{\"accepted\":\"token\"}");
        assertThat(expires.next()).startsWith("4401 the token has expired");
        publish("a", "Done");
        assertThat(renews.next()).contains("\"type\":\"Done\"");
    }

    /** As a page sends it that connects again with a position of many partitions in each channel. */
    @Test
    void aFrameHasRoomForTheLongestPositions() throws Exception {
        Map<String, String> positions = IntStream.range(0, 16)
                .boxed()
                .collect(Collectors.toMap(i -> "c".repeat(190) + i, i -> "*" + "x".repeat(4_095)));
        String subscribe = positions.entrySet().stream()
                .map(each -> "\"" + each.getKey() + "\":\"" + each.getValue() + "\"")
                .collect(Collectors.joining(",", "{", "}"));
        try (ChannelListener many = start(16)) {
            ChannelSocket socket =
                    new ChannelSocket(client, URI.create("ws://127.0.0.1:" + many.port() + "/channels"), ORIGIN);
            socket.send("{\"token\":\"" + TestTokens.create(60, "*") + "\",\"subscribe\":" + subscribe + "}");
            assertThat(socket.next()).isEqualTo("{\"accepted\":\"token\"}");
            for (int i = 0; i < 16; i++) {
                assertThat(socket.next()).startsWith("{\"subscribed\":\"c");
            }
            socket.cut();
        }
    }

    /** A restart of the task, whose tokens are the same, and then other keys. */
    @Test
    void sessionsEndWhenOtherTokensAreAccepted() throws Exception {
        ChannelSocket socket = connect();
        socket.send("{\"token\":\"" + TestTokens.create(60, "a") + "\",\"subscribe\":{\"a\":\"\"}}");
        socket.next();
        socket.next();
        listener.use(createTokens(TestTokens.SECRET));
        publish("a", "Done");
        assertThat(socket.next()).contains("\"type\":\"Done\"");
        String other = TestTokens.SECRET.replace('0', '1');
        listener.use(createTokens(other));
        assertThat(socket.next()).startsWith("4401 the keys or rules of tokens have changed");

        ChannelSocket again = connect();
        again.send("{\"token\":\"" + TestTokens.create(other, 60, "a") + "\",\"subscribe\":{\"a\":\"\"}}");
        assertThat(again.next()).isEqualTo("{\"accepted\":\"token\"}");
        again.next();
        listener.use(ChannelTokens.notRequired());
        assertThat(again.next()).startsWith("4401");
    }

    @Test
    void eventStreamIsWhatCurlShows() throws Exception {
        publish("a", "Started");
        HttpResponse<java.io.InputStream> stream = client.send(
                HttpRequest.newBuilder(URI.create(url("http", "/channels?channel=a&lastEventID=earliest")))
                        .header("Authorization", "Bearer " + TestTokens.create(60, "a"))
                        .header("Origin", ORIGIN)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        assertThat(stream.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(stream.headers().firstValue("access-control-allow-origin")).contains(ORIGIN);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
            assertThat(lines.readLine()).isEqualTo("event: subscribed");
            assertThat(lines.readLine()).isEqualTo("id: *");
            assertThat(lines.readLine()).startsWith("data: {\"subscribed\":\"a\",\"recovered\":true");
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).startsWith("id: eu1.");
            assertThat(lines.readLine()).startsWith("data: {\"channel\":\"a\"").endsWith("\"data\":0}");
            assertThat(lines.readLine()).isEmpty();
            assertThat(lines.readLine()).isEqualTo(": beat");
            assertThat(lines.readLine()).isEmpty();
            listener.drain();
            String line = lines.readLine();
            while (!line.startsWith("event: moving")) {
                line = lines.readLine();
            }
            assertThat(get("/ready")).isEqualTo(503);
            assertThat(get("/health")).isEqualTo(200);
        }
    }

    @Test
    void requestsThatAreNotPermittedAreRefused() throws Exception {
        assertThat(get("/channels?channel=a")).isEqualTo(401);
        assertThat(get("/channels?channel=a&access_token=" + TestTokens.create(60, "a")))
                .as("a token in a URL")
                .isEqualTo(401);
        assertThat(get("/channels")).isEqualTo(400);
        assertThat(get("/channels?channel=%zz")).isEqualTo(400);
        assertThat(get("/other")).isEqualTo(404);
        HttpRequest foreign = HttpRequest.newBuilder(URI.create(url("http", "/channels?channel=a")))
                .header("Origin", "https://evil.example")
                .build();
        HttpResponse<String> refused = client.send(foreign, HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("access-control-allow-origin")).isEmpty();
        try {
            client.newWebSocketBuilder()
                    .header("Origin", "https://evil.example")
                    .buildAsync(URI.create(url("ws", "/channels")), new WebSocket.Listener() {})
                    .join();
            throw new AssertionError("a page of another origin is connected");
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(java.net.http.WebSocketHandshakeException.class);
        }
    }

    @Test
    void connectionsAreBoundedInNumberAndTime() throws Exception {
        long start = System.nanoTime();
        try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            slow.getOutputStream().write("GET /channels HTTP/1.1\r\nHos".getBytes(UTF_8));
            slow.getOutputStream().flush();
            assertThat(new String(slow.getInputStream().readAllBytes(), UTF_8)).startsWith("HTTP/1.1 408");
        }
        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(15);
        List<ChannelSocket> all = new java.util.ArrayList<>();
        String token = TestTokens.create(60, "a");
        for (int i = 0; i < 20; i++) {
            ChannelSocket socket = connect();
            socket.send("{\"token\":\"" + token + "\",\"subscribe\":{\"a\":\"\"}}");
            all.add(socket);
        }
        HttpRequest oneMore = HttpRequest.newBuilder(URI.create(url("http", "/channels?channel=a")))
                .header("Authorization", "Bearer " + token)
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(oneMore, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(503);
        assertThat(get("/health")).isEqualTo(200);
        all.forEach(ChannelSocket::cut);
    }

    @Test
    void theBrowserModuleIsServedAndSmall() throws Exception {
        HttpResponse<byte[]> module = client.send(
                HttpRequest.newBuilder(URI.create(url("http", "/channels.js")))
                        .header("Origin", "https://other.example")
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(module.statusCode()).isEqualTo(200);
        assertThat(module.headers().firstValue("content-type")).contains("text/javascript; charset=utf-8");
        assertThat(module.headers().firstValue("access-control-allow-origin")).contains("*");
        assertThat(module.body()).isEqualTo(Files.readAllBytes(Path.of("../../clients/channels/channels.js")));
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(module.body());
        }
        assertThat(compressed.size()).as("bytes, compressed").isLessThanOrEqualTo(4_096);

        String tag = module.headers().firstValue("etag").orElseThrow();
        HttpResponse<byte[]> again = client.send(
                HttpRequest.newBuilder(URI.create(url("http", "/channels.js")))
                        .header("If-None-Match", tag)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    /** The status of a response. */
    private int get(String pathAndQuery) throws IOException {
        // java.net.URI does not accept every path that a client can send.
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.getOutputStream()
                    .write(("GET " + pathAndQuery + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(UTF_8));
            String response = new String(socket.getInputStream().readAllBytes(), UTF_8);
            return Integer.parseInt(response.substring(9, 12));
        }
    }
}
