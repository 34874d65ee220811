package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sent to a worker, and what is made of its answers; the worker is an HTTP server that answers as written here. */
class ConnectorPosterTest {
    private static final String RUNS =
            "{\"connector\": {\"state\": \"RUNNING\"}, \"tasks\": [{\"id\": 0, \"state\": \"RUNNING\"}]}";

    private record Answer(int status, String body) {}

    @TempDir
    Path folder;

    private final Deque<Answer> answers = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private HttpServer worker;

    @BeforeEach
    void start() throws IOException {
        worker = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        worker.createContext("/", this::answer);
        worker.start();
    }

    @AfterEach
    void stop() {
        worker.stop(0);
    }

    @Test
    void givesEachConnectorItsConfigurationWhenTheOneBeforeItRuns() throws Exception {
        write("20-second.json", "second", "{\"b\": \"2\"}");
        write("10-first.json", "first", "{\"a\": \"1\"}");
        answers.add(new Answer(201, "{}"));
        answers.add(new Answer(404, "{\"message\": \"no status yet\"}"));
        answers.add(new Answer(200, RUNS.replace("RUNNING\"}]", "UNASSIGNED\"}]")));
        answers.add(new Answer(200, RUNS));
        answers.add(new Answer(200, "{}"));
        answers.add(new Answer(200, RUNS));

        post();

        assertThat(requests)
                .containsExactly(
                        "PUT /connectors/first/config {\"a\":\"1\"}",
                        "GET /connectors/first/status ",
                        "GET /connectors/first/status ",
                        "GET /connectors/first/status ",
                        "PUT /connectors/second/config {\"b\":\"2\"}",
                        "GET /connectors/second/status ");
    }

    @Test
    void asksAgainWhileTheWorkersShareOutTheirWork() throws Exception {
        write("10-first.json", "first", "{}");
        answers.add(new Answer(503, "starting"));
        answers.add(new Answer(409, "{\"message\": \"a rebalance is in process\"}"));
        answers.add(new Answer(201, "{}"));
        answers.add(new Answer(200, RUNS));

        post();

        assertThat(requests).hasSize(4);
    }

    @Test
    void aRefusalIsToldAndNotRepeated() throws Exception {
        write("10-first.json", "first", "{}");
        answers.add(new Answer(400, "{\"message\": \"topics is missing\"}"));

        assertThatThrownBy(this::post).hasMessage("first was refused: 400, topics is missing");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aTaskThatFailedIsTold() throws Exception {
        write("10-first.json", "first", "{}");
        answers.add(new Answer(201, "{}"));
        answers.add(new Answer(
                200,
                "{\"connector\": {\"state\": \"RUNNING\"}, \"tasks\": [{\"state\": \"FAILED\","
                        + " \"trace\": \"no table\"}]}"));

        assertThatThrownBy(this::post).hasMessage("first failed: no table");
    }

    @Test
    void saysWhatTheWorkerSaidLastWhenTimeIsUp() throws Exception {
        write("10-first.json", "first", "{}");
        answers.add(new Answer(503, "starting"));

        assertThatThrownBy(() -> new ConnectorPoster(address(), Duration.ZERO).postAll(folder))
                .hasMessage("first could not be posted within 0 s: 503, starting");
    }

    @Test
    void aFolderWithNothingToPostIsAMistake() {
        assertThatThrownBy(this::post).hasMessageStartingWith("No .json file in ");
    }

    @Test
    void aFileOfAnotherShapeIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("10-first.json"), "{\"topics\": \"x\"}");

        assertThatThrownBy(this::post).hasMessageStartingWith(file + " is not ");
    }

    private void post() throws IOException, InterruptedException {
        new ConnectorPoster(address(), Duration.ofSeconds(60)).postAll(folder);
    }

    private URI address() {
        InetSocketAddress address = worker.getAddress();
        return URI.create("http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
    }

    private void write(String file, String name, String config) throws IOException {
        Files.writeString(folder.resolve(file), "{\"name\": \"" + name + "\", \"config\": " + config + "}");
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        Answer answer = answers.isEmpty() ? new Answer(500, "nothing more was expected") : answers.remove();
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
