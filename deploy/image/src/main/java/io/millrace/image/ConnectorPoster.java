package io.millrace.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
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
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Posts the connector configurations of a folder to a Connect cluster, {@code {"name": .., "config": {..}}} each, in the order
 * of the files' names, and each when the connector before it runs. Waits for the cluster to start and to rebalance. Exits
 * with 1 and the reason if Connect refuses a configuration, a connector fails, or a connector does not run in time.
 */
public final class ConnectorPoster {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_TO_ANSWER = Duration.ofSeconds(100);
    private static final long POLL_MS = 500;

    /** 409: the workers rebalance; 404 and 503: a worker has just started. */
    private static final List<Integer> PASSING = List.of(404, 409, 503);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI connect;
    private final Duration timeout;

    ConnectorPoster(URI connect, Duration timeout) {
        this.connect = connect;
        this.timeout = timeout;
    }

    /** Takes the address of a worker and the folder. */
    public static void main(String[] arguments) throws InterruptedException {
        try {
            new ConnectorPoster(URI.create(arguments[0]), Duration.ofMinutes(3)).postAll(Path.of(arguments[1]));
        } catch (IOException e) {
            System.err.println("post-connectors: " + e.getMessage());
            System.exit(1);
        }
    }

    void postAll(Path folder) throws IOException, InterruptedException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IOException("No .json file in " + folder + ".");
        }
        for (Path file : files) {
            JsonNode body = JSON.readTree(file.toFile());
            String name = body.path("name").asText();
            if (name.isEmpty() || !body.path("config").isObject()) {
                throw new IOException(file + " is not {\"name\": .., \"config\": {..}}.");
            }
            putConfig(name, body.path("config"));
            awaitRunning(name);
            System.out.println(name + " runs (" + file.getFileName() + ")");
        }
    }

    private void putConfig(String name, JsonNode config) throws IOException, InterruptedException {
        HttpRequest request = request(name, "/config")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(config)))
                .build();
        awaitAnswer(name + " could not be posted", request, response -> {
            if (response.statusCode() >= 300 && !PASSING.contains(response.statusCode())) {
                throw new RefusedException(name + " was refused: " + describe(response));
            }
            return response.statusCode() < 300;
        });
    }

    private void awaitRunning(String name) throws IOException, InterruptedException {
        awaitAnswer(
                name + " did not run",
                request(name, "/status").build(),
                response -> response.statusCode() == 200 && isRunning(name, JSON.readTree(response.body())));
    }

    /** Repeats a request until the answer meets the expectation. */
    private void awaitAnswer(String failure, HttpRequest request, Expectation expectation)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        String last;
        do {
            try {
                HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
                if (expectation.isMetBy(response)) {
                    return;
                }
                last = describe(response);
            } catch (RefusedException e) {
                throw e;
            } catch (IOException e) {
                last = connect + " cannot be reached: " + e;
            }
            Thread.sleep(POLL_MS);
        } while (System.nanoTime() < deadline);
        throw new IOException(failure + " within " + timeout.toSeconds() + " s: " + last);
    }

    private static boolean isRunning(String name, JsonNode status) throws RefusedException {
        List<JsonNode> tasks =
                StreamSupport.stream(status.path("tasks").spliterator(), false).toList();
        List<JsonNode> parts = Stream.concat(Stream.of(status.path("connector")), tasks.stream())
                .toList();
        for (JsonNode part : parts) {
            if (part.path("state").asText().equals("FAILED")) {
                throw new RefusedException(
                        name + " failed: " + part.path("trace").asText());
            }
        }
        return !tasks.isEmpty()
                && parts.stream().allMatch(part -> part.path("state").asText().equals("RUNNING"));
    }

    private HttpRequest.Builder request(String connector, String path) {
        String name = URLEncoder.encode(connector, StandardCharsets.UTF_8).replace("+", "%20");
        return HttpRequest.newBuilder(connect.resolve("/connectors/" + name + path))
                .timeout(TIME_TO_ANSWER);
    }

    private static String describe(HttpResponse<byte[]> response) {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        try {
            return response.statusCode() + ", "
                    + JSON.readTree(text).path("message").asText(text);
        } catch (IOException e) {
            return response.statusCode() + ", " + text;
        }
    }

    @FunctionalInterface
    private interface Expectation {
        boolean isMetBy(HttpResponse<byte[]> response) throws IOException;
    }

    /** An answer of Connect's that a retry would not change. */
    private static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }
}
