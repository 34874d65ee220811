package io.millrace.converters.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages are written here, and which by JsonConverter. */
class MessageWriterTest {
    private static final Schema EVERYTHING = SchemaBuilder.struct()
            .field("int8", Schema.INT8_SCHEMA)
            .field("int16", Schema.INT16_SCHEMA)
            .field("int32", Schema.INT32_SCHEMA)
            .field("int64", Schema.INT64_SCHEMA)
            .field("float32", Schema.FLOAT32_SCHEMA)
            .field("float64", Schema.FLOAT64_SCHEMA)
            .field("boolean", Schema.BOOLEAN_SCHEMA)
            .field("string", Schema.STRING_SCHEMA)
            .field("bytes", Schema.BYTES_SCHEMA)
            .field("buffer", Schema.BYTES_SCHEMA)
            .field("decimal", Decimal.schema(2))
            .field("date", Date.SCHEMA)
            .field("time", Time.SCHEMA)
            .field("timestamp", Timestamp.SCHEMA)
            .field("array", SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build())
            .field(
                    "object",
                    SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build())
            .field(
                    "pairs",
                    SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.STRING_SCHEMA).build())
            .field("struct", SchemaBuilder.struct().optional().build())
            .field("default", SchemaBuilder.int32().defaultValue(7).build())
            .field("null", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private final Map<String, String> options = new HashMap<>(Map.of("converter.type", "value"));
    private final JsonConverter converter = new JsonConverter();

    @ParameterizedTest
    @ValueSource(strings = {"", "schemas.enable=false", "decimal.format=NUMERIC", "replace.null.with.default=false"})
    void writesEveryTypeAfterTheFirstMessage(String option) {
        MessageWriter writer = newWriter(option);
        Struct value = newValue();
        // Of these, JsonConverter refuses a missing value without its default.
        if (option.startsWith("replace")) {
            value.put("default", 8);
        }
        assertThat(writer.write(EVERYTHING, value)).isNull();
        byte[] message = converter.fromConnectData("t", EVERYTHING, value);
        writer.learn(EVERYTHING, value, message);
        assertThat(writer.write(EVERYTHING, value)).isEqualTo(message);
    }

    private static Struct newValue() {
        return new Struct(EVERYTHING)
                .put("int8", (byte) -1)
                .put("int16", (short) 300)
                .put("int32", 17)
                .put("int64", Long.MIN_VALUE)
                .put("float32", 0.1f)
                .put("float64", Double.NaN)
                .put("boolean", true)
                .put("string", "Jordaan & Söhne 😀")
                .put("bytes", new byte[] {1, 2})
                .put("buffer", ByteBuffer.wrap(new byte[] {3, 4}))
                .put("decimal", new BigDecimal("-1.50"))
                .put("date", Date.toLogical(Date.SCHEMA, -3))
                .put("time", Time.toLogical(Time.SCHEMA, 1))
                .put("timestamp", Timestamp.toLogical(Timestamp.SCHEMA, -1))
                .put("array", Arrays.asList("a", null))
                .put("object", Map.of("a", 1))
                .put("pairs", Map.of(1, "a"))
                .put("struct", new Struct(EVERYTHING.field("struct").schema()));
    }

    @Test
    void writesValuesWithoutSchemasAtOnce() {
        Object value = Arrays.asList(
                1,
                2L,
                (short) 3,
                (byte) 4,
                0.5,
                0.5f,
                "a",
                true,
                null,
                Map.of("a", List.of()),
                Map.of(1, 2),
                new byte[] {1},
                ByteBuffer.wrap(new byte[] {1}));
        for (String option : List.of("", "schemas.enable=false")) {
            assertThat(newWriter(option).write(null, value)).isEqualTo(converter.fromConnectData("t", null, value));
        }
    }

    @Test
    void leavesUnusualValuesToJsonConverter() {
        MessageWriter writer = newWriter("schemas.enable=false");
        byte[] bytes = {1, 2, 3};
        for (Object value : List.of(
                ByteBuffer.wrap(bytes, 1, 2),
                ByteBuffer.wrap(bytes).slice(1, 2),
                ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
                new BigDecimal("1.5"),
                CharBuffer.wrap("a"),
                newValue(),
                new IdentityHashMap<>(Map.of(new String(new char[] {'a'}), 1, "b", 2)) {
                    private static final long serialVersionUID = 1L;

                    {
                        put(new String(new char[] {'b'}), 3);
                    }
                })) {
            assertThat(writer.write(null, value)).as(value.toString()).isNull();
        }
        learn(writer, Schema.BYTES_SCHEMA, bytes);
        assertThat(writer.write(Schema.BYTES_SCHEMA, ByteBuffer.wrap(bytes, 0, 2)))
                .isNull();
        assertThat(writer.write(Schema.BYTES_SCHEMA, "text")).isNull();
        assertThat(writer.write(Schema.BYTES_SCHEMA, null)).isNull();
        assertThat(writer.write(Schema.BYTES_SCHEMA, bytes)).isNotNull();
    }

    @Test
    void leavesStructsOfASubclassToJsonConverter() {
        MessageWriter writer = newWriter("");
        learn(writer, EVERYTHING, newValue());
        Schema empty = SchemaBuilder.struct().build();
        learn(writer, empty, new Struct(empty));
        assertThat(writer.write(empty, new Struct(empty))).isNotNull();
        assertThat(writer.write(empty, new Struct(empty) {})).isNull();
    }

    @Test
    void leavesUnusualSchemasToJsonConverter() {
        MessageWriter writer = newWriter("");
        SchemaBuilder unfinished = SchemaBuilder.int32();
        Schema withUnfinished = SchemaBuilder.array(unfinished).build();
        Schema deep = Schema.INT32_SCHEMA;
        Object deepValue = 1;
        for (int i = 0; i < 100; i++) {
            deep = SchemaBuilder.array(deep).build();
            deepValue = List.of(deepValue);
        }
        Schema lessDeep = deep.valueSchema();
        Object lessDeepValue = ((List<?>) deepValue).get(0);
        learn(writer, unfinished, 1);
        learn(writer, withUnfinished, List.of(1));
        learn(writer, deep, deepValue);
        learn(writer, lessDeep, lessDeepValue);
        assertThat(writer.write(unfinished, 1)).isNull();
        assertThat(writer.write(withUnfinished, List.of(1))).isNull();
        assertThat(writer.write(deep, deepValue)).isNull();
        assertThat(writer.write(lessDeep, lessDeepValue)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'schema':{'type':'int32','optional':false},'payload':01}",
                "{'schema':{'type':'int32','optional':false},'payload':1} ",
                "{'scheme':{'type':'int32','optional':false},'payload':1}",
                "{'payload':1}",
                "1",
                ""
            })
    void leavesASchemaToAJsonConverterThatWritesOtherBytes(String message) {
        for (String option : List.of("", "schemas.enable=false")) {
            MessageWriter writer = newWriter(option);
            byte[] others = (option.isEmpty() ? message : message + " ")
                    .replace('\'', '"')
                    .getBytes(StandardCharsets.UTF_8);
            writer.learn(Schema.INT32_SCHEMA, 1, others);
            learn(writer, Schema.INT32_SCHEMA, 1);
            assertThat(writer.write(Schema.INT32_SCHEMA, 1)).isNull();
            learn(writer, Schema.INT64_SCHEMA, 1L);
            assertThat(writer.write(Schema.INT64_SCHEMA, 1L)).isNotNull();
        }
    }

    @Test
    void learnsASchemaFromALaterMessage() {
        MessageWriter writer = newWriter("");
        ByteBuffer partial = ByteBuffer.wrap(new byte[] {1, 2}, 0, 1);
        learn(writer, Schema.BYTES_SCHEMA, partial);
        assertThat(writer.write(Schema.BYTES_SCHEMA, new byte[] {1})).isNull();
        learn(writer, Schema.BYTES_SCHEMA, new byte[] {1});
        assertThat(writer.write(Schema.BYTES_SCHEMA, new byte[] {2})).isNotNull();
    }

    @Test
    void recognisesAnEqualSchema() {
        MessageWriter writer = newWriter("");
        for (int i = 0; i < 3; i++) {
            Schema schema = SchemaBuilder.struct()
                    .name("shop.Order")
                    .field("id", Schema.INT32_SCHEMA)
                    .build();
            Struct value = new Struct(schema).put("id", 1);
            assertThat(writer.write(schema, value) != null).isEqualTo(i > 0);
            learn(writer, schema, value);
            assertThat(writer.write(schema, value)).isEqualTo(converter.fromConnectData("t", schema, value));
        }
    }

    @Test
    void remembersTheSchemasThatWereUsedLast() {
        MessageWriter writer = newWriter("schemas.cache.size=3");
        List<Schema> schemas = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            schemas.add(SchemaBuilder.string().name("n" + i).build());
        }
        schemas.forEach(schema -> learn(writer, schema, "a"));
        assertThat(schemas.stream().map(schema -> writer.write(schema, "b") != null))
                .containsExactly(false, false, false, false, false, false, false, true, true, true);
    }

    @Test
    void remembersMoreSchemasThanAreFoundByIdentity() {
        MessageWriter writer = newWriter("schemas.cache.size=1000");
        List<Schema> schemas = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            schemas.add(SchemaBuilder.string().name("n" + i).build());
        }
        schemas.forEach(schema -> learn(writer, schema, "a"));
        assertThat(schemas).allSatisfy(schema -> assertThat(writer.write(schema, "b"))
                .isEqualTo(converter.fromConnectData("t", schema, "b")));
    }

    @Test
    void remembersNoSchemaIfThereIsNoCache() {
        MessageWriter writer = newWriter("schemas.cache.size=0");
        learn(writer, Schema.INT32_SCHEMA, 1);
        assertThat(writer.write(Schema.INT32_SCHEMA, 1)).isNull();
    }

    private MessageWriter newWriter(String option) {
        if (!option.isEmpty()) {
            String[] parts = option.split("=", 2);
            options.put(parts[0], parts[1]);
        }
        converter.configure(options);
        return new MessageWriter(new JsonConverterConfig(options));
    }

    private void learn(MessageWriter writer, Schema schema, Object value) {
        writer.learn(schema, value, converter.fromConnectData("t", schema, value));
    }
}
