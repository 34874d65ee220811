package io.millrace.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.ThreadMXBean;
import io.millrace.events.EventHeaders;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Change events that were truncated, blown up and garbled, 20,000 of them: each is refused as data, or dropped or passed as
 * what it still is, or gives the event that what is left of it says. None gives another event, none another exception, and
 * none takes long, or more than 50 MB.
 */
class MalformedRecordsTest {
    private static final int RECORDS = 10_000;
    private static final long MAX_ALLOCATED = 50_000_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Duration NO_HANG = Duration.ofMinutes(2);
    private static final String SECRET = "UPDATE orders SET status = 'hush' /*requestId='r-1'*/";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static final String KEY = "key: order_id = row.id";
    private static final Map<String, String> RULES = Map.of(
            "table.1",
            "shop.orders; " + KEY + "; topic: orders; revision: row.version",
            "rule.1",
            "Placed; table: shop.orders; on: create, read; fields: order_id = row.id, status, total, "
                    + "tags: [string]? = json(row.document).tags, price: decimal(2)? = json(row.document).price",
            "rule.2",
            "Paid; table: shop.orders; on: update; when: before.status != 'PAID' && after.status == 'PAID'; "
                    + "fields: order_id = row.id, masked = mask(row.status, 2)",
            "rule.3",
            "Changed; table: shop.orders; on: update; fields: order_id = row.id, status, total",
            "rule.4",
            "Gone; table: shop.orders; on: delete; tombstone",
            "rule.5",
            "Emptied; table: shop.orders; on: truncate; key: none; revision: none; fields: why = 'truncate'");

    /** What a record must become, if it is not refused. */
    private sealed interface Expected {
        record Event(String type, Object key, Object value, String id, String revision) implements Expected {}

        record Dropped() implements Expected {}

        record Passed() implements Expected {}

        record Refused(String why) implements Expected {}
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyRecordHasAnAnswer(boolean structs) {
        long seed = Long.getLong("millrace.seed", new Random().nextLong());
        System.out.println("Repeat this run with -Dmillrace.seed=" + seed);
        Random random = new Random(seed);
        InjectContext<SourceRecord> context = new InjectContext<>();
        context.configure(Map.of(
                "keys", "requestId,userId",
                "sources", "comment,column,generated",
                "column.names", "userId=note",
                "generate", "requestId"));
        ToOfficialEvent<SourceRecord> event = new ToOfficialEvent<>();
        event.configure(RULES);
        Map<String, Integer> answers = new HashMap<>();
        assertTimeoutPreemptively(NO_HANG, () -> {
            for (int i = 0; i < RECORDS; i++) {
                SourceRecord record = record(random, structs);
                String answer;
                try {
                    long before = THREADS.getCurrentThreadAllocatedBytes();
                    answer = check(record, context, event);
                    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                            .isLessThan(MAX_ALLOCATED);
                } catch (RuntimeException | AssertionError | StackOverflowError e) {
                    throw new AssertionError("record " + i + ": " + brief(record), e);
                }
                answers.merge(answer, 1, Integer::sum);
            }
        });
        // Otherwise the test would prove nothing.
        assertThat(answers.keySet()).contains("refused", "dropped", "Placed", "Paid", "Changed", "Gone", "Emptied");
        assertThat(answers.values()).allSatisfy(count -> assertThat(count).isGreaterThan(20));
    }

    // What is passed on is the record itself.
    @SuppressWarnings("ReferenceEquality")
    private static String check(
            SourceRecord record, InjectContext<SourceRecord> context, ToOfficialEvent<SourceRecord> transform) {
        Expected expected = expected(record);
        SourceRecord withContext;
        SourceRecord result;
        try {
            // Looked at first, the record would have been copied before the rules read it.
            if (isContainer(member(record.value(), "source"))) {
                assertThat(has(member(context.apply(record).value(), "source"), "query"))
                        .isFalse();
            }
            withContext = context.apply(record);
            result = transform.apply(withContext);
        } catch (DataException e) {
            // The table and the place in the binlog are said, and are no values.
            Object source = member(record.value(), "source");
            String said = record.sourceOffset() + " " + member(source, "db") + " " + member(source, "table");
            if (!said.contains("hush")) {
                assertThat(e.getMessage()).doesNotContain("hush").hasSizeLessThan(20_000);
            }
            return "refused";
        }
        if (result == null) {
            assertThat(expected).isInstanceOf(Expected.Dropped.class);
            return "dropped";
        }
        if (result == withContext) {
            assertThat(expected).isInstanceOf(Expected.Passed.class);
            return "passed";
        }
        assertThat(expected).isInstanceOf(Expected.Event.class);
        Expected.Event event = (Expected.Event) expected;
        assertThat(EventHeaders.text(result.headers(), "ce_type")).hasValue(event.type());
        assertThat(EventHeaders.text(result.headers(), "ce_revision")).isEqualTo(Optional.ofNullable(event.revision()));
        assertThat(Objects.deepEquals(plain(result.key()), event.key())).isTrue();
        assertThat(plain(result.value())).isEqualTo(event.value());
        if (event.id() != null) {
            assertThat(EventHeaders.text(result.headers(), "ce_id")).hasValue(event.id());
        }
        return event.type();
    }

    private static Expected expected(SourceRecord record) {
        Object value = record.value();
        if (value == null) {
            return new Expected.Dropped();
        }
        Object source = member(value, "source");
        Object op = member(value, "op");
        if (!isContainer(value)
                || !isContainer(source)
                || !List.of("c", "u", "d", "r", "t").contains(Objects.requireNonNullElse(op, ""))) {
            return new Expected.Passed();
        }
        if (!"shop".equals(member(source, "db")) || !"orders".equals(member(source, "table"))) {
            return new Expected.Dropped();
        }
        Object before = member(value, "before");
        Object after = member(value, "after");
        Object row = "d".equals(op) ? before : after;
        if (op.equals("t")) {
            return new Expected.Event("Emptied", null, Map.of("why", "truncate"), id(record, op), null);
        }
        if (!isContainer(row)) {
            return new Expected.Refused("no row");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("order_id", member(row, "id"));
        Map<String, Object> key = new LinkedHashMap<>(fields);
        String type =
                switch ((String) op) {
                    case "c", "r" -> "Placed";
                    case "d" -> "Gone";
                    default ->
                        !"PAID".equals(member(before, "status")) && "PAID".equals(member(after, "status"))
                                ? "Paid"
                                : "Changed";
                };
        if (!has(row, "id") || !has(row, "version")) {
            return new Expected.Refused("no column");
        }
        if (type.equals("Paid")) {
            fields.put("masked", "***ID");
        } else if (!type.equals("Gone")) {
            if (!has(row, "status") || !has(row, "total")) {
                return new Expected.Refused("no column");
            }
            fields.put("status", plain(member(row, "status")));
            fields.put("total", plain(member(row, "total")));
        }
        if (type.equals("Placed")) {
            try {
                JsonNode document = member(row, "document") == null
                        ? JSON.nullNode()
                        : JSON.readTree((String) member(row, "document"));
                fields.put("tags", tags(document.path("tags")));
                fields.put("price", price(document.path("price")));
            } catch (JsonProcessingException | ClassCastException | ArithmeticException | IllegalStateException e) {
                return new Expected.Refused("no document");
            }
        }
        fields.replaceAll((name, field) -> plain(field));
        key.replaceAll((name, field) -> plain(field));
        Object version = member(row, "version");
        String revision = version instanceof BigDecimal decimal
                ? Math.abs(decimal.scale()) > 1_000
                        ? "refused"
                        : decimal.toBigInteger().toString()
                : String.valueOf(version);
        return new Expected.Event(type, key, type.equals("Gone") ? null : fields, id(record, op), revision);
    }

    private static BigDecimal price(JsonNode price) {
        if (!price.isNumber()) {
            return null;
        }
        if (price.decimalValue().scale() < -1_000) {
            throw new IllegalStateException("no price");
        }
        return price.decimalValue().setScale(2);
    }

    private static List<String> tags(JsonNode tags) {
        if (tags.isNull() || tags.isMissingNode()) {
            return null;
        }
        List<String> list = new ArrayList<>();
        for (JsonNode tag : tags) {
            if (!tag.isTextual()) {
                throw new IllegalStateException("no text");
            }
            list.add(tag.asText());
        }
        return list;
    }

    /** The id as its grammar says; null where it is a snapshot's, which has a hash. */
    private static String id(SourceRecord record, Object op) {
        if (op.equals("r")) {
            return null;
        }
        Map<String, ?> offset = Objects.requireNonNullElse(record.sourceOffset(), Map.of());
        Object gtid = member(member(record.value(), "source"), "gtid");
        String place = gtid != null && !gtid.equals("")
                ? gtid.toString()
                : offset.get("server_id") + ":" + offset.get("file") + ":" + offset.get("pos");
        return (place + ":" + offset.get("event") + ":" + offset.get("row") + ":" + op)
                .replace(":null", ":0")
                .replace("null:", "0:");
    }

    private static boolean isContainer(Object value) {
        return value instanceof Map || value instanceof Struct;
    }

    private static boolean has(Object container, String name) {
        return container instanceof Struct struct
                ? struct.schema().field(name) != null
                : container instanceof Map<?, ?> map && map.containsKey(name);
    }

    private static Object member(Object container, String name) {
        if (!has(container, name)) {
            return null;
        }
        return container instanceof Struct struct ? struct.getWithoutDefault(name) : ((Map<?, ?>) container).get(name);
    }

    private static Object plain(Object value) {
        if (value instanceof Struct struct) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (Field field : struct.schema().fields()) {
                map.put(field.name(), plain(struct.getWithoutDefault(field.name())));
            }
            return map;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((k, v) -> copy.put(k, plain(v)));
            return copy;
        }
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }

    private static String brief(SourceRecord record) {
        String text = record.sourceOffset() + " " + record.key() + " " + record.value();
        return text.length() > 3_000 ? text.substring(0, 3_000) : text;
    }

    // How the records are made.

    private static SourceRecord record(Random random, boolean structs) {
        String op = pick(random, "c", "u", "u", "d", "r", "t");
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("before", "u".equals(op) || "d".equals(op) ? row(random) : null);
        value.put("after", "d".equals(op) || "t".equals(op) ? null : row(random));
        Map<String, Object> source = new LinkedHashMap<>();
        source.put("name", "shop");
        source.put("ts_ms", 1_700_000_000_123L);
        source.put("snapshot", "r".equals(op) ? "true" : "false");
        source.put("db", "shop");
        source.put("table", "orders");
        source.put("gtid", random.nextBoolean() ? null : "3e11fa47-71ca-11e1-9e33-c80aa9429562:23");
        source.put("query", SECRET);
        value.put("source", source);
        value.put("op", op);
        value.put("ts_ms", 1_700_000_000_200L);
        Map<String, Object> offset = new LinkedHashMap<>();
        offset.put("server_id", 1L);
        offset.put("file", "binlog.000002");
        offset.put("pos", 157L);
        offset.put("event", 3L);
        offset.put("row", 1L);
        Map<String, Object> key = new LinkedHashMap<>(Map.of("id", 7L));
        int mutations = random.nextInt(4);
        for (int i = 0; i < mutations; i++) {
            mutate(random, random.nextInt(8) == 0 ? offset : random.nextInt(8) == 0 ? key : value, structs);
        }
        Object whole = random.nextInt(40) == 0 ? junk(random, structs) : value;
        Object wholeKey = random.nextInt(40) == 0 ? junk(random, structs) : key;
        Map<String, ?> wholeOffset = random.nextInt(60) == 0 ? null : offset;
        if (!structs) {
            return new SourceRecord(
                    Map.of("server", "shop"), wholeOffset, "shop.shop.orders", null, null, wholeKey, null, whole);
        }
        Object keyed = structure(random, wholeKey);
        Object valued = structure(random, whole);
        return new SourceRecord(
                Map.of("server", "shop"),
                wholeOffset,
                "shop.shop.orders",
                null,
                schema(random.nextBoolean(), keyed),
                keyed,
                random.nextInt(50) == 0
                        ? pick(random, null, Schema.STRING_SCHEMA, Changes.ENVELOPE)
                        : schema(random.nextBoolean(), valued),
                valued);
    }

    private static Map<String, Object> row(Random random) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", (long) random.nextInt(1_000));
        row.put("status", pick(random, "NEW", "PAID", "hush", null));
        row.put("total", pick(random, new BigDecimal("19.90"), null));
        row.put("note", pick(random, "u-7", null));
        row.put("document", pick(random, "{\"tags\":[\"a\",\"b\"],\"price\":1.5}", "{\"tags\":null}", "{}", null));
        row.put("version", (long) random.nextInt(100));
        return row;
    }

    /** Walks to some place in the tree, and takes away, cuts off or replaces what is there. */
    @SuppressWarnings("unchecked")
    private static void mutate(Random random, Map<String, Object> root, boolean structs) {
        Map<String, Object> at = root;
        String name = pick(random, root.keySet().toArray(String[]::new));
        while (name != null && at.get(name) instanceof Map<?, ?> child && !child.isEmpty() && random.nextInt(4) > 0) {
            at = (Map<String, Object>) child;
            name = pick(random, at.keySet().stream().map(String::valueOf).toArray(String[]::new));
        }
        if (root.size() < 2 || name == null) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> at.remove(name);
            case 1 -> at.put(name, null);
            case 2 -> at.put(name, junk(random, structs));
            default -> at.put(name, name.equals("document") ? document(random) : junk(random, structs));
        }
    }

    private static String document(Random random) {
        return pick(
                random,
                "{\"tags\":[\"a\"",
                "{\"tags\":[1]}",
                "{\"tags\":{\"a\":\"hush\"}}",
                "{\"price\":1e999999999}",
                "{\"price\":1.234}",
                "{\"price\":" + "9".repeat(5_000) + "}",
                "{\"tags\":" + "[".repeat(50_000),
                "{\"x\":" + "{\"x\":".repeat(3_000),
                "{\"tags\":[\"" + "x".repeat(200_000) + "\"]}",
                "\u0000",
                "",
                "null",
                "[]");
    }

    private static Object junk(Random random, boolean structs) {
        Object junk = pick(
                random,
                "",
                "hush",
                "PAID",
                "x".repeat(random.nextInt(200_000)),
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                -1,
                (short) 3,
                true,
                3.5,
                Double.NaN,
                2.5f,
                new BigDecimal("1E+999999999"),
                new BigDecimal("1E-999999999"),
                new BigDecimal("9".repeat(70)),
                new BigDecimal("5.00"),
                new byte[] {1, 2, 3},
                ByteBuffer.wrap(new byte[] {4, 5}),
                Date.from(Instant.EPOCH),
                new ArrayList<>(List.of("a", "b")),
                new LinkedHashMap<>(Map.of("id", 1L)),
                new LinkedHashMap<>());
        return !structs && random.nextInt(20) == 0 ? new Object() : junk;
    }

    /** Structs where there are maps; some are cut off: their last fields were never written. */
    private static Object structure(Random random, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            return value;
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((name, field) -> fields.put((String) name, structure(random, field)));
        boolean whole = random.nextInt(30) > 0;
        SchemaBuilder builder = SchemaBuilder.struct();
        fields.forEach((name, field) -> {
            // The rows of an envelope have one schema, whichever of them is there.
            Object other =
                    name.equals("before") ? fields.get("after") : name.equals("after") ? fields.get("before") : null;
            builder.field(name, schema(whole && random.nextBoolean(), field == null ? other : field));
        });
        Struct struct = new Struct(builder.optional().build());
        int written = whole ? fields.size() : random.nextInt(fields.size() + 1);
        fields.entrySet().stream().limit(written).forEach(field -> {
            if (field.getValue() != null) {
                struct.put(field.getKey(), field.getValue());
            }
        });
        return struct;
    }

    private static Schema schema(boolean required, Object value) {
        if (value instanceof Struct struct) {
            return struct.schema();
        }
        SchemaBuilder builder = value == null ? SchemaBuilder.string() : builder(value);
        return value == null || !required ? builder.optional().build() : builder.build();
    }

    private static SchemaBuilder builder(Object value) {
        if (value instanceof BigDecimal decimal) {
            return Decimal.builder(decimal.scale());
        }
        if (value instanceof Date) {
            return Timestamp.builder();
        }
        if (value instanceof List) {
            return SchemaBuilder.array(Schema.STRING_SCHEMA);
        }
        if (value instanceof byte[] || value instanceof ByteBuffer) {
            return SchemaBuilder.bytes();
        }
        if (value instanceof Long) {
            return SchemaBuilder.int64();
        }
        if (value instanceof Integer) {
            return SchemaBuilder.int32();
        }
        if (value instanceof Short) {
            return SchemaBuilder.int16();
        }
        if (value instanceof Boolean) {
            return SchemaBuilder.bool();
        }
        if (value instanceof Double) {
            return SchemaBuilder.float64();
        }
        return value instanceof Float ? SchemaBuilder.float32() : SchemaBuilder.string();
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... values) {
        return values.length == 0 ? null : values[random.nextInt(values.length)];
    }
}
