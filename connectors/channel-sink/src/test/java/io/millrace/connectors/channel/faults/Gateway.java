package io.millrace.connectors.channel.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connectors.channel.ChannelSinkConnector;
import io.millrace.connectors.channel.TestTokens;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.FreePort;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A standalone worker with the connector, a process of its own as docs/channels.md describes for production. */
final class Gateway implements AutoCloseable {
    static final String CONNECTOR = "channels";
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(1);

    private final String name;
    private final int port;
    private final ConnectWorker worker;
    private final HttpRequest readiness;

    private Gateway(String name, int port, ConnectWorker worker) {
        this.name = name;
        this.port = port;
        this.worker = worker;
        this.readiness = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready"))
                .timeout(TIME_TO_ANSWER)
                .build();
    }

    /** Starts a worker, which may not be ready yet. */
    static Gateway start(Installation installation, Path directory, KafkaBroker broker, String name) {
        int port = FreePort.ask();
        ConnectWorker worker = ConnectWorker.startStandalone(
                installation,
                List.of(PLUGINS),
                directory.resolve(name),
                broker,
                connector(port),
                Map.of("consumer.session.timeout.ms", "4000", "consumer.heartbeat.interval.ms", "500"),
                Map.of("POD_NAME", name, "TOKEN_KEY", TestTokens.SECRET),
                ConnectWorker.jvmOptions(List.of()));
        return new Gateway(name, port, worker);
    }

    private static ObjectNode connector(int port) {
        ObjectNode body = new ObjectMapper().createObjectNode().put("name", CONNECTOR);
        body.putObject("config")
                .put("connector.class", ChannelSinkConnector.class.getName())
                .put("tasks.max", "1")
                .put("topics", EventTraffic.TOPIC)
                .put("channel", "key")
                .put("records.without.channel", "drop")
                .put("conflate", EventTraffic.STATE)
                .put("cluster.name", "campaign")
                .put("token.key", "${env:TOKEN_KEY}")
                .put("listener.address", "127.0.0.1:" + port)
                .put("heartbeat.ms", "1000")
                .put("history.bytes", "16000000")
                // Longer than the other gateway may be behind because of a fault.
                .put("resume.wait.ms", "20000")
                .put("drain.ms", "4000")
                .put("consumer.override.group.id", "channels-${env:POD_NAME}")
                .put("consumer.override.isolation.level", "read_committed")
                .put("consumer.override.metadata.max.age.ms", "2000")
                .put("key.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter")
                .put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
        return body;
    }

    String name() {
        return name;
    }

    /** Of the listener. */
    int port() {
        return port;
    }

    ConnectWorker worker() {
        return worker;
    }

    /** Whether a balancer may send clients to it. */
    boolean isReady(HttpClient http) throws InterruptedException {
        try {
            return http.send(readiness, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        worker.close();
    }
}
