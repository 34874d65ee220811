package io.millrace.it.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.it.TestPipeline;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.Installation;
import io.millrace.tools.Millrace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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

    private record Run(int exitCode, String out, String err) {
        static Run of(String... words) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int exitCode = Millrace.runCommand(
                    List.of(words),
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8));
            return new Run(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        }
    }

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

            Run recorded = Run.of("record", "--config", config, "--plugin-path", plugins, "--rows", "1");

            assertThat(recorded.exitCode()).as(recorded.err()).isZero();
            assertThat(recorded.out().lines()).hasSize(2);
            Files.writeString(rows, recorded.out());
            statement.execute("DELETE FROM orders WHERE id = 900001");
            statement.execute("DELETE FROM sites WHERE id = 900001");
        }

        Run contract = Run.of("contract", "--config", config, "--events", rows.toString());

        assertThat(contract.exitCode()).as(contract.err()).isZero();
        assertThat(contract.out()).isEqualTo(Files.readString(PROJECT.resolve("docs/contract/shop.asyncapi.json")));
        Run preview =
                Run.of("preview", "--config", config, "--events", rows.toString(), "--plugin-path", plugins, "--json");
        assertThat(preview.exitCode()).as(preview.err()).isZero();
        assertThat(preview.out().lines()).hasSize(2).allSatisfy(line -> assertThat(
                        JSON.readTree(line).at("/headers/ce_snapshot").asText())
                .isEqualTo("initial"));
    }

    @Test
    void recordsChangesWithTheOffsetsThatIdsAreMadeOf() throws Exception {
        CompletableFuture<Run> recording = CompletableFuture.supplyAsync(() ->
                Run.of("record", "--config", config, "--plugin-path", plugins, "--changes", "2", "--timeout", "120"));
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

        Run run = recording.join();
        assertThat(run.exitCode()).as(run.err()).isZero();
        Path changes = Files.writeString(directory.resolve("changes.jsonl"), run.out());
        assertThat(run.out().lines()).hasSize(2).allSatisfy(line -> {
            assertThat(JSON.readTree(line).at("/offset/file").asText()).startsWith("binlog.");
            assertThat(JSON.readTree(line).at("/offset/event").asLong()).isPositive();
        });
        Run preview = Run.of("preview", "--config", config, "--events", changes.toString(), "--json");
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

        Run run = Run.of("preview", "--config", file, "--events", changes, "--plugin-path", plugins);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("rule.2", "undeclared reference to 'chnged'");
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

        Run run = Run.of(
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
}
