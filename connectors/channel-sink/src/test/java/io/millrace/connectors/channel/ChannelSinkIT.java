package io.millrace.connectors.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.FreePort;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.KafkaBroker;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.testing.servers.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The connector in a worker, with clients of both kinds. */
class ChannelSinkIT {
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path PLUGINS = Path.of(System.getProperty("millrace.plugins", "target/plugins"));
    private static final String CHANNEL = "import:1";

    private static Path directory;
    private static KafkaBroker broker;
    private static ConnectWorker worker;
    private static Admin admin;
    private static KafkaProducer<String, String> producer;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void startServers() {
        Installation installation = Installation.locate();
        directory = ServerDirectories.newDirectory("channel-sink").toAbsolutePath();
        broker = KafkaBroker.start(
                installation, directory.resolve("kafka"), Map.of("auto.create.topics.enable", "false"));
        worker = ConnectWorker.start(
                installation,
                List.of(PLUGINS),
                directory.resolve("connect"),
                broker,
                Map.of(),
                Map.of("TOKEN_KEY", TestTokens.SECRET));
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()), new StringSerializer(), new StringSerializer());
    }

    @AfterAll
    static void stopServers() throws Exception {
        for (AutoCloseable each : new AutoCloseable[] {producer, admin, worker, broker}) {
            if (each != null) {
                each.close();
            }
        }
    }

    private static void createTopic(String topic, int partitions) throws InterruptedException, ExecutionException {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
    }

    /** Publishes events with numbers from one up to another, and an event of another channel with each. */
    private static void publish(String topic, int from, int to, int bytes)
            throws InterruptedException, ExecutionException {
        for (int n = from; n <= to; n++) {
            String value = "{\"n\":" + n + ",\"text\":\"" + "x".repeat(bytes) + "\"}";
            producer.send(new ProducerRecord<>(topic, CHANNEL, value)).get();
            producer.send(new ProducerRecord<>(topic, "import:2", value)).get();
        }
    }

    private static ObjectNode connector(String name, int port) {
        ObjectNode body = JSON.createObjectNode().put("name", name);
        body.putObject("config")
                .put("connector.class", ChannelSinkConnector.class.getName())
                .put("tasks.max", "1")
                .put("topics", name)
                .put("channel", "key")
                .put("cluster.name", "eu1")
                .put("allowed.origins", ChannelPage.ORIGIN)
                .put("token.key", "${env:TOKEN_KEY}")
                .put("listener.address", "127.0.0.1:" + port)
                .put("heartbeat.ms", "1000")
                .put("resume.wait.ms", "1000")
                .put("consumer.override.metadata.max.age.ms", "1000")
                .put("key.converter", "org.apache.kafka.connect.storage.StringConverter")
                .put("value.converter", "org.apache.kafka.connect.json.JsonConverter")
                .put("value.converter.schemas.enable", "false")
                .put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
        return body;
    }

    private static ObjectNode config(ObjectNode body) {
        return (ObjectNode) body.path("config");
    }

    private static URI address(String scheme, int port) {
        return URI.create(scheme + "://127.0.0.1:" + port + "/channels");
    }

    private void awaitReady(int port) {
        awaitReady(client, URI.create("http://127.0.0.1:" + port + "/ready"));
    }

    private static void awaitReady(HttpClient client, URI address) {
        await().atMost(TIME_TO_ACT)
                .ignoreExceptions()
                .until(() -> client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                                .statusCode()
                        == 200);
    }

    private static List<Integer> numbers(int through) {
        return IntStream.rangeClosed(1, through).boxed().toList();
    }

    /** Connections are cut, the worker is killed, and the task is restarted; each client gets each event once, in order. */
    @Test
    void clientsGetEachEventOnceThroughCutsAndRestarts() throws Exception {
        String name = "notifications";
        createTopic(name, 3);
        createTopic("refused", 1);
        int port = FreePort.ask();
        ObjectNode body = connector(name, port);
        config(body)
                .put("errors.tolerance", "all")
                .put("errors.deadletterqueue.topic.name", "refused")
                .put("errors.deadletterqueue.topic.replication.factor", "1")
                .put("event.max.bytes", "1000");
        worker.rest().post(body);
        awaitReady(port);
        List<ChannelPage> pages = List.of(
                new ChannelPage(client, address("ws", port), CHANNEL),
                new ChannelPage(client, address("http", port), CHANNEL));
        for (ChannelPage page : pages) {
            assertThat(page.resume()).as("a first subscription").isFalse();
        }
        publish(name, 1, 20, 10);
        for (ChannelPage page : pages) {
            assertThat(page.readThrough(20)).isEqualTo(numbers(20));
            page.cut();
        }
        publish(name, 21, 40, 10);
        producer.send(new ProducerRecord<>(name, 0, null, "{\"n\":-1}")).get();
        producer.send(new ProducerRecord<>(name, CHANNEL, "\"" + "x".repeat(1_001) + "\""))
                .get();
        for (ChannelPage page : pages) {
            assertThat(page.resume()).as("after a cut").isTrue();
            assertThat(page.readThrough(40)).isEqualTo(numbers(40));
        }
        awaitRefused("no channel", "expected at most 1000");

        worker.kill();
        publish(name, 41, 60, 10);
        worker.restart();
        awaitReady(port);
        for (ChannelPage page : pages) {
            assertThat(page.resume()).as("after a restart of the worker").isTrue();
            assertThat(page.readThrough(60)).isEqualTo(numbers(60));
        }
        ChannelPage whole = new ChannelPage(client, address("ws", port), CHANNEL);
        assertThat(whole.subscribe("earliest")).isTrue();
        assertThat(whole.readThrough(60)).isEqualTo(numbers(60));

        // The task only; connections survive it.
        worker.rest().restart(name);
        publish(name, 61, 70, 10);
        for (ChannelPage page : pages) {
            assertThat(page.readThrough(70)).isEqualTo(numbers(70));
            assertThat(page.resets()).isZero();
        }
        worker.rest().delete(name);
    }

    private static void awaitRefused(String... reasons) {
        List<String> found = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        "refused",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of("refused"));
            await().atMost(TIME_TO_ACT).until(() -> {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> found.add(record.value()));
                return found.size() == reasons.length;
            });
        }
    }

    @Test
    void whatTheHistoryDoesNotHaveIsNotRecovered() throws Exception {
        String name = "forgotten";
        createTopic(name, 1);
        int port = FreePort.ask();
        ObjectNode body = connector(name, port);
        config(body).put("history.bytes", "100000");
        worker.rest().post(body);
        awaitReady(port);
        ChannelPage page = new ChannelPage(client, address("ws", port), CHANNEL);
        page.resume();
        publish(name, 1, 3, 10);
        assertThat(page.readThrough(3)).isEqualTo(numbers(3));
        page.cut();
        publish(name, 4, 20, 9_000);
        ChannelPage other = new ChannelPage(client, address("ws", port), CHANNEL);
        await().atMost(TIME_TO_ACT).until(() -> {
            boolean recovered = other.subscribe(page.position());
            other.cut();
            return !recovered;
        });
        assertThat(page.resume()).as("with a history that is evicted").isFalse();
        publish(name, 21, 22, 10);
        assertThat(page.readThrough(22)).containsExactly(1, 2, 3, 21, 22);

        String before = page.position();
        admin.deleteTopics(List.of(name)).all().get();
        await().atMost(TIME_TO_ACT)
                .until(() -> !admin.listTopics().names().get().contains(name));
        createTopic(name, 1);
        publish(name, 101, 110, 10);
        // The consumer of a running task may take minutes to look for the topic again.
        worker.rest().restart(name);
        await().atMost(TIME_TO_ACT).ignoreExceptions().until(() -> {
            ChannelPage late = new ChannelPage(client, address("ws", port), CHANNEL);
            boolean recovered = late.subscribe(before);
            late.cut();
            return !recovered;
        });
        worker.rest().delete(name);
    }

    @Test
    void whatIsNotPermittedIsRefused() throws Exception {
        String name = "permitted";
        createTopic(name, 1);
        int port = FreePort.ask();
        worker.rest().post(connector(name, port));
        awaitReady(port);
        assertRefused(port, TestTokens.create("another secret of at least 32 characters", 60, CHANNEL), "4401", 401);
        assertRefused(port, TestTokens.create(-60, CHANNEL), "4401", 401);
        assertRefused(port, TestTokens.create(60, "import:2"), "4403", 403);
        assertThatThrownBy(() -> new ChannelSocket(client, address("ws", port), "https://evil.example"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        java.net.http.WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));

        // The port is taken.
        ObjectNode second = connector("second", port);
        config(second).put("topics", name);
        worker.rest().post(second);
        assertThat(awaitFailure("second")).contains("Cannot listen at 127.0.0.1:" + port, "listener.address");
        worker.rest().delete("second");

        ObjectNode open = connector("open", port);
        config(open).put("listener.address", "0.0.0.0:" + port).remove("token.key");
        config(open).put("channel", "key +");
        assertThatThrownBy(() -> worker.rest().post(open))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("tls=terminated-elsewhere")
                .hasMessageContaining("one of token.key and token.jwks")
                .hasMessageContaining("the expression ends too early");
        worker.rest().delete(name);
    }

    private void assertRefused(int port, String token, String code, int status)
            throws IOException, InterruptedException {
        ChannelSocket socket = new ChannelSocket(client, address("ws", port), ChannelPage.ORIGIN);
        socket.send("{\"token\":\"" + token + "\",\"subscribe\":{\"" + CHANNEL + "\":\"\"}}");
        String answer = socket.next();
        assertThat(answer.equals("{\"accepted\":\"token\"}") ? socket.next() : answer)
                .startsWith(code);
        assertThatThrownBy(() -> new ChannelStream(client, address("http", port), token, CHANNEL, ""))
                .hasMessageContaining(status + " {\"code\":" + code);
    }

    private static String awaitFailure(String connector) {
        String[] trace = new String[1];
        // A connector that was just posted has no status yet.
        await().atMost(TIME_TO_ACT).ignoreException(ConnectRestException.class).until(() -> {
            for (JsonNode task : worker.rest().status(connector).path("tasks")) {
                if (task.path("state").asText().equals("FAILED")) {
                    trace[0] = task.path("trace").asText();
                }
            }
            return trace[0] != null;
        });
        return trace[0];
    }

    @Test
    void listensWithTlsFromPemFiles() throws Exception {
        TestAuthority authority = TestAuthority.in(directory.resolve("authority"), "of the test");
        authority.certifyServer();
        HttpClient trusting =
                HttpClient.newBuilder().sslContext(authority.tls()).build();
        String name = "encrypted";
        createTopic(name, 1);
        int port = FreePort.ask();
        ObjectNode body = connector(name, port);
        config(body)
                .put("listener.address", "0.0.0.0:" + port)
                .put("listener.tls.certificate", authority.file("server.pem").toString())
                .put("listener.tls.key", authority.file("server.key").toString());
        worker.rest().post(body);
        awaitReady(trusting, URI.create("https://127.0.0.1:" + port + "/ready"));
        List<ChannelPage> pages = List.of(
                new ChannelPage(trusting, address("wss", port), CHANNEL),
                new ChannelPage(trusting, address("https", port), CHANNEL));
        for (ChannelPage page : pages) {
            page.resume();
        }
        publish(name, 1, 3, 20_000);
        for (ChannelPage page : pages) {
            assertThat(page.readThrough(3)).isEqualTo(numbers(3));
        }
        assertThatThrownBy(() -> new ChannelSocket(client, address("wss", port), ChannelPage.ORIGIN))
                .isInstanceOf(CompletionException.class);
        worker.rest().delete(name);
    }
}
