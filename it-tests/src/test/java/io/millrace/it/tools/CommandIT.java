package io.millrace.it.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.documents.Troubleshooting;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against a real database and a real topic. */
class CommandIT {
    private static final Path PROJECT = Path.of("..");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final String plugins =
            LocalPipeline.pluginFolder(Installation.locate()).toString();

    @TempDir
    Path directory;

    private String config;

    @BeforeEach
    void putInWhatTheWorkersEnvironmentHas() throws IOException {
        String text = Files.readString(PROJECT.resolve("connect-configs/10-shop-source.json"));
        for (Map.Entry<String, String> variable : pipeline.environment().entrySet()) {
            text = text.replace("${env:" + variable.getKey() + "}", variable.getValue());
        }
        config = Files.writeString(directory.resolve("connector.json"), text).toString();
    }

    @Test
    void committedContractIsThatOfTheRealTables() throws Exception {
        Path rows = directory.resolve("rows.jsonl");
        try (Connection shop = pipeline.connectToShop();
                Statement statement = shop.createStatement()) {
            statement.execute("INSERT INTO orders (id, customer_id, status, currency, total, placed_at) "
                    + "VALUES (900001, 1, 'PLACED', 'EUR', 1.00, NOW(6))");
            statement.execute("INSERT INTO sites (id, name, document) VALUES (900001, 'A site', '{\"apps\": []}')");

            CommandRun recorded = CommandRun.of("record", "--config", config, "--plugin-path", plugins, "--rows", "1");

            assertThat(recorded.exitCode()).as(recorded.err()).isZero();
            assertThat(recorded.out().lines()).hasSize(2);
            Files.writeString(rows, recorded.out());
            statement.execute("DELETE FROM orders WHERE id = 900001");
            statement.execute("DELETE FROM sites WHERE id = 900001");
        }

        CommandRun contract = CommandRun.of("contract", "--config", config, "--events", rows.toString());

        assertThat(contract.exitCode()).as(contract.err()).isZero();
        assertThat(contract.out()).isEqualTo(Files.readString(PROJECT.resolve("docs/contract/shop.asyncapi.json")));
        CommandRun preview = CommandRun.of(
                "preview", "--config", config, "--events", rows.toString(), "--plugin-path", plugins, "--json");
        assertThat(preview.exitCode()).as(preview.err()).isZero();
        assertThat(preview.out().lines()).hasSize(2).allSatisfy(line -> assertThat(
                        JSON.readTree(line).at("/headers/ce_snapshot").asText())
                .isEqualTo("initial"));
    }

    @Test
    void recordsChangesWithTheOffsetsThatIdsAreMadeOf() throws Exception {
        CompletableFuture<CommandRun> recording = CompletableFuture.supplyAsync(() -> CommandRun.of(
                "record", "--config", config, "--plugin-path", plugins, "--changes", "2", "--timeout", "120"));
        try (Connection shop = pipeline.connectToShop();
                Statement statement = shop.createStatement()) {
            // Again and again, since nobody outside can tell when a reader of the binlog has begun.
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        writeAndDelete(statement);
                        return recording.isDone();
                    });
        }

        CommandRun run = recording.join();
        assertThat(run.exitCode()).as(run.err()).isZero();
        Path changes = Files.writeString(directory.resolve("changes.jsonl"), run.out());
        assertThat(run.out().lines()).hasSize(2).allSatisfy(line -> {
            assertThat(JSON.readTree(line).at("/offset/file").asText()).startsWith("binlog.");
            assertThat(JSON.readTree(line).at("/offset/event").asLong()).isPositive();
        });
        CommandRun preview = CommandRun.of("preview", "--config", config, "--events", changes.toString(), "--json");
        assertThat(preview.exitCode()).as(preview.out()).isZero();
        assertThat(preview.out().lines()).allSatisfy(line -> assertThat(
                        JSON.readTree(line).at("/headers/requestId").asText())
                .isEqualTo("recorded"));
    }

    private static void writeAndDelete(Statement statement) throws SQLException {
        statement.execute("INSERT INTO sites (id, name, document) VALUES (900002, 'A site', '{\"apps\": []}') "
                + "/*requestId='recorded'*/");
        statement.execute("DELETE FROM sites WHERE id = 900002 /*requestId='recorded'*/");
    }

    /** Debezium's connector is one that answers of refused options are lost of, which its class loader shows. */
    @Test
    void refusesAsTheWorkerDoes() throws IOException {
        String wrong = Files.readString(Path.of(config)).replace("when: changed('status')", "when: chnged('status')");
        String file = Files.writeString(directory.resolve("wrong.json"), wrong).toString();
        String changes = PROJECT.resolve("docs/samples/shop-changes.jsonl").toString();

        CommandRun run = CommandRun.of("preview", "--config", file, "--events", changes, "--plugin-path", plugins);

        assertThat(run.exitCode()).isEqualTo(2);
        // Three rules have the mistake, and the answer names the first.
        assertThat(run.err()).contains("configuration rule.2: ", "unknown name 'chnged'");
    }

    @Test
    void readsATopicToItsEnd() throws Exception {
        String broker = pipeline.environment().get("KAFKA_BOOTSTRAP_SERVERS");
        String topic = "command-it-" + System.nanoTime();
        List<String> lines = Files.readAllLines(PROJECT.resolve("docs/samples/shop-changes.jsonl"));
        Map<String, Object> settings = Map.of("bootstrap.servers", broker, "transactional.id", topic);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (String line : lines) {
                JsonNode change = JSON.readTree(line);
                producer.send(new ProducerRecord<>(
                                topic,
                                change.path("key").toString(),
                                change.path("value").toString()))
                        .get();
            }
            producer.commitTransaction();
        }

        CommandRun run = CommandRun.of(
                "preview",
                "--config",
                config,
                "--topic",
                topic,
                "--bootstrap-servers",
                broker,
                "--from-beginning",
                "--json");

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.err()).contains(lines.size() + " records: " + lines.size() + " passed");
        assertThat(run.out().lines())
                .allSatisfy(line ->
                        assertThat(JSON.readTree(line).path("input").asText()).matches(topic + "-\\d+@\\d+"));
    }

    @Test
    void showsARefusedRecordAndTheLagOfItsSink() throws Exception {
        String name = "refusals";
        String broker = pipeline.environment().get("KAFKA_BOOTSTRAP_SERVERS");
        ObjectNode body = (ObjectNode) JSON.readTree(
                PROJECT.resolve("connect-configs/21-order-status.json").toFile());
        ObjectNode options = (ObjectNode) body.put("name", name).path("config");
        options.properties().removeIf(option -> option.getKey().startsWith("projection"));
        options.put("topics", name)
                .put("key.converter.schemas.enable", "false")
                .put("value.converter.schemas.enable", "false")
                .put("errors.deadletterqueue.topic.name", name + ".dlq")
                .put("projections", name)
                .put("projection.refusals.kind", "upsert")
                .put("projection.refusals.key", "id = key.id")
                .put("projection.refusals.columns", "name");
        String[] status = {
            "status",
            "--rest",
            pipeline.rest().address().toString(),
            "--bootstrap-servers",
            broker,
            "--connector",
            name,
            "--json"
        };
        try (Connection root = pipeline.mysql().connectAsRoot();
                Statement sql = root.createStatement();
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker), new StringSerializer(), new StringSerializer())) {
            sql.execute("CREATE TABLE views.refusals (id BIGINT PRIMARY KEY, name VARCHAR(10) NOT NULL)");
            producer.send(new ProducerRecord<>(name, 0, "{\"id\": 1}", "{\"name\": \"short\"}"))
                    .get();
            producer.send(new ProducerRecord<>(name, 0, "{\"id\": 2}", "{\"name\": \"hush, a secret\"}"))
                    .get();
            // The variables of its options have values on the worker, and none here.
            pipeline.rest().post(body);
            pipeline.rest().awaitRunning(name, Duration.ofMinutes(2));
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                JsonNode connector = JSON.readTree(CommandRun.of(status).out()).at("/connectors/0");
                assertThat(connector.at("/progress/by").asText()).isEqualTo("consumer_group");
                assertThat(connector.at("/deadLetters/records").asLong()).isEqualTo(1);
                assertThat(connector.at("/notes/0").asText())
                        .contains("the ledger is not read", "${env:VIEWS_DATABASE_", "which has no value here");
            });
            pipeline.rest().put(name, withVariables(body).path("config"));
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                JsonNode connector = JSON.readTree(CommandRun.of(status).out()).at("/connectors/0");
                assertThat(connector.at("/progress/by").asText()).isEqualTo("ledger");
                assertThat(connector.at("/progress/lag").asLong(-1)).isZero();
                assertThat(connector.at("/progress/partitions/0/next").asLong()).isEqualTo(2);
                assertThat(connector.at("/tasks/0/state").asText()).isEqualTo("RUNNING");
            });

            CommandRun run = CommandRun.of(status);
            assertThat(run.exitCode()).isEqualTo(1);
            JsonNode found = JSON.readTree(run.out());
            assertThat(found.at("/connectors/0/state").asText()).isEqualTo("RUNNING");
            assertThat(found.at("/connectors/0/notes")).isEmpty();
            assertThat(found.at("/connectors/0/deadLetters/reasons/0/reason").asText())
                    .contains("name");
            assertThat(found.path("problems")).hasSize(1);
            assertThat(found.at("/problems/0/section").asText()).isEqualTo("docs/runbook.md#refused-records");
            assertThat(CommandRun.of(Arrays.copyOf(status, status.length - 1)).out())
                    .containsPattern(Troubleshooting.symptom("The sink runs and refuses records"));

            CommandRun listed =
                    CommandRun.of("redrive", "list", "--topic", name + ".dlq", "--bootstrap-servers", broker);
            assertThat(listed.exitCode()).as(listed.err()).isZero();
            assertThat(listed.out()).contains(name + "-0@1  " + name).doesNotContain("hush");
            CommandRun shown = CommandRun.of(
                    "redrive",
                    "show",
                    "--topic",
                    name + ".dlq",
                    "--bootstrap-servers",
                    broker,
                    "--values",
                    "--json",
                    "--connector",
                    name);
            JsonNode record = JSON.readTree(shown.out());
            assertThat(record.path("origin").asText()).isEqualTo(name + "-0@1");
            assertThat(record.path("column").asText()).isEqualTo("name");
            assertThat(JSON.readTree(record.path("value").asText()).path("name").asText())
                    .isEqualTo("hush, a secret");
            CommandRun counted = CommandRun.of(
                    "redrive", "stats", "--topic", name + ".dlq", "--bootstrap-servers", broker, "--reason", "no such");
            assertThat(counted.out()).isEmpty();
            assertThat(counted.err()).contains("1 records, 0 match");
            showsALagThatFallsOnceTheSinkRuns(name, producer, status);
        } finally {
            pipeline.rest().delete(name);
        }
    }

    private void showsALagThatFallsOnceTheSinkRuns(
            String name, KafkaProducer<String, String> producer, String... status) throws Exception {
        pipeline.rest().stop(name);
        for (int id = 10; id < 13; id++) {
            producer.send(new ProducerRecord<>(name, 0, "{\"id\": " + id + "}", "{\"name\": \"late\"}"))
                    .get();
        }
        List<String> words = new ArrayList<>(List.of(status));
        words.remove("--json");
        words.addAll(List.of("--max-lag", "2"));
        String[] limited = words.toArray(String[]::new);
        String symptom = "The sink's lag grows";
        assertThat(CommandRun.of(limited).out())
                .containsPattern(Troubleshooting.symptom(symptom))
                .contains("The connector is STOPPED");

        pipeline.rest().resume(name);

        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(CommandRun.of(limited).out())
                        .doesNotContainPattern(Troubleshooting.symptom(symptom))
                        .contains("RUNNING, 2 of 2 tasks running"));
    }

    private JsonNode withVariables(JsonNode body) throws IOException {
        String text = body.toString();
        for (Map.Entry<String, String> variable : pipeline.environment().entrySet()) {
            text = text.replace("${env:" + variable.getKey() + "}", variable.getValue());
        }
        return JSON.readTree(text);
    }
}
