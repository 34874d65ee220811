package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.Seeds;
import io.millrace.it.TestPipeline;
import io.millrace.local.ConnectRest;
import io.millrace.local.ConnectRestException;
import io.millrace.local.LocalPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that are larger than the broker takes, from the row to the view. */
class PayloadsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_TO_ACT = Duration.ofSeconds(90);
    private static final int THRESHOLD = 10_000;
    private static final int ROWS = 40;

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();

    /** What makes large values small. */
    enum Way {
        FIELDS {
            @Override
            void source(ObjectNode config, String folder) {
                config.put("transforms", "event,claim")
                        .put("transforms.claim.type", "io.millrace.transforms.ClaimCheck")
                        .put("transforms.claim.fields", "picture,note")
                        .put("transforms.claim.payload.store", "file:" + folder)
                        .put("transforms.claim.payload.threshold.bytes", Integer.toString(THRESHOLD))
                        .put("value.converter.schemas.enable", "false");
            }

            @Override
            void sink(ObjectNode config, String folder) {
                config.put("transforms", "restore")
                        .put("transforms.restore.type", "io.millrace.transforms.RestorePayload")
                        .put("transforms.restore.payload.read.locations", "file:" + folder)
                        .put("value.converter.schemas.enable", "false");
            }
        },
        CHUNKS {
            @Override
            void source(ObjectNode config, String folder) {
                config.put("transforms", "event,chunk")
                        .put("transforms.chunk.type", "io.millrace.transforms.ChunkPayload")
                        .put("transforms.chunk.fields", "picture,note")
                        .put("transforms.chunk.payload.store", "kafka:pictures.payloads")
                        .put("transforms.chunk.payload.kafka.bootstrap.servers", "${env:KAFKA_BOOTSTRAP_SERVERS}")
                        .put("transforms.chunk.payload.threshold.bytes", Integer.toString(THRESHOLD));
            }

            @Override
            void sink(ObjectNode config, String folder) {
                config.put("transforms", "restore")
                        .put("transforms.restore.type", "io.millrace.transforms.RestorePayload")
                        .put("transforms.restore.payload.read.locations", "kafka:pictures.payloads")
                        .put("transforms.restore.payload.kafka.bootstrap.servers", "${env:KAFKA_BOOTSTRAP_SERVERS}");
            }
        },
        MESSAGES {
            @Override
            void source(ObjectNode config, String folder) {
                config.put("transforms", "event")
                        .put("value.converter", "io.millrace.converters.ClaimCheckConverter")
                        .put("value.converter.claim-check.converter", "org.apache.kafka.connect.json.JsonConverter")
                        .put("value.converter.payload.store", "file:" + folder)
                        .put("value.converter.payload.threshold.bytes", Integer.toString(THRESHOLD));
            }

            @Override
            void sink(ObjectNode config, String folder) {
                config.put("value.converter", "io.millrace.converters.ClaimCheckConverter")
                        .put("value.converter.claim-check.converter", "org.apache.kafka.connect.json.JsonConverter")
                        .put("value.converter.payload.read.locations", "file:" + folder);
            }
        };

        abstract void source(ObjectNode config, String folder);

        abstract void sink(ObjectNode config, String folder);
    }

    @ParameterizedTest
    @EnumSource
    void aLargeValueGoesFromTheRowToTheView(Way way, @TempDir Path folder) throws Exception {
        Random random = new Random(Seeds.next());
        String name = "pictures_" + way.name().toLowerCase(Locale.ROOT);
        try (Connection root = pipeline.mysql().connectAsRoot();
                Statement sql = root.createStatement()) {
            sql.execute("CREATE TABLE shop." + name + " (id BIGINT PRIMARY KEY, picture LONGBLOB, note LONGTEXT)");
            sql.execute("CREATE TABLE views." + name + " (id BIGINT PRIMARY KEY, picture LONGBLOB, note LONGTEXT)");
            source(name, way, folder.toString());
            sink(name, way, folder.toString());

            write(root, name, random);

            String differences = "SELECT COUNT(*) FROM shop.%1$s s LEFT JOIN views.%1$s v USING (id)"
                    + " WHERE v.id IS NULL OR NOT (s.picture <=> v.picture) OR NOT (s.note <=> v.note)";
            await().atMost(TIME_TO_ACT).untilAsserted(() -> {
                assertThat(rest.status(name).toString()).doesNotContain("FAILED");
                assertThat(rest.status(name + "_view").toString()).doesNotContain("FAILED");
                assertThat(count(sql, differences.formatted(name))).isZero();
            });
            assertThat(count(sql, "SELECT COUNT(*) FROM views." + name)).isEqualTo(ROWS);
            assertThat(count(sql, "SELECT MAX(LENGTH(picture)) FROM views." + name))
                    .isGreaterThan(2_000_000);
            if (way != Way.CHUNKS) {
                try (Stream<Path> files = Files.walk(folder)) {
                    assertThat(files.filter(Files::isRegularFile).count()).isGreaterThan(10);
                }
            }
        } finally {
            rest.delete(name + "_view");
            rest.delete(name);
        }
    }

    private void source(String name, Way way, String folder) throws IOException {
        ObjectNode body = shipped("10");
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties()
                .removeIf(option -> option.getKey().matches("(transforms|predicates).*")
                        && !option.getKey().matches("transforms\\.event\\.(type|source|database\\..*)"));
        config.put("topic.prefix", name)
                .put(
                        "database.server.id",
                        switch (way) {
                            case FIELDS -> "5403";
                            case CHUNKS -> "5404";
                            case MESSAGES -> "5405";
                        })
                .put("schema.history.internal.kafka.topic", name + ".schema-history")
                .put("table.include.list", "shop." + name)
                .put("transforms.event.table.1", "shop." + name + "; key: id = row.id; topic: " + name)
                .put(
                        "transforms.event.rule.1",
                        "PictureTaken; table: shop." + name + "; on: create, update, read; fields: id, picture, note");
        way.source(config, folder);
        rest.post(body.put("name", name));
        rest.awaitRunning(name, TIME_TO_ACT);
    }

    private void sink(String name, Way way, String folder) throws IOException {
        ObjectNode body = shipped("21");
        ObjectNode config = (ObjectNode) body.path("config");
        config.properties()
                .removeIf(option -> option.getKey().startsWith("projection")
                        || option.getKey().startsWith("errors"));
        config.put("topics", name)
                .put("projections", name)
                .put("projection." + name + ".kind", "upsert")
                .put("projection." + name + ".key", "id = key.id")
                .put("projection." + name + ".columns", "picture, note");
        way.sink(config, folder);
        rest.post(body.put("name", name + "_view"));
        rest.awaitRunning(name + "_view", TIME_TO_ACT);
    }

    private static void write(Connection connection, String name, Random random) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("REPLACE INTO shop." + name + " VALUES (?, ?, ?)")) {
            for (int i = 0; i < ROWS + 10; i++) {
                byte[] picture = new byte[size(random, i)];
                random.nextBytes(picture);
                insert.setLong(1, i % ROWS);
                insert.setBytes(2, random.nextInt(6) == 0 && i != 0 ? null : picture);
                insert.setString(3, random.nextInt(6) == 0 ? null : "Grüße 🎈 ".repeat(size(random, i) / 16));
                insert.executeUpdate();
            }
        }
    }

    private static int size(Random random, int i) {
        return switch (i % 10) {
            case 0 -> 2_000_001 + random.nextInt(1_000_000);
            case 1, 2, 3 -> THRESHOLD - 1 + random.nextInt(3);
            case 4 -> 0;
            default -> random.nextInt(2 * THRESHOLD);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FIELDS   | transforms.claim.payload.store         | ftp://x           | Expected s3://",
                "FIELDS   | transforms.claim.fields                | a..b              | at character 3",
                "CHUNKS   | transforms.chunk.payload.store         | file:/tmp         | Chunks go to a topic",
                "MESSAGES | value.converter.payload.store          | ftp://x           | Expected s3://",
                "MESSAGES | value.converter.claim-check.converter  | no.such.Converter | There is no such class"
            })
    void aWrongOptionIsRefusedWhenItIsPosted(Way way, String option, String value, String reason) throws IOException {
        ObjectNode body = shipped("21");
        ObjectNode config = (ObjectNode) body.path("config");
        way.source(config, "/tmp");
        config.put("transforms", option.startsWith("transforms.") ? option.split("\\.", -1)[1] : "")
                .put(option, value);
        ConnectRestException refusal =
                catchThrowableOfType(ConnectRestException.class, () -> rest.post(body.put("name", "refused")));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.getMessage()).contains(value).contains(reason);
        assertThat(rest.connectors()).doesNotContain("refused");
    }

    private static long count(Statement sql, String query) throws SQLException {
        try (ResultSet rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static ObjectNode shipped(String number) throws IOException {
        JsonNode body = JSON.readTree(ShopConnectors.files().stream()
                .filter(file -> file.getFileName().toString().startsWith(number))
                .findAny()
                .orElseThrow()
                .toFile());
        return (ObjectNode) body;
    }
}
