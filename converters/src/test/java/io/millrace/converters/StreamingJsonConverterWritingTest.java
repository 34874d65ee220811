package io.millrace.converters;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message is compared with JsonConverter's: the bytes, or the exception with its message and causes. */
class StreamingJsonConverterWritingTest {
    private static final String TOPIC = "shop.orders";
    private static final int SCHEMAS = 1500;
    private static final int VALUES = 20;

    @Test
    void writesWhatJsonConverterWritesOfAnySchema() {
        compareRandom("writesWhatJsonConverterWritesOfAnySchema", false);
    }

    @Test
    void answersAsJsonConverterDoesToWrongValues() {
        compareRandom("answersAsJsonConverterDoesToWrongValues", true);
    }

    private static void compareRandom(String test, boolean faults) {
        long seed = new Random().nextLong();
        System.out.println("StreamingJsonConverterWritingTest." + test + ": seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < SCHEMAS; i++) {
            Converters converters = new Converters(randomOptions(random), random.nextBoolean());
            RandomJson values = new RandomJson(random, faults);
            List<Schema> schemas = List.of(values.schema(), values.schema(), values.schema());
            for (int j = 0; j < VALUES; j++) {
                if (random.nextInt(5) == 0) {
                    converters.compare(null, values.schemaless());
                } else {
                    Schema schema = schemas.get(random.nextInt(schemas.size()));
                    converters.compare(schema, values.value(schema));
                }
            }
        }
    }

    private static Map<String, String> randomOptions(Random random) {
        return Map.of(
                "schemas.enable", String.valueOf(random.nextBoolean()),
                "decimal.format", random.nextBoolean() ? "NUMERIC" : "base64",
                "replace.null.with.default", String.valueOf(random.nextBoolean()),
                "schemas.cache.size", List.of("1000", "1000", "2", "1", "0").get(random.nextInt(5)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 127, 128, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, 100_000, 2_000_000})
    void writesTextsOfAnyLength(int length) {
        Converters converters = new Converters(Map.of(), false);
        for (String character : List.of("a", "\n", "\u0001", "ä", "\u2028", "\ud83d\ude00", "\ude00")) {
            converters.compare(Schema.STRING_SCHEMA, "first");
            converters.compare(Schema.STRING_SCHEMA, "b".repeat(length) + character);
            converters.compare(Schema.STRING_SCHEMA, character.repeat(Math.min(length, 100_000)) + "b");
            converters.compare(null, character + "b".repeat(length));
        }
    }

    @Test
    void writesEveryCharacter() {
        Converters converters = new Converters(Map.of("schemas.enable", "false"), false);
        converters.compare(Schema.STRING_SCHEMA, "first");
        StringBuilder all = new StringBuilder();
        for (int c = 0; c <= Character.MAX_VALUE; c++) {
            converters.compare(Schema.STRING_SCHEMA, String.valueOf((char) c));
            all.append((char) c);
        }
        converters.compare(Schema.STRING_SCHEMA, all.toString());
        converters.compare(null, Map.of(all.toString(), all.toString()));
    }

    @Test
    void writesBytesOfAnyLength() {
        Converters converters = new Converters(Map.of("schemas.enable", "false"), false);
        Random random = new Random(1);
        for (int length = 0; length < 2000; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            converters.compare(Schema.BYTES_SCHEMA, bytes);
        }
        converters.compare(Schema.BYTES_SCHEMA, new byte[3_000_000]);
    }

    @Test
    void writesNumbersOfAnyLength() {
        Converters converters = new Converters(Map.of("schemas.enable", "false"), false);
        for (long number = 1; number != 0; number *= 10) {
            for (long near : new long[] {number - 1, number, number + 1, -number, Long.MAX_VALUE, Long.MIN_VALUE}) {
                converters.compare(Schema.INT64_SCHEMA, near);
                converters.compare(Schema.INT32_SCHEMA, (int) near);
                converters.compare(Schema.FLOAT64_SCHEMA, (double) near);
                converters.compare(Schema.FLOAT32_SCHEMA, 1f / near);
            }
        }
    }

    @Test
    void writesNullAndDefaults() {
        for (String replace : List.of("true", "false")) {
            for (String schemas : List.of("true", "false")) {
                Converters converters =
                        new Converters(Map.of("replace.null.with.default", replace, "schemas.enable", schemas), false);
                Schema list = SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA)
                        .defaultValue(Arrays.asList(1, null))
                        .build();
                Schema map = SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.BOOLEAN_SCHEMA)
                        .optional()
                        .defaultValue(Map.of("a", true))
                        .build();
                Schema row = SchemaBuilder.struct()
                        .field("list", list)
                        .field("map", map)
                        .field(
                                "total",
                                Decimal.builder(2)
                                        .defaultValue(new BigDecimal("1.50"))
                                        .build())
                        .field("note", Schema.OPTIONAL_STRING_SCHEMA)
                        .optional()
                        .build();
                for (int i = 0; i < 2; i++) {
                    converters.compare(null, null);
                    converters.compare(list, null);
                    converters.compare(map, null);
                    converters.compare(row, null);
                    converters.compare(row, new Struct(row));
                    converters.compare(
                            row, new Struct(row).put("list", List.of()).put("total", new BigDecimal("2.00")));
                    converters.compare(Schema.STRING_SCHEMA, null);
                    converters.compare(null, Collections.singletonMap(null, Arrays.asList(null, 1)));
                }
            }
        }
    }

    @Test
    void writesSchemasThatAreEqual() {
        for (String size : List.of("1000", "1")) {
            Converters converters = new Converters(Map.of("schemas.cache.size", size), true);
            for (int i = 0; i < 5; i++) {
                Schema row = newRowSchema("shop.Order");
                Schema other = newRowSchema("shop.Other");
                converters.compare(row, newRow(row, i));
                converters.compare(row, newRow(newRowSchema("shop.Order"), i));
                converters.compare(row, newRow(other, i));
                converters.compare(other, newRow(other, i));
            }
        }
    }

    private static Schema newRowSchema(String name) {
        Schema customer = SchemaBuilder.struct()
                .name("shop.Customer")
                .field("id", Schema.INT64_SCHEMA)
                .build();
        return SchemaBuilder.struct()
                .name(name)
                .version(3)
                .field("id", Schema.INT32_SCHEMA)
                .field("customer", customer)
                .field("placed_at", Timestamp.SCHEMA)
                .field(
                        "customers",
                        SchemaBuilder.map(customer, Schema.STRING_SCHEMA).build())
                .build();
    }

    private static Struct newRow(Schema schema, int id) {
        Schema customerSchema = schema.field("customer").schema();
        Struct customer = new Struct(customerSchema).put("id", 17L);
        return new Struct(schema)
                .put("id", id)
                .put("customer", customer)
                .put("placed_at", Timestamp.toLogical(Timestamp.SCHEMA, 1_700_000_000_000L))
                .put("customers", Map.of(customer, "text"));
    }

    /** A schema may have a field twice if it is made without Connect's builder. */
    @Test
    void writesUnusualSchemas() {
        Converters converters = new Converters(Map.of(), false);
        Converters withoutSchemas = new Converters(Map.of("schemas.enable", "false"), false);
        Schema twice = new ConnectSchema(
                Schema.Type.STRUCT,
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(new Field("a", 0, Schema.INT32_SCHEMA), new Field("a", 1, Schema.INT64_SCHEMA)),
                null,
                null);
        Schema anything = new ConnectSchema(Schema.Type.ARRAY);
        Schema unnamed = new ConnectSchema(
                Schema.Type.STRUCT,
                true,
                null,
                null,
                null,
                null,
                null,
                Arrays.asList(new Field(null, 0, Schema.INT32_SCHEMA)),
                null,
                null);
        Schema deep = Schema.INT32_SCHEMA;
        Object deepValue = 1;
        for (int i = 0; i < 120; i++) {
            deep = SchemaBuilder.array(deep).build();
            deepValue = List.of(deepValue);
        }
        SchemaBuilder unfinished = SchemaBuilder.struct().field("a", Schema.OPTIONAL_INT32_SCHEMA);
        Object tooDeep = 1;
        for (int i = 0; i < 1200; i++) {
            tooDeep = List.of(tooDeep);
        }
        for (int i = 0; i < 3; i++) {
            converters.compare(twice, new Struct(twice).put(twice.field("a"), 1L));
            converters.compare(unnamed, null);
            withoutSchemas.compare(unnamed, null);
            withoutSchemas.compare(twice, new Struct(twice).put(twice.field("a"), 1L));
            converters.compare(anything, Arrays.asList(1, "a", null));
            converters.compare(deep, deepValue);
            converters.compare(null, deepValue);
            converters.compare(null, tooDeep);
            converters.compare(unfinished, new Struct(unfinished));
            unfinished.field("more" + i, Schema.OPTIONAL_STRING_SCHEMA);
        }
    }

    /** Of these, some have several keys with the same text. */
    @Test
    @SuppressWarnings({"UnnecessaryStringBuilder", "IdentityHashMapUsage"})
    void writesMapsOfAnyClass() {
        Converters converters = new Converters(Map.of("schemas.enable", "false"), false);
        Schema schema = SchemaBuilder.map(Schema.OPTIONAL_STRING_SCHEMA, Schema.OPTIONAL_INT32_SCHEMA)
                .build();
        Map<Object, Object> builders = new HashMap<>();
        builders.put(new StringBuilder("a"), 1);
        builders.put(new StringBuilder("a"), 2);
        Map<Object, Object> identical = new IdentityHashMap<>();
        identical.put("a", 1);
        identical.put(new String(new char[] {'a'}), 2);
        for (Map<?, ?> map : List.of(
                Map.of("a", 1),
                new TreeMap<>(Map.of("b", 1, "a", 2)),
                builders,
                identical,
                Collections.unmodifiableMap(identical),
                Collections.singletonMap(null, null),
                Map.of())) {
            converters.compare(schema, map);
            converters.compare(null, map);
        }
    }

    @Test
    void writesOnSeveralThreads() throws Exception {
        Converters converters = new Converters(Map.of("schemas.cache.size", "3"), false);
        List<Schema> schemas = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            schemas.add(newRowSchema("shop.N" + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Void>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Random random = new Random(thread);
                Callable<Void> writing = () -> {
                    for (int i = 0; i < 2_000; i++) {
                        Schema schema = schemas.get(random.nextInt(schemas.size()));
                        converters.compare(schema, newRow(schema, random.nextInt()));
                        converters.compare(null, Map.of("i", "x".repeat(random.nextInt(5_000))));
                    }
                    return null;
                };
                done.add(threads.submit(writing));
            }
            for (Future<Void> thread : done) {
                thread.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void hasTheOptionsOfJsonConverter() {
        Converters converters = new Converters(Map.of(), false);
        assertThat(converters.streaming.config().names())
                .isEqualTo(converters.json.config().names());
    }

    @Test
    void answersAsJsonConverterDoesBeforeItsConfiguration() {
        assertThat(answer(() -> new StreamingJsonConverter().fromConnectData(TOPIC, Schema.INT32_SCHEMA, 1)))
                .isEqualTo(answer(() -> new JsonConverter().fromConnectData(TOPIC, Schema.INT32_SCHEMA, 1)));
    }

    private static Object answer(Callable<byte[]> conversion) {
        try {
            byte[] message = conversion.call();
            return message == null ? "null" : new String(message, StandardCharsets.ISO_8859_1);
        } catch (Exception e) {
            List<String> causes = new ArrayList<>();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                causes.add(cause.toString());
            }
            return causes;
        }
    }

    /** Both converters with the same options. */
    private static final class Converters {
        private final JsonConverter json = new JsonConverter();
        private final StreamingJsonConverter streaming = new StreamingJsonConverter();
        private final Map<String, String> options;

        Converters(Map<String, String> options, boolean isKey) {
            this.options = options;
            json.configure(options, isKey);
            streaming.configure(options, isKey);
        }

        void compare(Schema schema, Object value) {
            Object expected = answer(() -> json.fromConnectData(TOPIC, schema, value));
            // JsonConverter writes the first message of a schema.
            for (int i = 0; i < 2; i++) {
                assertThat(answer(() -> streaming.fromConnectData(TOPIC, schema, value)))
                        .as("%s with %s", schema, options)
                        .isEqualTo(expected);
            }
            assertThat(answer(() -> streaming.fromConnectData(TOPIC, new RecordHeaders(), schema, value)))
                    .isEqualTo(expected);
            assertThat(answer(() -> streaming.fromConnectHeader(TOPIC, "h", schema, value)))
                    .isEqualTo(expected);
        }
    }
}
