package io.millrace.connectors.channel.faults;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.connectors.channel.TestTokens;
import io.millrace.testing.campaigns.Discrepancy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A page that logs what it receives, and that does what the browser module does: it connects again behind its last positions, after a
 * backoff with full jitter, after a silence and when it is moved, and renews its token. Over a WebSocket for several channels, or over
 * server-sent events for one. Safe for use by many threads.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed send is of a connection that ends.
final class LoggingClient {
    /** The server beats each second, and the machine may be busy. */
    private static final long SILENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(4_000);

    private static final int MIN_BACKOFF_MS = 200;
    private static final int MAX_BACKOFF_MS = 3_000;
    private static final Duration TIME_TO_CONNECT = Duration.ofSeconds(3);
    /** So short that tokens are renewed all the time. */
    private static final int TOKEN_SECONDS = 40;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final ScheduledExecutorService timer;
    private final URI address;
    private final String name;
    private final boolean stream;
    private final Random random;
    private final Map<String, ChannelLog> logs = new LinkedHashMap<>();

    /** Each connection has a number; frames of former ones are not taken. */
    @GuardedBy("this")
    private int turn;

    @GuardedBy("this")
    private @Nullable Connection connection;

    /** Since the last answer. */
    @GuardedBy("this")
    private int failures;

    @GuardedBy("this")
    private boolean connecting;

    @GuardedBy("this")
    private boolean stuck;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private long lastFrame = System.nanoTime();

    @GuardedBy("this")
    private long attempts;

    private final List<Discrepancy> refusals = new ArrayList<>();

    /** One connection. */
    private interface Connection {
        /** Lets one more frame come. */
        void request();

        void send(String frame);

        void close();
    }

    /**
     * A client that is not connected yet.
     *
     * @param address of the listener, with the scheme of HTTP
     * @param channels one for a stream
     */
    LoggingClient(
            HttpClient http,
            ScheduledExecutorService timer,
            URI address,
            String name,
            List<String> channels,
            boolean stream,
            Random random) {
        this.http = http;
        this.timer = timer;
        this.address = address;
        this.name = name;
        this.stream = stream;
        this.random = random;
        channels.forEach(channel -> logs.put(channel, new ChannelLog(name, channel)));
    }

    String name() {
        return name;
    }

    /** The names of its channels. */
    List<String> channels() {
        return List.copyOf(logs.keySet());
    }

    /** Connects, behind the last positions. */
    synchronized void connect() {
        if (closed) {
            return;
        }
        turn++;
        connecting = true;
        attempts++;
        lastFrame = System.nanoTime();
        String token = TestTokens.create(TOKEN_SECONDS, "import:*");
        if (stream) {
            openStream(turn, token);
        } else {
            openSocket(turn, token);
        }
    }

    private void openSocket(int own, String token) {
        URI socketAddress = URI.create(address.toString().replaceFirst("^http", "ws"));
        http.newWebSocketBuilder()
                .subprotocols("millrace.v1")
                .connectTimeout(TIME_TO_CONNECT)
                .buildAsync(socketAddress, new Socket(own))
                .whenComplete((socket, failure) -> {
                    if (failure != null) {
                        lose(own, 0);
                    } else {
                        beginSocket(own, socket, token);
                    }
                });
    }

    private synchronized void beginSocket(int own, WebSocket socket, String token) {
        if (own != turn) {
            socket.abort();
            return;
        }
        connecting = false;
        connection = new Connection() {
            @Override
            public void request() {
                socket.request(1);
            }

            @Override
            public void send(String frame) {
                socket.sendText(frame, true);
            }

            @Override
            public void close() {
                socket.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((sent, failure) -> socket.abort());
            }
        };
        StringBuilder positions = new StringBuilder();
        logs.forEach((channel, log) -> positions
                .append(positions.isEmpty() ? "" : ",")
                .append('"')
                .append(channel)
                .append("\":\"")
                .append(log.position())
                .append('"'));
        connection.send("{\"token\":\"" + token + "\",\"subscribe\":{" + positions + "}}");
    }

    /** The frames of a WebSocket. */
    private final class Socket implements WebSocket.Listener {
        private final int own;
        private final StringBuilder partial = new StringBuilder();

        Socket(int own) {
            this.own = own;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            partial.append(data);
            if (last) {
                String frame = partial.toString();
                partial.setLength(0);
                receive(own, frame);
            } else {
                socket.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            lose(own, code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable failure) {
            lose(own, 0);
        }
    }

    private void openStream(int own, String token) {
        ChannelLog log = logs.values().iterator().next();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + "?channel=" + log.channel()))
                .header("Authorization", "Bearer " + token);
        if (!log.position().isEmpty()) {
            request.header("Last-Event-ID", log.position());
        }
        http.sendAsync(
                        request.build(),
                        answer -> HttpResponse.BodySubscribers.fromLineSubscriber(new Lines(own, answer.statusCode())))
                .whenComplete((answer, failure) -> lose(own, answer == null ? 0 : answer.statusCode()));
    }

    /** The lines of a stream. */
    private final class Lines implements Flow.Subscriber<String>, Connection {
        private final int own;
        private final int status;
        private Flow.@Nullable Subscription subscription;
        private String id = "";
        private String data = "";

        Lines(int own, int status) {
            this.own = own;
            this.status = status;
        }

        @Override
        public void onSubscribe(Flow.Subscription started) {
            subscription = started;
            if (status == 200 && beginStream(own, this)) {
                started.request(1);
            } else {
                started.cancel();
                lose(own, status);
            }
        }

        @Override
        public void onNext(String line) {
            if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            } else if (line.startsWith("data: ")) {
                data = line.substring("data: ".length());
            } else if (line.isEmpty()) {
                String frame = !data.isEmpty()
                        ? data
                        : "{\"positions\":{\"" + channels().get(0) + "\":\"" + id + "\"}}";
                boolean isComment = data.isEmpty() && id.isEmpty();
                id = "";
                data = "";
                receive(own, isComment ? "{}" : frame);
                return;
            }
            request();
        }

        @Override
        public void onError(Throwable failure) {
            lose(own, 0);
        }

        @Override
        public void onComplete() {
            lose(own, 0);
        }

        @Override
        public void request() {
            if (subscription != null) {
                subscription.request(1);
            }
        }

        /** A stream gets another token with another connection. */
        @Override
        public void send(String frame) {
            throw new UnsupportedOperationException(frame);
        }

        @Override
        public void close() {
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }

    private synchronized boolean beginStream(int own, Connection opened) {
        if (own != turn) {
            return false;
        }
        connecting = false;
        connection = opened;
        return true;
    }

    private synchronized void receive(int own, String text) {
        if (own != turn || connection == null) {
            return;
        }
        lastFrame = System.nanoTime();
        JsonNode frame;
        try {
            frame = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Expected a frame, found " + text, e);
        }
        take(frame);
        if (frame.has("expiring")) {
            renew();
        } else if (frame.has("moving")) {
            timer.schedule(
                    () -> connectAgain(own), frame.path("moving").path("after").asLong(), TimeUnit.MILLISECONDS);
        }
        if (own == turn && !stuck && connection != null) {
            connection.request();
        }
    }

    @GuardedBy("this")
    private void take(JsonNode frame) {
        String position = frame.path("position").asText();
        if (frame.has("subscribed")) {
            failures = 0;
            log(frame, "subscribed")
                    .take(
                            frame.path("recovered").asBoolean()
                                    ? ChannelLog.Kind.RECOVERED
                                    : ChannelLog.Kind.NOT_RECOVERED,
                            position,
                            0);
        } else if (frame.has("reset")) {
            log(frame, "reset").take(ChannelLog.Kind.RESET, position, 0);
        } else if (frame.has("channel")) {
            log(frame, "channel")
                    .take(
                            ChannelLog.Kind.EVENT,
                            position,
                            frame.path("data").path("n").asLong());
        }
        for (Map.Entry<String, JsonNode> moved : frame.path("positions").properties()) {
            logs.get(moved.getKey())
                    .take(ChannelLog.Kind.MOVED, moved.getValue().asText(), 0);
        }
    }

    @GuardedBy("this")
    private ChannelLog log(JsonNode frame, String member) {
        return logs.get(frame.path(member).asText());
    }

    @GuardedBy("this")
    private void renew() {
        if (stream) {
            connectAgain(turn);
        } else if (connection != null) {
            connection.send("{\"token\":\"" + TestTokens.create(TOKEN_SECONDS, "import:*") + "\"}");
        }
    }

    private synchronized void connectAgain(int own) {
        if (own == turn) {
            detach();
            connect();
        }
    }

    /** Ends the connection, whose frames are not taken any more. */
    @GuardedBy("this")
    private void detach() {
        turn++;
        connecting = false;
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private synchronized void lose(int own, int code) {
        if (own != turn) {
            return;
        }
        detach();
        if (code == 4400 || code == 4403 || code == 4413 || code == 400 || code == 403 || code == 413) {
            refusals.add(new Discrepancy(Discrepancy.Kind.WRONG, logs.keySet() + ": refused with " + code));
        }
        int waiting = turn;
        int limit = Math.min(MAX_BACKOFF_MS, MIN_BACKOFF_MS << Math.min(failures++, 10));
        timer.schedule(() -> connectAgain(waiting), random.nextInt(limit), TimeUnit.MILLISECONDS);
    }

    /** Connects again after a silence of the server. A client that does not read does not notice it. */
    synchronized void watch() {
        if ((connection != null || connecting) && !stuck && System.nanoTime() - lastFrame > SILENCE_NANOS) {
            lose(turn, 0);
        }
    }

    /** Stops to read; the connection stays open. */
    synchronized void stopReading() {
        stuck = true;
    }

    /** Reads what has come meanwhile. */
    synchronized void resumeReading() {
        stuck = false;
        lastFrame = System.nanoTime();
        if (connection != null) {
            connection.request();
        }
    }

    /** The channels that are not complete. */
    synchronized List<String> findBehind(CommittedEvents topic) {
        boolean isConnected = connection != null;
        return logs.values().stream()
                .filter(log -> !isConnected || log.position().isEmpty() || !log.isComplete(topic.of(log.channel())))
                .map(ChannelLog::channel)
                .toList();
    }

    /** Compares everything that was received since the last call. The topic must have been read to its end. */
    synchronized void compare(CommittedEvents topic, List<Discrepancy> found) {
        found.addAll(refusals);
        refusals.clear();
        logs.values().forEach(log -> log.compare(topic.of(log.channel()), found));
    }

    /** Adds what this client has received. */
    synchronized void addTo(ClientTally tally) {
        tally.attempts += attempts;
        for (ChannelLog log : logs.values()) {
            tally.events += log.events();
            tally.recovered += log.recovered();
            tally.notRecovered += log.notRecovered();
            tally.resets += log.resets();
        }
    }

    synchronized void close() {
        closed = true;
        detach();
    }
}
