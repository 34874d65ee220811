package io.millrace.tools.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.tools.CommandRun;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command makes of the answers of Connect's REST interface. Brokers and databases are in CommandIT. */
class StatusCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String CONNECTORS = "/connectors?expand=info&expand=status";

    private static final String SINK_TRACE = """
            org.apache.kafka.connect.errors.ConnectException: Exiting WorkerSinkTask due to unrecoverable exception.
            \tat org.apache.kafka.connect.runtime.WorkerSinkTask.deliverMessages(WorkerSinkTask.java:628)
            Caused by: org.apache.kafka.connect.errors.ConnectException: Cannot resume orders-0: the topic was deleted
            \tat io.millrace.Somewhere.method(Somewhere.java:1)
            \t... 10 more
            """;

    @TempDir
    Path folder;

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> logins = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(LOOPBACK, 0);
        serve(server);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(HttpServer started) {
        started.createContext("/", this::answer);
        started.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String login = exchange.getRequestHeaders().getFirst("Authorization");
        logins.add(login == null ? "nobody" : login);
        String body = answers.get(exchange.getRequestURI().toString());
        byte[] bytes = (body == null ? "{}" : body).getBytes(StandardCharsets.UTF_8);
        boolean refused = "401".equals(body);
        exchange.sendResponseHeaders(refused ? 401 : body == null ? 404 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String connector(String name, String type, String state, String config, String... tasks) {
        return "\"" + name + "\":{\"info\":{\"config\":" + config + "},\"status\":{\"name\":\"" + name
                + "\",\"type\":\""
                + type + "\",\"connector\":{\"state\":\"" + state + "\",\"worker_id\":\"w:1\"},\"tasks\":["
                + String.join(",", tasks) + "]}}";
    }

    private static String task(int id, String state, String trace) {
        return JSON.createObjectNode()
                .put("id", id)
                .put("state", state)
                .put("worker_id", "w:1")
                .put("trace", trace)
                .toString();
    }

    private CommandRun status(String... more) {
        String[] words = new String[more.length + 3];
        words[0] = "status";
        words[1] = "--rest";
        words[2] = address();
        System.arraycopy(more, 0, words, 3, more.length);
        return CommandRun.of(words);
    }

    @Test
    void allIsWell() {
        answers.put(
                CONNECTORS,
                "{" + connector("orders", "source", "RUNNING", "{}", task(0, "RUNNING", "")) + ","
                        + connector("views", "sink", "RUNNING", "{\"topics\":\"orders\"}", task(0, "RUNNING", ""))
                        + "}");
        answers.put(
                "/connectors/orders/offsets",
                "{\"offsets\":[{\"partition\":{\"server\":\"shop\"},\"offset\":{\"file\":\"binlog.000003\",\"pos\":157}}]}");

        CommandRun run = status();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(
                        "orders  source, RUNNING, 1 of 1 tasks running",
                        "{\"file\":\"binlog.000003\",\"pos\":157} of {\"server\":\"shop\"}",
                        "views  sink, RUNNING",
                        "set --bootstrap-servers",
                        "No problems found.");
    }

    @Test
    void whatIsWrongHasARemedyAndASection() {
        answers.put(
                CONNECTORS,
                "{"
                        + connector(
                                "views",
                                "sink",
                                "RUNNING",
                                "{}",
                                task(0, "FAILED", SINK_TRACE),
                                task(1, "FAILED", SINK_TRACE),
                                task(2, "UNASSIGNED", ""))
                        + "," + connector("old", "sink", "STOPPED", "{}") + ","
                        + connector("empty", "sink", "RUNNING", "{}") + ","
                        + connector("other", "sink", "RUNNING", "{}", task(0, "FAILED", "java.lang.Error: no\n\tat x"))
                        + "}");

        CommandRun run = status();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(
                        "5 problems:",
                        "views: Tasks 0, 1 FAILED: ConnectException: Cannot resume orders-0: the topic was deleted",
                        "docs/runbook.md#the-topic-is-not-the-one-that-was-read",
                        "views: Task 2: no worker runs it (UNASSIGNED)",
                        "old: The connector is STOPPED",
                        "PUT /connectors/old/resume",
                        "empty: The connector runs without tasks",
                        "other: Task 0 FAILED: Error: no",
                        "POST /connectors/other/restart?includeTasks=true&onlyFailed=true")
                .doesNotContain("Exiting WorkerSinkTask", "WorkerSinkTask.java");
    }

    @Test
    void programsReadTheSame() throws IOException {
        answers.put(
                CONNECTORS,
                "{"
                        + connector(
                                "views",
                                "sink",
                                "RUNNING",
                                "{\"connector.class\":\"x.Y\"}",
                                task(0, "FAILED", SINK_TRACE))
                        + "}");

        CommandRun run = status("--json", "--connector", "views");

        assertThat(run.exitCode()).isEqualTo(1);
        JsonNode root = JSON.readTree(run.out());
        assertThat(root.at("/connectors/0/name").asText()).isEqualTo("views");
        assertThat(root.at("/connectors/0/class").asText()).isEqualTo("x.Y");
        assertThat(root.at("/connectors/0/tasks/0/state").asText()).isEqualTo("FAILED");
        assertThat(root.at("/connectors/0/tasks/0/reason").asText()).startsWith("ConnectException: Cannot resume");
        assertThat(root.at("/problems/0/connector").asText()).isEqualTo("views");
        assertThat(root.at("/problems/0/section").asText()).startsWith("docs/runbook.md#");
    }

    @Test
    void aNameThatIsNotThereIsWrongUsage() {
        answers.put(CONNECTORS, "{" + connector("views", "sink", "RUNNING", "{}", task(0, "RUNNING", "")) + "}");

        CommandRun run = status("--connector", "viws");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("no connector 'viws'; the cluster has [views]");
    }

    @Test
    void theNextWorkerAnswersIfOneIsDown() throws IOException {
        answers.put(CONNECTORS, "{}");
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }

        CommandRun run = CommandRun.of("status", "--rest", "http://127.0.0.1:" + closed + "," + address() + "/");
        CommandRun none = CommandRun.of("status", "--rest", "http://127.0.0.1:" + closed);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("The cluster has no connectors.");
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("No worker answers GET /connectors", "127.0.0.1:" + closed);
    }

    @Test
    void aLoginComesFromAFileAndIsNotPrinted() throws IOException {
        answers.put(CONNECTORS, "{}");
        Path settings = Files.writeString(
                folder.resolve("rest.properties"), "basic.auth.username=operator\nbasic.auth.password=hush\n");

        CommandRun run = status("--rest-config", settings.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(logins)
                .containsExactly("Basic "
                        + Base64.getEncoder().encodeToString("operator:hush".getBytes(StandardCharsets.UTF_8)));
        answers.put(CONNECTORS, "401");
        CommandRun refused = status("--rest-config", settings.toString());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("HTTP 401", "basic.auth.username").doesNotContain("hush");
    }

    @Test
    void wrongArgumentsAreNamed() throws IOException {
        Path misspelt = Files.writeString(folder.resolve("rest.properties"), "ssl.trustore.location=x\n");

        assertThat(CommandRun.of("status").err()).contains("--rest is missing");
        assertThat(CommandRun.of("status", "--rest", "connect-1:8083").err()).contains("found 'connect-1:8083'");
        assertThat(CommandRun.of("status", "--rest", "http://me:secret@connect-1:8083")
                        .err())
                .contains("without a user and a password")
                .doesNotContain("secret");
        assertThat(status("--rest-config", misspelt.toString()).err())
                .contains("unknown setting ssl.trustore.location", "ssl.truststore.location");
        assertThat(status("--rest-config", folder.resolve("none").toString()).exitCode())
                .isEqualTo(2);
    }

    @Test
    void aServerIsVerifiedByTheTruststore() throws Exception {
        answers.put(CONNECTORS, "{}");
        Path keys = folder.resolve("keys.p12");
        Path certificate = folder.resolve("server.pem");
        keytool("-genkeypair", keys, "-alias", "server", "-keyalg", "EC", "-dname", "CN=x", "-ext", "SAN=IP:127.0.0.1");
        keytool("-exportcert", keys, "-alias", "server", "-rfc", "-file", certificate.toString());
        HttpsServer https = HttpsServer.create(LOOPBACK, 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context(keys)));
        serve(https);
        try {
            String address = "https://127.0.0.1:" + https.getAddress().getPort();
            Path store = Files.writeString(
                    folder.resolve("store.properties"),
                    "ssl.truststore.location=" + keys + "\nssl.truststore.password=changeit\n");
            Path pem = Files.writeString(folder.resolve("pem.properties"), "ssl.truststore.location=" + certificate);

            CommandRun untrusted = CommandRun.of("status", "--rest", address);
            assertThat(untrusted.exitCode()).isEqualTo(1);
            assertThat(untrusted.err()).contains("unable to find valid certification path");
            for (Path settings : List.of(store, pem)) {
                CommandRun run = CommandRun.of("status", "--rest", address, "--rest-config", settings.toString());
                assertThat(run.exitCode()).as(run.err()).isZero();
            }
        } finally {
            https.stop(0);
        }
    }

    private static SSLContext context(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static void keytool(String action, Path keys, String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                action,
                "-keystore",
                keys.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                "changeit"));
        words.addAll(List.of(more));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(printed).isZero();
    }
}
