package io.millrace.it.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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
import java.sql.Statement;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values that are larger than the broker takes, from the row to the view. */
class PayloadsIT {
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
                        .put("transforms.claim.payload.threshold.bytes", Integer.toString(Pictures.THRESHOLD))
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
                        .put("transforms.chunk.payload.threshold.bytes", Integer.toString(Pictures.THRESHOLD));
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
                        .put("value.converter.payload.threshold.bytes", Integer.toString(Pictures.THRESHOLD));
            }

            @Override
            void sink(ObjectNode config, String folder) {
                config.put("value.converter", "io.millrace.converters.ClaimCheckConverter")
                        .put("value.converter.claim-check.converter", "org.apache.kafka.connect.json.JsonConverter")
                        .put("value.converter.payload.read.locations", "file:" + folder);
            }
        };

        /** Tells this way's reader of the binlog from the others. */
        String serverId() {
            return switch (this) {
                case FIELDS -> "5403";
                case CHUNKS -> "5404";
                case MESSAGES -> "5405";
            };
        }

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
            Pictures pictures = new Pictures(name, rest);
            pictures.createTables(sql);
            pictures.postSource(way.serverId(), config -> way.source(config, folder.toString()));
            pictures.postSink(config -> way.sink(config, folder.toString()));

            pictures.write(root, random);

            pictures.awaitView(sql);
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
        ObjectNode body = Pictures.shipped("21");
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
}
