package io.millrace.payloads.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.testing.documents.Troubleshooting;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PayloadFieldsTest {
    private static final Schema ROW = SchemaBuilder.struct()
            .name("shop.images.Value")
            .field("id", Schema.INT64_SCHEMA)
            .field("image", Schema.OPTIONAL_BYTES_SCHEMA)
            .optional()
            .build();
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("shop.images.Envelope")
            .field("before", ROW)
            .field("after", ROW)
            .field("op", Schema.STRING_SCHEMA)
            .build();

    @TempDir
    Path folder;

    private FolderPayloads payloads;

    @BeforeEach
    void open() {
        payloads = new FolderPayloads(folder, Map.of(PayloadOptions.THRESHOLD_BYTES.name(), "10"));
    }

    @AfterEach
    void close() {
        payloads.close();
    }

    private static SourceRecord record(Schema schema, Object value) {
        return new SourceRecord(Map.of("server", "shop"), Map.of("pos", 7), "images", null, null, null, schema, value);
    }

    private static Struct row(long id, byte[] image) {
        return new Struct(ROW).put("id", id).put("image", image);
    }

    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31);
        }
        return bytes;
    }

    @Test
    void sharesOneSchemaAndOneObjectBetweenBeforeAndAfter() {
        Struct change = new Struct(ENVELOPE)
                .put("before", row(1, bytes(11)))
                .put("after", row(2, bytes(11)))
                .put("op", "u");
        SourceRecord record = payloads.fields("before.image", "after.image").storeNow(record(ENVELOPE, change));

        Struct value = (Struct) record.value();
        Struct before = value.getStruct("before").getStruct("image");
        Struct after = value.getStruct("after").getStruct("image");
        assertThat(before).isEqualTo(after);
        assertThat(before.schema()).isEqualTo(after.schema());
        assertThat(before.schema().name()).isEqualTo("io.millrace.payload.v1.shop.images.Value_image");
        assertThat(value.getStruct("before").schema())
                .isEqualTo(value.getStruct("after").schema());
        assertThat(after.get("inline")).isNull();
        assertThat(after.getInt64("size")).isEqualTo(11);
        assertThat(payloads.files()).hasSize(1);
        assertThat("file:" + payloads.files().get(0)).isEqualTo(after.getString("uri"));
    }

    @Test
    void neverChangesItsInput() {
        Struct change = new Struct(ENVELOPE).put("after", row(2, bytes(11))).put("op", "c");
        Struct same = new Struct(ENVELOPE).put("after", row(2, bytes(11))).put("op", "c");
        ByteBuffer buffer = ByteBuffer.wrap(bytes(40), 3, 20);
        Schema schema = SchemaBuilder.struct().field("b", Schema.BYTES_SCHEMA).build();

        payloads.fields("after.image").storeNow(record(ENVELOPE, change));
        payloads.fields("b").storeNow(record(schema, new Struct(schema).put("b", buffer)));

        assertThat(change).isEqualTo(same);
        assertThat(buffer.position()).isEqualTo(3);
        assertThat(buffer.remaining()).isEqualTo(20);
    }

    @Test
    void storesTheRemainingBytesOfABuffer() {
        Schema schema = SchemaBuilder.struct().field("b", Schema.BYTES_SCHEMA).build();
        ByteBuffer buffer = ByteBuffer.wrap(bytes(40), 3, 20).slice();
        SourceRecord stored = payloads.fields("b").storeNow(record(schema, new Struct(schema).put("b", buffer)));
        SourceRecord restored = payloads.restored().restoreNow(stored);
        assertThat(ByteBuffer.wrap(((Struct) restored.value()).getBytes("b"))).isEqualTo(buffer);
    }

    @Test
    void keepsNullNullAndChangesItsSchemaAllTheSame() {
        Struct change = new Struct(ENVELOPE).put("after", row(2, null)).put("op", "c");
        SourceRecord record = payloads.fields("before.image", "after.image").storeNow(record(ENVELOPE, change));
        Struct value = (Struct) record.value();
        assertThat(value.get("before")).isNull();
        assertThat(value.getStruct("after").get("image")).isNull();
        assertThat(PayloadSchema.describes(
                        value.getStruct("after").schema().field("image").schema()))
                .isTrue();
    }

    @Test
    void makesOneSchemaInstanceOfOneInputSchema() {
        PayloadFields fields = payloads.fields("after.image");
        Struct change = new Struct(ENVELOPE).put("after", row(2, null)).put("op", "c");
        assertThat(fields.storeNow(record(ENVELOPE, change)).valueSchema())
                .isSameAs(fields.storeNow(record(ENVELOPE, change)).valueSchema());
    }

    @Test
    void passesTheSameInstanceWhereThereIsNothingToDo() {
        PayloadFields fields = payloads.fields("after.image", "body");
        SourceRecord tombstone = record(null, null);
        SourceRecord tombstoneWithSchema = record(ENVELOPE, null);
        SourceRecord text = record(Schema.STRING_SCHEMA, "text");
        SourceRecord other = record(
                SchemaBuilder.struct().field("x", Schema.STRING_SCHEMA).build(),
                new Struct(SchemaBuilder.struct()
                                .field("x", Schema.STRING_SCHEMA)
                                .build())
                        .put("x", "y"));
        SourceRecord map = record(null, Map.of("after", Map.of("x", 1)));
        for (SourceRecord record : List.of(tombstone, tombstoneWithSchema, text, other, map)) {
            assertThat(fields.storeNow(record)).isSameAs(record);
        }
    }

    @Test
    void leavesPayloadsAsTheyAre() {
        PayloadFields fields = payloads.fields("after.image");
        Struct change = new Struct(ENVELOPE).put("after", row(2, bytes(11))).put("op", "c");
        SourceRecord once = fields.storeNow(record(ENVELOPE, change));
        assertThat(fields.storeNow(once)).isSameAs(once);
        SourceRecord map = fields.storeNow(record(null, Map.of("after", Map.of("image", "a text that is stored"))));
        assertThat(fields.storeNow(map)).isSameAs(map);
    }

    @Test
    void beginsAllRecordsOfABatchBeforeTheFirstIsWaitedFor() {
        PayloadFields fields = payloads.fields("after.image");
        List<CompletableFuture<SourceRecord>> begun = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Struct change =
                    new Struct(ENVELOPE).put("after", row(i, bytes(100 + i))).put("op", "c");
            begun.add(fields.store(record(ENVELOPE, change)));
        }
        for (int i = 0; i < 50; i++) {
            SourceRecord restored = payloads.restored().restoreNow(PayloadFields.await(begun.get(i)));
            assertThat(restored.valueSchema()).isEqualTo(ENVELOPE);
            Struct after = ((Struct) restored.value()).getStruct("after");
            assertThat(after.getInt64("id")).isEqualTo(i);
            assertThat(after.getBytes("image")).isEqualTo(bytes(100 + i));
        }
        assertThat(payloads.files()).hasSize(50);
    }

    @Test
    void keepsStringsInlineThatUtf8CannotHold() {
        Schema schema = SchemaBuilder.struct().field("s", Schema.STRING_SCHEMA).build();
        for (String text : List.of("twelve chars\ud800", "\udc00 twelve chars", "twelve \ud83d\ud83d chars")) {
            SourceRecord record = payloads.fields("s").storeNow(record(schema, new Struct(schema).put("s", text)));
            Struct payload = ((Struct) record.value()).getStruct("s");
            assertThat(payload.getString("inline")).isEqualTo(text);
            assertThat(payload.getString("uri")).isNull();
        }
        SourceRecord record = payloads.fields("s")
                .storeNow(record(schema, new Struct(schema).put("s", "twelve \ud83d\ude00 chars??")));
        assertThat(((Struct) record.value()).getStruct("s").getString("uri")).isNotNull();
        assertThat(((Struct) payloads.restored().restoreNow(record).value()).getString("s"))
                .isEqualTo("twelve \ud83d\ude00 chars??");
    }

    @Test
    void refusesPathsToOtherTypesNamingPlacePathAndType() {
        Schema decimal = SchemaBuilder.struct()
                .field("price", Decimal.schema(2))
                .field("count", Schema.INT32_SCHEMA)
                .build();
        assertThatThrownBy(() -> payloads.fields("count").storeNow(record(decimal, new Struct(decimal))))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "A record for images of {server=shop} at {pos=7}: count is INT32; only bytes and strings can"
                                + " be stored elsewhere");
        assertThatThrownBy(() -> payloads.fields("price").storeNow(record(decimal, new Struct(decimal))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("price is org.apache.kafka.connect.data.Decimal of type BYTES");
        assertThatThrownBy(() -> payloads.fields("a[].b")
                        .storeNow(record(null, Map.of("a", List.of(Map.of("b", List.of("secret")))))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("a[].b is ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesWhatIsTooLargeAsBadData() {
        try (FolderPayloads small = new FolderPayloads(
                folder, Map.of(PayloadOptions.THRESHOLD_BYTES.name(), "10", PayloadOptions.MAX_BYTES.name(), "20"))) {
            Struct change = new Struct(ENVELOPE).put("after", row(2, bytes(21))).put("op", "c");
            assertThatThrownBy(() -> small.fields("after.image").storeNow(record(ENVELOPE, change)))
                    .isExactlyInstanceOf(DataException.class)
                    .hasMessage(
                            "A record for images of {server=shop} at {pos=7}: after.image: A payload has 21 bytes, and"
                                    + " payload.max.bytes allows 20");
        }
    }

    @Test
    void failsWithAConnectExceptionWhereTheStoreIsAway() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way", StandardCharsets.UTF_8);
        try (FolderPayloads away =
                new FolderPayloads(file.resolve("below"), Map.of(PayloadOptions.THRESHOLD_BYTES.name(), "10"))) {
            Struct change = new Struct(ENVELOPE).put("after", row(2, bytes(21))).put("op", "c");
            assertThatThrownBy(() -> away.fields("after.image").storeNow(record(ENVELOPE, change)))
                    .isExactlyInstanceOf(ConnectException.class)
                    .isNotInstanceOf(RetriableException.class)
                    .hasMessageStartingWith(
                            "A record for images of {server=shop} at {pos=7}: after.image: Cannot write");
        }
    }

    @Test
    void makesUrlsOfInlineValuesAndRefusesThemOfAFolder() {
        Schema schema = SchemaBuilder.struct()
                .field("b", Schema.OPTIONAL_BYTES_SCHEMA)
                .field("s", Schema.STRING_SCHEMA)
                .build();
        RestoredFields urls = RestoredFields.presignedUrls(List.of(), payloads.reader(), Duration.ofMinutes(5));
        Struct small = new Struct(schema).put("b", new byte[] {1, 2, 3}).put("s", "a?");
        SourceRecord made = urls.restoreNow(payloads.fields("b", "s").storeNow(record(schema, small)));
        Struct value = (Struct) made.value();
        assertThat(value.getString("b")).isEqualTo("data:application/octet-stream;base64,AQID");
        assertThat(value.getString("s")).isEqualTo("data:text/plain;charset=utf-8;base64,YT8=");
        assertThat(value.schema().field("b").schema()).isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);

        SourceRecord stored = payloads.fields("b")
                .storeNow(record(schema, new Struct(schema).put("b", bytes(11)).put("s", "")));
        assertThatThrownBy(() -> urls.restoreNow(stored))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageContaining("b: file:")
                .hasMessageContaining("does not support URLs");
    }

    @Test
    void leavesMapsOfOthersThatLookLikePayloads() {
        String sha256 = "0".repeat(64);
        Map<String, Object> ofAnotherContent = new HashMap<>(
                Map.of("format", "io.millrace.payload.v1.string", "inline", "text", "size", 4, "sha256", sha256));
        ofAnotherContent.put("uri", null);
        for (Map<String, Object> profile : List.<Map<String, Object>>of(
                Map.of("format", "io.millrace.payload.v1.string"),
                Map.of("format", "io.millrace.payload.v1.bytes", "uri", "file:/etc/passwd"),
                Map.of("format", "io.millrace.payload.v1.bytes", "size", 1L, "sha256", sha256),
                Map.of(
                        "format", "io.millrace.payload.v1.bytes",
                        "uri", "file:/x",
                        "size", 1L,
                        "sha256", sha256,
                        "color", "red"),
                ofAnotherContent)) {
            SourceRecord record = record(null, Map.of("profile", profile));
            assertThat(payloads.restored().restoreNow(record).value()).isEqualTo(record.value());
            assertThat(payloads.restored().bytesToRead(record)).isZero();
            assertThat(RestoredFields.presignedUrls(List.of(), payloads.reader(), Duration.ofMinutes(5))
                            .restoreNow(record)
                            .value())
                    .isEqualTo(record.value());
        }
    }

    @Test
    void makesNoUrlOfAContentTypeThatIsNone() {
        RestoredFields urls = RestoredFields.presignedUrls(List.of(), payloads.reader(), Duration.ofMinutes(5));
        for (String type : List.of("text/html,<script>", "text", "a/b;c", "text/html;base64,x")) {
            Map<String, Object> inline =
                    FieldPayload.inline("hi", new byte[] {'h', 'i'}, type).toMap();
            assertThatThrownBy(() -> urls.restoreNow(record(null, Map.of("s", inline))))
                    .isExactlyInstanceOf(DataException.class)
                    .hasMessageContaining("s: a payload's 'contentType' is not a media type");
        }
        Map<String, Object> inline = FieldPayload.inline("hi", new byte[] {'h', 'i'}, "text/html; charset=utf-8")
                .toMap();
        assertThat(urls.restoreNow(record(null, Map.of("s", inline))).value())
                .isEqualTo(Map.of("s", "data:text/html;charset=utf-8;base64,aGk="));
    }

    @Test
    void givesNullForErasedPayloadsOrRefusesThem() {
        Schema schema = SchemaBuilder.struct()
                .field("image", Schema.OPTIONAL_BYTES_SCHEMA)
                .field("text", Schema.STRING_SCHEMA)
                .build();
        Map<String, String> options = new HashMap<>(Troubleshooting.readOptions("A payload was erased"));
        assertThat(options).containsEntry(PayloadOptions.ERASED.name(), "null");
        options.put(PayloadOptions.THRESHOLD_BYTES.name(), "10");
        try (FolderPayloads nulling = new FolderPayloads(folder, options)) {
            SourceRecord image = nulling.fields("image")
                    .storeNow(record(
                            schema, new Struct(schema).put("image", bytes(500)).put("text", "t")));
            SourceRecord text = nulling.fields("text")
                    .storeNow(record(schema, new Struct(schema).put("text", "a text that is stored")));
            SourceRecord map = nulling.fields("images[]").storeNow(record(null, Map.of("images", List.of(bytes(500)))));
            List<StoredObject> stored = new ArrayList<>();
            try (StoredObjects objects =
                    Payloads.openObjects(PayloadOptions.OBJECTS.read(Map.of()), "file:" + folder)) {
                objects.forEach(stored::add);
                objects.erase(stored);
            }

            assertThat(((Struct) nulling.restored().restoreNow(image).value()).get("image"))
                    .isNull();
            assertThat(((Map<?, ?>) nulling.restored().restoreNow(map).value()).get("images"))
                    .isEqualTo(Collections.singletonList(null));
            assertThatThrownBy(() -> nulling.restored().restoreNow(text))
                    .isExactlyInstanceOf(DataException.class)
                    .hasMessageContaining("text: file:")
                    .hasMessageContaining("was erased");
            for (SourceRecord record : List.of(image, text, map)) {
                assertThatThrownBy(() -> payloads.restored().restoreNow(record))
                        .isExactlyInstanceOf(DataException.class)
                        .hasMessageContaining("was erased")
                        .message()
                        .containsPattern(Troubleshooting.symptom("A payload was erased"));
            }
        }
    }

    /** As Avro's converter makes it of a type that contains itself. */
    private static Schema recursive(boolean withPayload) {
        SchemaBuilder node = SchemaBuilder.struct().name("Node").optional();
        if (withPayload) {
            node.field("image", PayloadSchema.of("Node_image", Schema.OPTIONAL_BYTES_SCHEMA));
        }
        return node.field("name", Schema.OPTIONAL_STRING_SCHEMA)
                .field("parent", node)
                .field("children", SchemaBuilder.array(node).optional().build())
                .build();
    }

    @Test
    void visitsARecursiveSchemaOnce() {
        Schema around = SchemaBuilder.struct()
                .field("tree", recursive(false))
                .field("image", Schema.OPTIONAL_BYTES_SCHEMA)
                .build();
        Struct value = new Struct(around)
                .put("tree", new Struct(around.field("tree").schema()).put("name", "root"))
                .put("image", bytes(500));
        SourceRecord stored = payloads.fields("image").storeNow(record(around, value));

        Struct restored = (Struct) payloads.restored().restoreNow(stored).value();

        assertThat(restored.getBytes("image")).isEqualTo(bytes(500));
        assertThat(restored.getStruct("tree").getString("name")).isEqualTo("root");
    }

    @Test
    void refusesARecursiveSchemaWithPayloadsInItsLoop() {
        Schema schema = recursive(true);
        SourceRecord record = record(schema, new Struct(schema).put("name", "root"));

        assertThatThrownBy(() -> payloads.restored().restoreNow(record))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageContaining("Node contains itself");
        assertThat(((Struct) payloads.restored("image").restoreNow(record).value()).getString("name"))
                .isEqualTo("root");
    }

    /** Thousands of references to one large object fit into a small record. */
    @Test
    void refusesARecordWhosePayloadsTogetherExceedTheBudget() {
        try (FolderPayloads small = new FolderPayloads(
                folder,
                Map.of(
                        PayloadOptions.THRESHOLD_BYTES.name(), "10",
                        PayloadOptions.INFLIGHT_BYTES.name(), "1024"))) {
            Map<String, Object> value = Map.of("image", bytes(600));
            Object reference = ((Map<?, ?>)
                            small.fields("image").storeNow(record(null, value)).value())
                    .get("image");

            SourceRecord one = record(null, Map.of("images", List.of(reference)));
            SourceRecord two = record(null, Map.of("images", List.of(reference, reference)));

            assertThat(small.restored().bytesToRead(one)).isEqualTo(600);
            Map<?, ?> restored = (Map<?, ?>) small.restored().restoreNow(one).value();
            assertThat(((List<?>) restored.get("images")).get(0)).isEqualTo(bytes(600));
            assertThatThrownBy(() -> small.restored().restoreNow(two))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("its 2 payloads have 1200 bytes together")
                    .hasMessageContaining("payload.inflight.bytes allows 1024");
        }
    }

    @Test
    void boundsNoRecordWithOneLargePayload() {
        try (FolderPayloads small = new FolderPayloads(
                folder,
                Map.of(
                        PayloadOptions.THRESHOLD_BYTES.name(), "10",
                        PayloadOptions.INFLIGHT_BYTES.name(), "1024"))) {
            SourceRecord record = record(null, Map.of("image", bytes(5_000), "id", 1));

            SourceRecord stored = small.fields("image").storeNow(record);

            assertThat(((Map<?, ?>) small.restored().restoreNow(stored).value()).get("image"))
                    .isEqualTo(bytes(5_000));
            assertThat(small.restored().bytesToRead(record)).isZero();
        }
    }
}
