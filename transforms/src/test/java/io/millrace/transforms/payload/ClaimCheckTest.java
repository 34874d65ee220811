package io.millrace.transforms.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.transforms.ChunkPayload;
import io.millrace.transforms.ClaimCheck;
import io.millrace.transforms.InjectContext;
import io.millrace.transforms.RestorePayload;
import io.millrace.transforms.ToOfficialEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ClaimCheck} and {@code RestorePayload} as Connect uses them. */
class ClaimCheckTest {
    private static final Schema ROW = SchemaBuilder.struct()
            .name("shop.shop.images.Value")
            .field("id", Schema.INT64_SCHEMA)
            .field("image", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .optional()
            .build();
    private static final Schema SOURCE = SchemaBuilder.struct()
            .name("io.debezium.connector.mysql.Source")
            .field("name", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("table", Schema.OPTIONAL_STRING_SCHEMA)
            .field("query", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("shop.shop.images.Envelope")
            .field("before", ROW)
            .field("after", ROW)
            .field("source", SOURCE)
            .field("op", Schema.STRING_SCHEMA)
            .build();

    @TempDir
    Path folder;

    private AutoCloseable opened = () -> {};

    @AfterEach
    void close() throws Exception {
        opened.close();
    }

    private Map<String, String> storing(String... more) {
        return with(
                Map.of(
                        "fields", "before.image,after.image,before.note,after.note",
                        "payload.store", "file:" + folder,
                        "payload.threshold.bytes", "100",
                        "payload.retry.timeout.ms", "200"),
                more);
    }

    private Map<String, String> restoring(String... more) {
        return with(Map.of("payload.read.locations", "file:" + folder, "payload.retry.timeout.ms", "200"), more);
    }

    private static Map<String, String> with(Map<String, String> options, String... more) {
        Map<String, String> all = new HashMap<>(options);
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    private <T extends Transformation<?>> T configured(T transform, Map<String, String> options) {
        transform.configure(options);
        AutoCloseable others = opened;
        opened = () -> {
            try (transform) {
                others.close();
            }
        };
        return transform;
    }

    private ClaimCheck<SourceRecord> claimCheck() {
        return configured(new ClaimCheck<>(), storing());
    }

    private RestorePayload<SinkRecord> restorePayload(String... more) {
        return configured(new RestorePayload<>(), restoring(more));
    }

    private static byte[] image(int size) {
        byte[] image = new byte[size];
        for (int i = 0; i < size; i++) {
            image[i] = (byte) (i * 7);
        }
        return image;
    }

    private static Struct row(long id, byte[] image, String note) {
        return new Struct(ROW).put("id", id).put("image", image).put("note", note);
    }

    private static SourceRecord change(String op, Struct before, Struct after) {
        Struct value = new Struct(ENVELOPE)
                .put("before", before)
                .put("after", after)
                .put(
                        "source",
                        new Struct(SOURCE)
                                .put("name", "shop")
                                .put("ts_ms", 1L)
                                .put("db", "shop")
                                .put("table", "images")
                                .put("query", "UPDATE images /*requestId='r-1'*/"))
                .put("op", op);
        return new SourceRecord(
                Map.of("server", "shop"),
                Map.of("file", "binlog.000002", "pos", 157L, "event", 3L, "row", 1L),
                "shop.images",
                null,
                null,
                null,
                ENVELOPE,
                value);
    }

    private static SinkRecord received(SourceRecord record) {
        return new SinkRecord(
                record.topic(), 3, record.keySchema(), record.key(), record.valueSchema(), record.value(), 42);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    private static List<ConfigValue> refused(ConfigDef definition, Map<String, String> options) {
        return definition.validate(options).stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .toList();
    }

    @Test
    void givesBackValueAndSchema() throws IOException {
        SourceRecord change = change("u", row(1, image(5000), "short"), row(1, image(6000), "x".repeat(101)));
        SourceRecord stored = claimCheck().apply(change);

        assertThat(files()).hasSize(3);
        SinkRecord restored = restorePayload().apply(received(stored));
        assertThat(restored.valueSchema()).isEqualTo(ENVELOPE);
        assertThat(restored.value()).isEqualTo(change.value());
        assertThat(restored.originalTopic()).isEqualTo("shop.images");
        assertThat(restored.originalKafkaOffset()).isEqualTo(42);
    }

    @Test
    void keepsWhatIsAroundTheValue() {
        SourceRecord change = change("c", null, row(1, image(5000), null));
        change.headers().addString("requestId", "r-1");
        SourceRecord stored = claimCheck().apply(change);
        assertThat(stored.sourceOffset()).isEqualTo(change.sourceOffset());
        assertThat(stored.topic()).isEqualTo("shop.images");
        assertThat(stored.headers()).containsExactlyElementsOf(change.headers());
        stored.headers().addString("other", "x");
        assertThat(change.headers()).hasSize(1);
    }

    @Test
    void restoresOnlyTheFieldsThatAreNamed() {
        SourceRecord stored = claimCheck().apply(change("c", null, row(1, image(5000), "y".repeat(200))));
        SinkRecord restored = restorePayload("fields", "after.note").apply(received(stored));
        Struct after = ((Struct) restored.value()).getStruct("after");
        assertThat(after.getString("note")).isEqualTo("y".repeat(200));
        assertThat(after.getStruct("image").getInt64("size")).isEqualTo(5000);
    }

    @Test
    void leavesReferencesWhereTheModeSaysSo() {
        SinkRecord record = received(claimCheck().apply(change("c", null, row(1, image(5000), null))));
        assertThat(restorePayload("mode", "reference").apply(record)).isSameAs(record);
    }

    @Test
    void givesRulesThePayloadAndItsParts() {
        InjectContext<SourceRecord> context = configured(new InjectContext<>(), Map.of());
        ToOfficialEvent<SourceRecord> events = configured(
                new ToOfficialEvent<>(),
                Map.of(
                        "table.1",
                        "shop.images",
                        "rule.1",
                        "ImageChanged; table: shop.images; on: update; when: changed('image') &&"
                                + " after.image.size > 100;"
                                + " fields: id = row.id, image = after.image, uri = after.image.uri,"
                                + " hash = after.image.sha256, bytes = after.image.size; topic: images"));
        SourceRecord change = change("u", row(1, image(5000), null), row(1, image(6000), null));
        SourceRecord same = change("u", row(1, image(6000), null), row(1, image(6000), null));

        SourceRecord stored = claimCheck().apply(context.apply(change));
        SourceRecord event = events.apply(stored);

        Struct value = (Struct) event.value();
        Struct image = value.getStruct("image");
        assertThat(image.schema().name()).isEqualTo("io.millrace.payload.v1.shop.shop.images.Value_image");
        assertThat(value.getString("uri")).isEqualTo(image.getString("uri"));
        assertThat(value.getString("hash")).isEqualTo(image.getString("sha256")).hasSize(64);
        assertThat(value.get("bytes")).isEqualTo(6000L);
        assertThat(((Struct) stored.value()).getStruct("source").schema().field("query"))
                .isNull();
        SinkRecord restored = restorePayload().apply(received(event));
        assertThat(((Struct) restored.value()).getBytes("image")).isEqualTo(image(6000));
        assertThat(restored.valueSchema().field("image").schema()).isEqualTo(Schema.OPTIONAL_BYTES_SCHEMA);

        assertThat(events.apply(claimCheck().apply(context.apply(same)))).isNull();
    }

    @Test
    void storesFieldsOfEvents() {
        ToOfficialEvent<SourceRecord> events = configured(
                new ToOfficialEvent<>(),
                Map.of(
                        "table.1",
                        "shop.images",
                        "rule.1",
                        "ImageAdded; table: shop.images; on: create; fields: id = row.id, picture = row.image;"
                                + " topic: images"));
        ClaimCheck<SourceRecord> claim =
                configured(new ClaimCheck<>(), storing("fields", "picture", "payload.content.type", "image/png"));
        SourceRecord event = claim.apply(events.apply(change("c", null, row(1, image(5000), null))));
        Struct picture = ((Struct) event.value()).getStruct("picture");
        assertThat(picture.getString("contentType")).isEqualTo("image/png");
        assertThat(picture.schema().name()).isEqualTo("io.millrace.payload.v1.ImageAdded_picture");
        assertThat(((Struct) restorePayload().apply(received(event)).value()).getBytes("picture"))
                .isEqualTo(image(5000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://shop-payloads/x",
                "kafka:payloads/0/0",
                "file:/etc/passwd",
                "file:%s/../passwd",
                "http://169.254.169.254/latest",
                "no-uri"
            })
    void readsNothingOutsideOfItsLocations(String uri) {
        Map<String, Object> payload = new HashMap<>();
        payload.put("format", "io.millrace.payload.v1.bytes");
        payload.put("uri", uri.replace("%s", folder.toString()));
        payload.put("size", 10L);
        payload.put("sha256", "0".repeat(64));
        payload.put("codec", "none");
        SinkRecord record = new SinkRecord("images", 3, null, null, null, Map.of("image", payload), 42);
        assertThatThrownBy(() -> restorePayload().apply(record))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageStartingWith("images-3@42: image: A payload's ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "size   | -1     | size is -1",
                "size   | 1e30   | 'size' is not a whole number but a Double",
                "size   | ~5~    | 'size' is not a whole number but a String",
                "size   | 2000000000 | allows 67108864",
                "sha256 | ~AB~   | does not have 64 lower-case",
                "sha256 | null   | 'sha256' is not a string but missing",
                "codec  | ~zip~  | codec is unknown",
                "codec  | null   | 'codec' is not a string but missing",
                "uri    | null   | neither 'inline' nor 'uri'",
                "uri    | 7      | 'uri' is not a string but a Long",
                "inline | ~AQ==~ | both 'inline' and 'uri'",
                "inline | ~!~    | not in base64",
                "inline | 7      | 'inline' is a Long",
            })
    void refusesMalformedPayloadsNamingThePart(String part, String value, String reason) throws IOException {
        SourceRecord stored = configured(new ClaimCheck<SourceRecord>(), storing("fields", "image"))
                .apply(new SourceRecord(
                        Map.of(), Map.of(), "images", null, null, null, null, Map.of("image", image(500))));
        Map<String, Object> payload = new HashMap<>();
        ((Map<?, ?>) ((Map<?, ?>) stored.value()).get("image"))
                .forEach((name, content) -> payload.put((String) name, content));
        try (JsonConverter json = new JsonConverter()) {
            json.configure(Map.of("schemas.enable", false), false);
            payload.put(
                    part,
                    json.toConnectData("t", value.replace('~', '"').getBytes(StandardCharsets.UTF_8))
                            .value());
        }
        SinkRecord record = new SinkRecord("images", 3, null, null, null, Map.of("image", payload), 42);
        assertThatThrownBy(() -> restorePayload().apply(record))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageStartingWith("images-3@42: image: ")
                .hasMessageContaining(reason);
    }

    @Test
    void refusesWhatWasChangedInTheStore() throws IOException {
        SinkRecord record = received(claimCheck().apply(change("c", null, row(1, new byte[5000], null))));
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> restorePayload().apply(record))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageStartingWith("shop.images-3@42: after.image: file:");
        Files.delete(file);
        assertThatThrownBy(() -> restorePayload().apply(record))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageContaining("is not there");
    }

    @Test
    void failsAsAConnectorDoesWhereTheStoreIsAway() throws IOException {
        SinkRecord record = received(claimCheck().apply(change("c", null, row(1, image(5000), null))));
        Path file = files().get(0);
        Files.delete(file);
        Files.delete(file.getParent());
        Files.createFile(file.getParent());
        assertThatThrownBy(() -> restorePayload().apply(record))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessageStartingWith("shop.images-3@42: after.image: ");
    }

    @Test
    void refusesWrongOptionsWhenTheyArePosted() {
        ConfigDef claim = new ClaimCheck<SourceRecord>().config();
        ConfigDef chunk = new ChunkPayload<SourceRecord>().config();
        ConfigDef restore = new RestorePayload<SinkRecord>().config();

        assertThat(refused(claim, storing())).isEmpty();
        assertThat(refused(restore, restoring())).isEmpty();
        assertThat(refused(
                        chunk,
                        storing("payload.store", "kafka:payloads", "payload.kafka.bootstrap.servers", "localhost:1")))
                .isEmpty();

        assertThat(refused(claim, Map.of()))
                .extracting(ConfigValue::name)
                .containsExactlyInAnyOrder("fields", "payload.store");
        assertRefused(claim, storing("fields", ""), "fields", "at least one path");
        assertRefused(claim, storing("fields", "a..b"), "fields", "at character 3");
        assertRefused(claim, storing("payload.store", "ftp://x"), "payload.store", "Expected s3://");
        assertRefused(claim, storing("payload.content.type", "png"), "payload.content.type", "media type");
        assertRefused(chunk, storing(), "payload.store", "Chunks go to a topic");
        assertRefused(chunk, storing("payload.store", "kafka:x"), "payload.store", "payload.kafka.bootstrap.servers");
        assertRefused(
                restore,
                restoring("payload.read.locations", "file:/tmp,kafka:x"),
                "payload.read.locations",
                "payload.kafka.bootstrap.servers");
        assertRefused(restore, restoring("mode", "url"), "mode", "expected one of value, presigned-url, reference");
        assertRefused(restore, restoring("mode", "presigned-url"), "mode", "is in S3");
        assertRefused(restore, restoring("payload.read.locations", "x"), "payload.read.locations", "Expected s3://");
        assertRefused(
                restore,
                restoring("presigned.url.validity.ms", "700000000"),
                "presigned.url.validity.ms",
                "no more than");
    }

    private static void assertRefused(ConfigDef definition, Map<String, String> options, String option, String reason) {
        List<ConfigValue> refused = refused(definition, options);
        assertThat(refused).extracting(ConfigValue::name).containsExactly(option);
        assertThat(refused.get(0).errorMessages())
                .anySatisfy(message -> assertThat(message).contains(option).contains(reason));
    }
}
