package io.millrace.testing.servers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Connect's REST interface. Every method throws {@link ConnectRestException} if Connect refuses, with its status and
 * message, and {@link IOException} if it cannot be reached.
 */
public final class ConnectRest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(100);
    private static final Duration TIME_TO_RUN = Duration.ofSeconds(90);
    private static final long POLL_MS = 100;

    private final URI address;

    public ConnectRest(URI address) {
        this.address = address;
    }

    public URI address() {
        return address;
    }

    /**
     * Returns normally if the worker has started, joined its group and read its connectors; otherwise Connect refuses
     * the request.
     */
    void checkHealth() throws IOException {
        request("GET", "/health", null);
    }

    /** The worker's version of Kafka. */
    public String version() throws IOException {
        return request("GET", "/", null).path("version").asText();
    }

    /** The names of the connectors. */
    public List<String> connectors() throws IOException {
        List<String> names = new ArrayList<>();
        request("GET", "/connectors", null).forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Each connector's {@code info} and {@code status}, by name. */
    public Map<String, JsonNode> expandedConnectors() throws IOException {
        Map<String, JsonNode> connectors = new TreeMap<>();
        request("GET", "/connectors?expand=info&expand=status", null)
                .properties()
                .forEach(connector -> connectors.put(connector.getKey(), connector.getValue()));
        return connectors;
    }

    /** Creates a connector. The body is {@code {"name": "..", "config": {..}}}. */
    public JsonNode post(JsonNode body) throws IOException {
        return retryWhileRebalancing("POST", "/connectors", body);
    }

    /** Creates the connector, or changes its configuration. */
    public JsonNode put(String name, JsonNode config) throws IOException {
        return retryWhileRebalancing("PUT", path(name) + "/config", config);
    }

    /** The connector's configuration, as it was posted. */
    public JsonNode config(String name) throws IOException {
        return request("GET", path(name) + "/config", null);
    }

    public JsonNode status(String name) throws IOException {
        return request("GET", path(name) + "/status", null);
    }

    public void delete(String name) throws IOException {
        retryWhileRebalancing("DELETE", path(name), null);
    }

    /** Pauses the connector's tasks; {@link #resume} lets them continue. */
    public void pause(String name) throws IOException {
        retryWhileRebalancing("PUT", path(name) + "/pause", null);
    }

    /** Stops the connector's tasks, so that its offsets can be changed; {@link #resume} starts them again. */
    public void stop(String name) throws IOException {
        retryWhileRebalancing("PUT", path(name) + "/stop", null);
    }

    public void resume(String name) throws IOException {
        retryWhileRebalancing("PUT", path(name) + "/resume", null);
    }

    /** Restarts the connector and all its tasks. */
    public void restart(String name) throws IOException {
        retryWhileRebalancing("POST", path(name) + "/restart?includeTasks=true", null);
    }

    public JsonNode offsets(String name) throws IOException {
        return retryWhileRebalancing("GET", path(name) + "/offsets", null);
    }

    /** Resets the offsets of a stopped connector to the beginning. */
    public void deleteOffsets(String name) throws IOException {
        retryWhileRebalancing("DELETE", path(name) + "/offsets", null);
    }

    /** Changes the offsets of a stopped connector. */
    public JsonNode patchOffsets(String name, JsonNode offsets) throws IOException {
        return retryWhileRebalancing("PATCH", path(name) + "/offsets", offsets);
    }

    /** Every plugin that the worker found, connectors, transformations and converters alike. */
    public JsonNode plugins() throws IOException {
        return request("GET", "/connector-plugins?connectorsOnly=false", null);
    }

    /** The validation of a configuration by the connector class. */
    public JsonNode validate(String connectorClass, JsonNode config) throws IOException {
        return request("PUT", "/connector-plugins/" + encode(connectorClass) + "/config/validate", config);
    }

    /** Sets the level of this worker's logger, and of those below it. */
    public void setLogLevel(String logger, String level) throws IOException {
        request(
                "PUT",
                "/admin/loggers/" + encode(logger),
                JSON.createObjectNode().put("level", level));
    }

    /**
     * Waits until the connector and all its tasks, one at least, run.
     *
     * @throws ConnectRestException if one has failed, with its trace, or the time is up
     */
    public void awaitRunning(String name, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        JsonNode status = MissingNode.getInstance();
        do {
            try {
                status = status(name);
                if (isRunning(name, status)) {
                    return;
                }
            } catch (ConnectRestException e) {
                // A connector just posted has no status yet.
                if (e.status() != 404 && e.status() != 409) {
                    throw e;
                }
            }
            pause();
        } while (System.nanoTime() < deadline);
        throw new ConnectRestException(
                0, "The connector " + name + " did not run within " + timeout.toSeconds() + " s: " + status);
    }

    /**
     * Waits until the connector is stopped and has no task.
     *
     * @throws ConnectRestException if the time is up
     */
    public void awaitStopped(String name, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        JsonNode status = status(name);
        while (!status.at("/connector/state").asText().equals("STOPPED")
                || !status.path("tasks").isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new ConnectRestException(
                        0, "The connector " + name + " did not stop within " + timeout.toSeconds() + " s: " + status);
            }
            pause();
            status = status(name);
        }
    }

    /**
     * Returns if neither the connector nor one of its tasks has failed.
     *
     * @throws ConnectRestException if one has failed, with its trace
     */
    public void requireNotFailed(String name) throws IOException {
        isRunning(name, status(name));
    }

    /**
     * Restarts a source that Kafka has ended: a broker of Kafka 4.3.1 answers the commit of a producer's transaction at times with
     * {@code INVALID_TXN_STATE}, which Connect does not retry. The transaction is aborted and sent again.
     *
     * @return whether it had failed for this reason
     */
    public boolean restartIfKafkaEndedIt(String name) throws IOException {
        if (!status(name).toString().contains("InvalidTxnStateException")) {
            return false;
        }
        restart(name);
        return true;
    }

    /**
     * Posts every JSON file of the folder in the order of their names, each when the one before it runs; a connector
     * that is there already is given the file's configuration. Returns the connectors' names when all run.
     *
     * @throws ConnectRestException if a configuration is refused or a connector fails
     */
    public List<String> postAll(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return postAll(files.filter(path -> path.toString().endsWith(".json"))
                    .sorted()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException("The connectors of " + folder + " could not be posted", e);
        }
    }

    /** Posts these files, as {@link #postAll(Path)} posts those of a folder. */
    public List<String> postAll(List<Path> files) {
        List<String> names = new ArrayList<>();
        try {
            for (Path file : files) {
                JsonNode body = JSON.readTree(file.toFile());
                String name = body.path("name").asText();
                postOrChange(name, body);
                awaitRunning(name, TIME_TO_RUN);
                names.add(name);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The connectors could not be posted", e);
        }
        return names;
    }

    private void postOrChange(String name, JsonNode body) throws IOException {
        try {
            post(body);
        } catch (ConnectRestException e) {
            if (e.status() != 409 || !connectors().contains(name)) {
                throw e;
            }
            put(name, body.path("config"));
        }
    }

    private static boolean isRunning(String name, JsonNode status) {
        List<JsonNode> parts = new ArrayList<>(List.of(status.path("connector")));
        status.path("tasks").forEach(parts::add);
        boolean running = parts.size() > 1;
        for (JsonNode part : parts) {
            String state = part.path("state").asText();
            if (state.equals("FAILED")) {
                throw new ConnectRestException(
                        0,
                        "The connector " + name + " failed"
                                + (part.has("id")
                                        ? " in task " + part.path("id").asText()
                                        : "") + ": "
                                + part.path("trace").asText());
            }
            running &= state.equals("RUNNING");
        }
        return running;
    }

    /** During a rebalance, and while the leader is unknown, Connect answers 409 or 503. */
    private JsonNode retryWhileRebalancing(String method, String path, JsonNode body) throws IOException {
        long deadline = System.nanoTime() + TIME_TO_ANSWER.toNanos();
        while (true) {
            try {
                return request(method, path, body);
            } catch (ConnectRestException e) {
                boolean passing = (e.status() == 409 && e.getMessage().contains("rebalance")) || e.status() == 503;
                if (!passing || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private JsonNode request(String method, String path, JsonNode body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .timeout(TIME_TO_ANSWER)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        try {
            HttpResponse<byte[]> response = CLIENT.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw new ConnectRestException(
                        response.statusCode(),
                        method + " " + path + " was answered with " + response.statusCode() + ": "
                                + message(response.body()));
            }
            return response.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while Connect was asked " + method + " " + path, e);
        }
    }

    private static String message(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        try {
            return JSON.readTree(text).path("message").asText(text);
        } catch (IOException e) {
            return text;
        }
    }

    private static String path(String connector) {
        return "/connectors/" + encode(connector);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for Connect", e);
        }
    }
}
