package io.millrace.payloads.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.payloads.Codec;
import io.millrace.payloads.config.PayloadOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random records there and back; {@code -Dmillrace.seed=N} repeats a run. */
class RoundTripTest {
    private static final int THRESHOLD = 1000;
    private static final int RECORDS = 5;
    private static final String[] PATHS = {
        "before.image",
        "after.image",
        "before.note",
        "after.note",
        "documents[].body",
        "pages[]",
        "grid[][]",
        "parts.*",
        "files.*.body",
        "deep.er.text",
        "plain"
    };

    private static final Schema IMAGE = SchemaBuilder.bytes()
            .name("shop.Image")
            .version(3)
            .doc("what is seen")
            .parameter("length", "16777216")
            .optional()
            .build();
    private static final Schema NOTE =
            SchemaBuilder.string().optional().defaultValue("none").build();
    private static final Schema ROW = SchemaBuilder.struct()
            .name("shop.Value")
            .field("id", Schema.INT64_SCHEMA)
            .field("image", IMAGE)
            .field("note", NOTE)
            .optional()
            .build();
    private static final Schema DOCUMENT = SchemaBuilder.struct()
            .name("shop.Document")
            .field("body", Schema.BYTES_SCHEMA)
            .field("title", Schema.STRING_SCHEMA)
            .build();
    private static final Schema DEEP = SchemaBuilder.struct()
            .field(
                    "er",
                    SchemaBuilder.struct()
                            .field("text", Schema.OPTIONAL_STRING_SCHEMA)
                            .optional()
                            .build())
            .build();
    private static final Schema VALUE = SchemaBuilder.struct()
            .name("shop.Envelope")
            .version(2)
            .doc("a change")
            .field("before", ROW)
            .field("after", ROW)
            .field("documents", SchemaBuilder.array(DOCUMENT).optional().build())
            .field("pages", SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build())
            .field(
                    "grid",
                    SchemaBuilder.array(SchemaBuilder.array(Schema.BYTES_SCHEMA).build())
                            .build())
            .field(
                    "parts",
                    SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_BYTES_SCHEMA)
                            .build())
            .field("files", SchemaBuilder.map(Schema.STRING_SCHEMA, DOCUMENT).build())
            .field("deep", DEEP)
            .field("plain", Schema.STRING_SCHEMA)
            .field("untouched", Schema.OPTIONAL_BYTES_SCHEMA)
            .build();

    @TempDir
    Path folder;

    private Random random;

    @ParameterizedTest
    @EnumSource
    void givesBackEveryValueAndEverySchema(Wire wire) {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("millrace.seed=" + seed + " " + wire);
        random = new Random(seed);
        for (Codec codec : Codec.values()) {
            try (FolderPayloads payloads = payloads(codec)) {
                PayloadFields fields = payloads.fields(PATHS);
                RestoredFields everywhere = payloads.restored();
                RestoredFields listed = payloads.restored(PATHS);
                for (int i = 0; i < RECORDS; i++) {
                    SourceRecord original = record(VALUE, value());
                    SinkRecord carried = wire.carry(fields.storeNow(original));
                    SinkRecord restored = (i % 2 == 0 ? everywhere : listed).restoreNow(carried);
                    if (wire == Wire.JSON_WITHOUT_SCHEMAS) {
                        assertThat(restored.valueSchema()).isNull();
                    } else {
                        assertThat(restored.valueSchema()).isEqualTo(VALUE);
                    }
                    assertThat(plain(restored.value(), wire)).isEqualTo(plain(original.value(), wire));
                }
                assertThat(payloads.files()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NOTHING", "JSON_WITHOUT_SCHEMAS"})
    void givesBackEveryValueWithoutSchemas(Wire wire) {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("millrace.seed=" + seed + " " + wire);
        random = new Random(seed);
        for (Codec codec : Codec.values()) {
            try (FolderPayloads payloads = payloads(codec)) {
                PayloadFields fields = payloads.fields(PATHS);
                RestoredFields restored = payloads.restored();
                for (int i = 0; i < RECORDS; i++) {
                    Object value = map(value());
                    SinkRecord carried = wire.carry(fields.storeNow(record(null, value)));
                    assertThat(plain(restored.restoreNow(carried).value(), wire))
                            .isEqualTo(plain(value, wire));
                }
                assertThat(payloads.files()).isNotEmpty();
            }
        }
    }

    private FolderPayloads payloads(Codec codec) {
        return new FolderPayloads(
                folder.resolve(codec.toString()),
                Map.of(
                        PayloadOptions.CODEC.name(), codec.toString(),
                        PayloadOptions.THRESHOLD_BYTES.name(), Integer.toString(THRESHOLD)));
    }

    private static SourceRecord record(Schema schema, Object value) {
        return new SourceRecord(Map.of(), Map.of(), "changes", null, null, null, schema, value);
    }

    private Struct value() {
        Struct value = new Struct(VALUE)
                .put("before", random.nextInt(3) == 0 ? null : row())
                .put("after", random.nextInt(3) == 0 ? null : row())
                .put("documents", random.nextInt(5) == 0 ? null : List.of(document(), document()))
                .put("plain", text())
                .put("untouched", bytes());
        List<String> pages = new ArrayList<>();
        Map<String, Object> parts = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            pages.add(random.nextInt(4) == 0 ? null : text());
            parts.put("part" + i, random.nextInt(4) == 0 ? null : bytes());
        }
        value.put("pages", pages)
                .put("parts", parts)
                .put("grid", List.of(List.of(bytes(), bytes()), List.of(), List.of(bytes())))
                .put("files", Map.of("a", document()));
        Struct deep = new Struct(DEEP);
        if (random.nextBoolean()) {
            deep.put("er", new Struct(DEEP.field("er").schema()).put("text", random.nextBoolean() ? text() : null));
        }
        return value.put("deep", deep);
    }

    private Struct row() {
        return new Struct(ROW)
                .put("id", random.nextLong())
                .put("image", random.nextInt(4) == 0 ? null : ByteBuffer.wrap(bytes()))
                .put("note", text());
    }

    private Struct document() {
        return new Struct(DOCUMENT).put("body", bytes()).put("title", "a title");
    }

    /** Round the threshold, small, or, seldom, large; compressible or not. */
    private int size() {
        return switch (random.nextInt(40)) {
            case 0 -> 1024 * 1024 + random.nextInt(2 * 1024 * 1024);
            case 1, 2, 3, 4, 5, 6, 7, 8 -> THRESHOLD - 2 + random.nextInt(5);
            case 9, 10 -> 0;
            default -> random.nextInt(2 * THRESHOLD);
        };
    }

    private byte[] bytes() {
        byte[] bytes = new byte[size()];
        if (random.nextBoolean()) {
            random.nextBytes(bytes);
        }
        return bytes;
    }

    private String text() {
        int size = size();
        StringBuilder text = new StringBuilder(size);
        String alphabet = random.nextBoolean() ? "ab?\"\\" : "a\u00e9\u20ac\u0000\n";
        while (text.length() < size) {
            text.append(random.nextInt(50) == 0 ? "\ud83d\ude00" : alphabet.charAt(random.nextInt(5)));
        }
        return text.toString();
    }

    /** The Struct as maps. */
    private static Object map(Object value) {
        if (value instanceof Struct struct) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Field field : struct.schema().fields()) {
                map.put(field.name(), map(struct.getWithoutDefault(field.name())));
            }
            return map;
        }
        if (value instanceof Map<?, ?> content) {
            Map<Object, Object> map = new LinkedHashMap<>();
            content.forEach((key, inside) -> map.put(key, map(inside)));
            return map;
        }
        if (value instanceof List<?> list) {
            List<Object> made = new ArrayList<>();
            list.forEach(element -> made.add(map(element)));
            return made;
        }
        return value;
    }

    /** Bytes as buffers, which can be compared; and, where JSON has written what is not on a path, as base64. */
    private static Object plain(Object value, Wire wire) {
        Object plain = comparable(map(value));
        if (plain instanceof Map<?, ?> map && wire == Wire.JSON_WITHOUT_SCHEMAS) {
            Map<Object, Object> rest = new LinkedHashMap<>(map);
            Object untouched = rest.get("untouched");
            if (untouched instanceof ByteBuffer bytes) {
                rest.put("untouched", Base64.getEncoder().encodeToString(FieldBytes.bytes(bytes)));
            }
            return rest;
        }
        return plain;
    }

    private static Object comparable(Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof Map<?, ?> content) {
            Map<Object, Object> map = new LinkedHashMap<>();
            content.forEach((key, inside) -> map.put(key, comparable(inside)));
            return map;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RoundTripTest::comparable).toList();
        }
        return value;
    }
}
