package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.Seeds;
import io.millrace.it.TestPipeline;
import io.millrace.it.payloads.PayloadWay;
import io.millrace.it.payloads.PictureConnectors;
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
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that are larger than the broker takes, from the row to the view. */
class PayloadsIT {
    private static final Duration TIME_TO_ACT = Duration.ofSeconds(90);
    private static final int THRESHOLD = PayloadWay.THRESHOLD;
    private static final int ROWS = 40;

    private static int serverId = 5440;

    private final LocalPipeline pipeline = TestPipeline.shared();
    private final ConnectRest rest = pipeline.rest();

    @ParameterizedTest
    @EnumSource
    void aLargeValueGoesFromTheRowToTheView(PayloadWay way, @TempDir Path folder) throws Exception {
        Random random = new Random(Seeds.next());
        String name = "pictures_" + way.id();
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
            if (way != PayloadWay.CHUNKS) {
                try (Stream<Path> files = Files.walk(folder)) {
                    assertThat(files.filter(Files::isRegularFile).count()).isGreaterThan(10);
                }
            }
        } finally {
            rest.delete(name + "_view");
            rest.delete(name);
        }
    }

    private void source(String name, PayloadWay way, String folder) throws IOException {
        ObjectNode body = PictureConnectors.source(name, "shop." + name, Integer.toString(serverId++), "picture, note");
        way.source((ObjectNode) body.path("config"), "picture,note", folder);
        rest.post(body);
        rest.awaitRunning(name, TIME_TO_ACT);
    }

    private void sink(String name, PayloadWay way, String folder) throws IOException {
        ObjectNode body = PictureConnectors.sink(name, "picture, note");
        way.sink((ObjectNode) body.path("config"), folder);
        rest.post(body);
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
    void aWrongOptionIsRefusedWhenItIsPosted(PayloadWay way, String option, String value, String reason)
            throws IOException {
        ObjectNode body = PictureConnectors.sink("refused", "picture");
        ObjectNode config = (ObjectNode) body.path("config");
        way.source(config, "picture", "/tmp");
        config.put("transforms", option.startsWith("transforms.") ? option.split("\\.", -1)[1] : "")
                .put(option, value);
        ConnectRestException refusal = catchThrowableOfType(ConnectRestException.class, () -> rest.post(body));
        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.getMessage()).contains(value).contains(reason);
        assertThat(rest.connectors()).doesNotContain("refused_view");
    }

    private static long count(Statement sql, String query) throws SQLException {
        try (ResultSet rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
