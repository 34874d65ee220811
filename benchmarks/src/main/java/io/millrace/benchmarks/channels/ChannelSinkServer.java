package io.millrace.benchmarks.channels;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.benchmarks.harness.DiagnosticCommand;
import io.millrace.local.LocalPipeline;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A standalone worker with the channel sink. */
final class ChannelSinkServer implements PushServer {
    private static final long SECONDS_TO_BE_READY = 120;

    /**
     * The young generation has a size at which its pages have been used before the first client comes, and the old one shrinks, so that what
     * connections add to the memory of the process is theirs.
     */
    private static final List<String> JVM =
            List.of("-Xmx1g", "-Xmn64m", "-XX:+UseSerialGC", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10");

    private final ConnectWorker worker;
    private final int port = FreePort.ask();

    /** Starts a worker; returns when the listener is ready. */
    ChannelSinkServer(Path directory, KafkaBroker broker, String topic) throws IOException, InterruptedException {
        Installation installation = Installation.locate();
        this.worker = ConnectWorker.startStandalone(
                installation,
                List.of(LocalPipeline.pluginFolder(installation)),
                directory,
                broker,
                connector(topic),
                Map.of(),
                Map.of(),
                JVM);
        awaitReady();
    }

    private ObjectNode connector(String topic) {
        ObjectNode body = new ObjectMapper().createObjectNode().put("name", "channels");
        body.putObject("config")
                .put("connector.class", "io.millrace.connectors.channel.ChannelSinkConnector")
                .put("tasks.max", "1")
                .put("topics", topic)
                .put("channel", "key")
                .put("cluster.name", "benchmark")
                .put("tokens", "none")
                .put("listener.address", "127.0.0.1:" + port)
                .put("key.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter")
                .put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
        return body;
    }

    private void awaitReady() throws InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/ready"))
                .build();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_BE_READY);
        while (!isReady(client, request)) {
            if (System.nanoTime() > deadline) {
                worker.close();
                throw new IllegalStateException("The listener is not ready; the log is " + worker.log());
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private static boolean isReady(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            // It does not listen yet.
            return false;
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Long> pids() {
        return List.of(worker.pid());
    }

    /** Also of native memory, of which the JVM's compilers leave more behind the more code was used for the first time. */
    @Override
    public void collectGarbage() throws IOException, InterruptedException {
        DiagnosticCommand.run(worker.pid(), "GC.run");
        DiagnosticCommand.run(worker.pid(), "GC.run");
        DiagnosticCommand.run(worker.pid(), "System.trim_native_heap");
    }

    /** A drain would wait for the clients. */
    @Override
    public void close() {
        worker.kill();
    }
}
