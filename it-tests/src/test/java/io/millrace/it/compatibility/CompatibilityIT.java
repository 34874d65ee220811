package io.millrace.it.compatibility;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.PluginArchive;
import io.millrace.it.TestPipeline;
import io.millrace.it.payloads.PayloadWay;
import io.millrace.it.payloads.PictureConnectors;
import io.millrace.it.spool.SpooledEvents;
import io.millrace.local.LocalPipeline;
import io.millrace.spool.SpoolStore;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.ConnectWorker;
import io.millrace.testing.servers.FreePort;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A worker of each version of Connect on each JDK, with the plugin archive, from the rows of a table to the rows of views.
 * {@code it-tests/compatibility} runs all versions, a build only the oldest.
 */
class CompatibilityIT {
    private static final Duration TIME_TO_ACT = Duration.ofMinutes(2);

    private static int serverId = 5600;

    private final LocalPipeline pipeline = TestPipeline.shared();

    static Stream<Combination> combinations() {
        String versions = System.getProperty("millrace.it.connect.versions");
        return Stream.of(versions.split(",", -1))
                .flatMap(version -> Stream.concat(Stream.of(Jdk.current()), Jdk.newer().stream())
                        .map(jdk -> new Combination(version.strip(), jdk)));
    }

    @Test
    void findsANewerJdk() {
        Optional<Jdk> newer = Jdk.newer();
        Assumptions.assumeTrue(
                newer.isPresent(),
                "No JDK newer than Java " + Jdk.current().version()
                        + " was found, so the plugins were tried on none: name" + " one's home in " + Jdk.NEWER_HOME
                        + ".");
        assertThat(newer.orElseThrow().feature()).isGreaterThan(Jdk.current().feature());
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void rowsBecomeTheSameRowsOfViews(Combination combination, @TempDir Path folder) throws Exception {
        String id = combination.id();
        Random random = new Random(Seeds.next());
        try (ConnectWorker worker = start(combination);
                Connection root = pipeline.mysql().connectAsRoot()) {
            ConnectRest rest = worker.rest();
            assertThat(rest.version()).isEqualTo(combination.connect());
            assertThat(Files.readString(worker.log()))
                    .contains(" " + combination.jdk().version() + ",");
            assertFindsEveryPlugin(rest);

            PictureTraffic traffic = new PictureTraffic(root, "shop." + id, random);
            traffic.createTable();
            assertRefusesAWrongRule(rest, id);
            traffic.change(30);
            for (PayloadWay way : PayloadWay.values()) {
                source(rest, id, way, folder.toString());
                sink(root, rest, id, way, folder.toString());
            }
            traffic.change(200);

            for (PayloadWay way : PayloadWay.values()) {
                assertView(root, rest, id, way);
            }
            assertReadsATopic(rest, id);
            assertSendsWhatIsDue(rest, id);
            assertBringsALetterBack(rest, id);
            assertRecoversASpooledRecord(rest, id, folder);
            assertPushesEvents(rest, id);
            // A class that this version does not have would be missed when it is used first.
            assertThat(Files.readString(worker.log())).doesNotContain("NoClassDefFoundError", "NoSuchMethodError");
        }
    }

    private ConnectWorker start(Combination combination) {
        String id = combination.id();
        Map<String, String> overrides = Map.of(
                "group.id", "connect-" + id,
                "config.storage.topic", "connect-configs-" + id,
                "offset.storage.topic", "connect-offsets-" + id,
                "status.storage.topic", "connect-status-" + id,
                // Connect's default: plugins are also looked for in all classes of the archive, which so have to be
                // readable.
                "plugin.discovery", "hybrid_warn");
        return ConnectWorker.start(
                combination.runtime(),
                List.of(LocalPipeline.pluginFolder(Installation.locate())),
                ServerDirectories.newDirectory("connect-" + id),
                pipeline.broker(),
                overrides,
                pipeline.environment());
    }

    private static void assertFindsEveryPlugin(ConnectRest rest) throws IOException {
        PluginArchive archive = PluginArchive.built();
        Set<String> found = new TreeSet<>();
        for (JsonNode plugin : rest.plugins()) {
            String name = plugin.path("class").asText();
            if (name.startsWith("io.millrace.")) {
                found.add(name);
                // Before 4.2 Connect says a version only of connectors.
                assertThat(plugin.path("version").asText()).as(name).isIn(versions(plugin, archive));
            }
        }
        assertThat(found).isEqualTo(archive.declaredPlugins());
    }

    private static List<String> versions(JsonNode plugin, PluginArchive archive) {
        boolean connector =
                List.of("source", "sink").contains(plugin.path("type").asText());
        return connector ? List.of(archive.version()) : List.of(archive.version(), "");
    }

    /** Whose answer is Connect's own in some versions, and in others has to be made for it. */
    private void assertRefusesAWrongRule(ConnectRest rest, String id) throws IOException {
        ObjectNode body = sourceBody(id, id + "_refused");
        ((ObjectNode) body.path("config")).put("events.rule.1", "PictureTaken; table: shop.nowhere; on: create");
        ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));
        assertThat(refusal).isNotNull();
        assertThat(refusal.status()).as(refusal.getMessage()).isEqualTo(400);
        assertThat(refusal.getMessage()).contains("rule.1").contains("shop.nowhere");
    }

    private void source(ConnectRest rest, String id, PayloadWay way, String folder) throws IOException {
        String name = id + "_" + way.id();
        ObjectNode body = sourceBody(id, name);
        way.source((ObjectNode) body.path("config"), "picture", folder);
        rest.post(body);
        rest.awaitRunning(name, TIME_TO_ACT);
    }

    private static ObjectNode sourceBody(String id, String name) throws IOException {
        String table = "shop." + id;
        ObjectNode body = PictureConnectors.source(name, table, Integer.toString(serverId++), "picture, request");
        ((ObjectNode) body.path("config"))
                .put("events.rule.2", "PictureDeleted; table: " + table + "; on: delete; fields: id");
        return body;
    }

    private static void sink(Connection root, ConnectRest rest, String id, PayloadWay way, String folder)
            throws IOException, SQLException {
        String name = id + "_" + way.id();
        try (Statement sql = root.createStatement()) {
            sql.execute("CREATE TABLE views." + name
                    + " (id BIGINT PRIMARY KEY, picture LONGBLOB, written VARCHAR(64), request VARCHAR(64))");
        }
        ObjectNode body = PictureConnectors.sink(name, "picture, written = value.request, request = headers.requestId");
        ObjectNode config = (ObjectNode) body.path("config");
        config.put("projection." + name + ".delete.when", "headers.ce_type == 'PictureDeleted'");
        way.sink(config, folder);
        rest.post(body);
        rest.awaitRunning(name + "_view", TIME_TO_ACT);
    }

    private static void assertView(Connection root, ConnectRest rest, String id, PayloadWay way) throws SQLException {
        String name = id + "_" + way.id();
        // What the snapshot read has no request: no statement is known of it.
        String differences = """
            SELECT COUNT(*) FROM shop.%1$s s LEFT JOIN views.%2$s v USING (id)
              WHERE v.id IS NULL OR NOT (s.picture <=> v.picture) OR NOT (s.request <=> v.written)
                OR NOT (s.request <=> v.request OR v.request IS NULL AND s.id <> 0 AND %3$s)\
            """;
        String fromTheSnapshot = "CAST(SUBSTRING(s.request, 3) AS SIGNED) < 30";
        await().atMost(TIME_TO_ACT).untilAsserted(() -> {
            assertThat(rest.status(name).toString()).doesNotContain("FAILED");
            assertThat(rest.status(name + "_view").toString()).doesNotContain("FAILED");
            assertThat(count(root, differences.formatted(id, name, fromTheSnapshot)))
                    .as("rows of the table that are not so in " + name)
                    .isZero();
            assertThat(count(root, "SELECT COUNT(*) FROM views." + name))
                    .isEqualTo(count(root, "SELECT COUNT(*) FROM shop." + id));
        });
        assertThat(count(root, "SELECT MAX(LENGTH(picture)) FROM views." + name))
                .isGreaterThan(1_048_576);
    }

    /** The schedule source answers a command, and sends its message. */
    private void assertSendsWhatIsDue(ConnectRest rest, String id) throws Exception {
        String brokers = pipeline.broker().bootstrapServers();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new StringSerializer(), new StringSerializer())) {
            ProducerRecord<String, String> command = new ProducerRecord<>(id + ".requests", 0, "id", "due");
            command.headers().add("schedule-after", "PT0.1S".getBytes(UTF_8));
            command.headers().add("schedule-topic", (id + ".due").getBytes(UTF_8));
            producer.send(command).get();
        }
        ObjectNode body = (ObjectNode) new ObjectMapper()
                .readTree(Path.of("../connect-configs/15-schedules.json").toFile());
        body.put("name", id + "_schedules");
        ((ObjectNode) body.path("config"))
                .put("requests.topic", id + ".requests")
                .put("schedules.topic", id + ".schedules")
                .put("replies.topic", id + ".replies")
                .put("targets", id + "\\.due");
        rest.post(body);
        rest.awaitRunning(id + "_schedules", TIME_TO_ACT);
        assertOneRecord(rest, id + "_schedules", id + ".due", "due");
    }

    /** The redrive source sends a letter to the connector that has refused it. */
    private void assertBringsALetterBack(ConnectRest rest, String id) throws Exception {
        String brokers = pipeline.broker().bootstrapServers();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new StringSerializer(), new StringSerializer())) {
            ProducerRecord<String, String> letter = new ProducerRecord<>(id + ".dlq", 0, "key", "letter");
            letter.headers().add("__connect.errors.connector.name", id.getBytes(UTF_8));
            letter.headers().add("millrace.redrive.origin", (id + ".dlq-0@0").getBytes(UTF_8));
            producer.send(letter).get();
            // The broker creates it.
            assertThat(producer.partitionsFor(id + ".retry")).isNotEmpty();
        }
        ObjectNode body = (ObjectNode) new ObjectMapper()
                .readTree(Path.of("../connect-configs/16-renewals-redrive.json").toFile());
        body.put("name", id + "_redrive");
        ((ObjectNode) body.path("config"))
                .put("letters.topics", id + ".dlq")
                .put("state.topic", id + ".letters")
                .put("backoff", "100ms");
        rest.post(body);
        rest.awaitRunning(id + "_redrive", TIME_TO_ACT);
        assertOneRecord(rest, id + "_redrive", id + ".retry", "letter");
    }

    /** The spool source looks a record up in the log, sends it, and closes its consumer when it is deleted. */
    private void assertRecoversASpooledRecord(ConnectRest rest, String id, Path folder) throws Exception {
        String location = "file:" + folder.resolve("spool");
        try (SpoolStore store = SpoolStore.open(Map.of("spool.store", location));
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            // The broker creates it.
            assertThat(producer.partitionsFor(id + ".visits")).isNotEmpty();
            new SpooledEvents(store, id).store(id + ".visits", "visit");
        }
        ObjectNode body = (ObjectNode) new ObjectMapper()
                .readTree(Path.of("../connect-configs/17-spool.json").toFile());
        body.put("name", id + "_spool");
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties().removeIf(option -> option.getKey().startsWith("payload."));
        config.put("spool.store", location).put("recover.delay.ms", "0");
        rest.post(body);
        rest.awaitRunning(id + "_spool", TIME_TO_ACT);
        assertOneRecord(rest, id + "_spool", id + ".visits", "visit");
        rest.delete(id + "_spool");
    }

    /** The channel sink pushes the event of a topic to a client. */
    private void assertPushesEvents(ConnectRest rest, String id) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(id + ".notifications", "{\"order_id\":7}", "{\"status\":\"PAID\"}"))
                    .get();
        }
        ObjectNode body = (ObjectNode) new ObjectMapper()
                .readTree(Path.of("../connect-configs/channels/30-order-channels.json")
                        .toFile());
        body.put("name", id + "_channels");
        int port = FreePort.ask();
        ObjectNode config = (ObjectNode) body.path("config");
        config.remove("token.key");
        config.put("tokens", "none")
                .put("topics", id + ".notifications")
                .put("key.converter.schemas.enable", "false")
                .put("value.converter.schemas.enable", "false")
                .put("listener.address", "127.0.0.1:" + port);
        rest.post(body);
        rest.awaitRunning(id + "_channels", TIME_TO_ACT);
        HttpRequest subscription = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/channels?channel=order:7&lastEventID=earliest"))
                .build();
        try (Stream<String> lines = HttpClient.newHttpClient()
                .send(subscription, HttpResponse.BodyHandlers.ofLines())
                .body()) {
            assertThat(lines.filter(line -> line.startsWith("data: {\"channel\":\"order:7\""))
                            .findFirst())
                    .hasValueSatisfying(line -> assertThat(line).endsWith("\"data\":{\"status\":\"PAID\"}}"));
        }
        rest.delete(id + "_channels");
    }

    private void assertOneRecord(ConnectRest rest, String connector, String topic, String value) {
        String brokers = pipeline.broker().bootstrapServers();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            await().atMost(TIME_TO_ACT).untilAsserted(() -> {
                assertThat(rest.status(connector).toString()).doesNotContain("FAILED");
                List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                        .map(found -> new TopicPartition(found.topic(), found.partition()))
                        .toList();
                assertThat(partitions).isNotEmpty();
                consumer.assign(partitions);
                consumer.seekToBeginning(consumer.assignment());
                assertThat(consumer.poll(Duration.ofSeconds(2)))
                        .extracting(record -> new String(record.value(), UTF_8))
                        .containsExactly(value);
            });
        }
    }

    /** The topic source reads a change that Debezium would have written, and its event has the place in the topic as its id. */
    private void assertReadsATopic(ConnectRest rest, String id) throws Exception {
        String raw = id + ".raw";
        String change = """
            {"before": null, "after": {"id": 7, "status": "PLACED"}, "op": "c", "ts_ms": 1,
              "source": {"name": "shop", "db": "shop", "table": "orders", "ts_ms": 1, "snapshot": "false"}}\
            """;
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(raw, 0, "{\"id\":7}", change)).get();
        }
        ObjectNode body = (ObjectNode) new ObjectMapper()
                .readTree(Path.of("../connect-configs/14-subscriptions.json").toFile());
        body.put("name", id + "_topic");
        ObjectNode config = (ObjectNode) body.path("config");
        config.put("source.topics", raw);
        config.put("source.key.converter.schemas.enable", "false");
        config.put("source.value.converter.schemas.enable", "false");
        config.remove(List.of("transforms.event.rule.2", "transforms.event.rule.3"));
        config.put("transforms.event.rule.1", "OrderPlaced; table: shop.orders; on: create");
        config.put(
                "transforms.event.table.1",
                "shop.orders; key: order_id: int64 = row.id; fields: order_id: int64 = row.id; topic: " + id
                        + ".events");
        rest.post(body);
        rest.awaitRunning(id + "_topic", TIME_TO_ACT);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", pipeline.broker().bootstrapServers(), "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            await().atMost(TIME_TO_ACT).untilAsserted(() -> {
                assertThat(rest.status(id + "_topic").toString()).doesNotContain("FAILED");
                assertThat(rest.offsets(id + "_topic").toString()).contains("\"kafka_offset\":1");
                consumer.assign(consumer.partitionsFor(id + ".events").stream()
                        .map(found -> new TopicPartition(found.topic(), found.partition()))
                        .toList());
                consumer.seekToBeginning(consumer.assignment());
                assertThat(consumer.poll(Duration.ofSeconds(2)))
                        .extracting(event ->
                                new String(event.headers().lastHeader("ce_id").value(), UTF_8))
                        .singleElement()
                        .asString()
                        .endsWith(":" + raw + ":0@0");
            });
        }
    }

    private static long count(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
