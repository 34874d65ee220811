package io.millrace.it.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.it.TestPipeline;
import io.millrace.local.LocalPipeline;
import io.millrace.testing.Seeds;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that are larger than the broker takes, from the row to the view. */
class PayloadsIT {
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
            Pictures pictures = new Pictures(name, rest);
            pictures.createTables(sql);
            pictures.postSource(
                    Integer.toString(serverId++), config -> way.source(config, "picture,note", folder.toString()));
            pictures.postSink(config -> way.sink(config, folder.toString()));

            pictures.write(root, random);

            pictures.awaitView(sql);
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FIELDS   | transforms.claim.payload.store         | ftp://x           | Expected s3://",
                "FIELDS   | transforms.claim.fields                | a..b              | at character 3",
                "CHUNKS   | transforms.chunk.payload.store         | file:/tmp         | Chunks go to a topic",
                "MESSAGES | value.converter.payload.store          | ftp://x           | Expected s3://",
                "MESSAGES | value.converter.claim-check.converter  | no.such.Converter | Class not found"
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
}
