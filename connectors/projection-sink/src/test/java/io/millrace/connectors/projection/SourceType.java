package io.millrace.connectors.projection;

import io.millrace.connectors.projection.Sample.Document;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** The types that values of records have, by the names that the table of conversions has, with everyday and extreme values. */
final class SourceType {
    private static final List<String> DECIMALS = List.of(
            "0",
            "1",
            "7",
            "-12.50",
            "1234567.89",
            "0.1",
            "0.123456789012345678901234567890",
            "18446744073709551615",
            "1e30",
            "1e350",
            "1e-350",
            "1e999999999",
            "1e-999999999");
    private static final List<LocalDate> DAYS = List.of(
            LocalDate.EPOCH,
            LocalDate.of(2026, 1, 31),
            LocalDate.of(1582, 10, 10),
            LocalDate.of(9999, 12, 31),
            LocalDate.of(123_456, 7, 8));
    private static final List<Duration> TIMES = List.of(
            Duration.ZERO,
            Duration.parse("PT13H50M30S"),
            Duration.parse("PT13H50M30.456S"),
            Duration.parse("PT13H50M30.456789S"),
            Duration.parse("PT23H59M59.999999999S"));
    private static final List<LocalDateTime> MOMENTS = List.of(
            LocalDateTime.of(2026, 1, 31, 0, 0),
            LocalDateTime.of(2026, 1, 31, 10, 20, 30),
            LocalDateTime.of(2026, 1, 31, 10, 20, 30, 456_000_000),
            LocalDateTime.of(2026, 1, 31, 10, 20, 30, 456_789_000),
            LocalDateTime.of(2026, 1, 31, 23, 59, 59, 999_999_999),
            LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000));

    private static final Map<String, List<Sample>> SAMPLES = new HashMap<>();

    static {
        numbers();
        texts();
        structures();
        days();
        times();
        moments();
        lengths();
    }

    private SourceType() {}

    /** The values of a type; fails for an unknown one. */
    static List<Sample> samples(String type) {
        if (!SAMPLES.containsKey(type)) {
            throw new IllegalArgumentException(type);
        }
        return SAMPLES.get(type);
    }

    static Iterable<String> names() {
        return SAMPLES.keySet();
    }

    private static void add(String type, Schema schema, Object value, Object meaning) {
        SAMPLES.computeIfAbsent(type, name -> new ArrayList<>()).add(new Sample(schema, value, meaning));
    }

    private static Schema debezium(SchemaBuilder builder, String name) {
        return builder.name("io.debezium." + name).build();
    }

    private static void numbers() {
        for (long number :
                new long[] {0, 1, -1, 5, 70, 2026, Byte.MAX_VALUE, Short.MIN_VALUE, 1L << 40, Long.MAX_VALUE}) {
            BigDecimal meaning = BigDecimal.valueOf(number);
            if (number == (byte) number) {
                add("int8", Schema.INT8_SCHEMA, (byte) number, meaning);
            }
            if (number == (short) number) {
                add("int16", Schema.INT16_SCHEMA, (short) number, meaning);
            }
            if (number == (int) number) {
                add("int32", Schema.INT32_SCHEMA, (int) number, meaning);
                add("Year", debezium(SchemaBuilder.int32(), "time.Year"), (int) number, meaning);
            }
            add("int64", Schema.INT64_SCHEMA, number, meaning);
            add("JSON number", null, number, meaning);
            add(
                    "a number of an unknown type",
                    SchemaBuilder.int64().name("com.example.Cents").build(),
                    number,
                    meaning);
        }
        for (double number : new double[] {0, 0.5, -12.5, 0.1, 1e-7, 3e38, 1e300, Double.MAX_VALUE}) {
            BigDecimal meaning = new BigDecimal(Double.toString(number));
            add("float64", Schema.FLOAT64_SCHEMA, number, meaning);
            add("JSON number", null, number, meaning);
        }
        for (float number : new float[] {0, 0.5f, 0.1f, 3e38f}) {
            add("float32", Schema.FLOAT32_SCHEMA, number, new BigDecimal(Float.toString(number)));
        }
        for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            add("not a finite number", Schema.FLOAT64_SCHEMA, number, Double.toString(number));
            add("not a finite number", Schema.FLOAT32_SCHEMA, (float) number, Double.toString(number));
        }
        for (boolean truth : new boolean[] {true, false}) {
            add("boolean", Schema.BOOLEAN_SCHEMA, truth, truth);
            add("boolean", null, truth, truth);
        }
        Schema variable = debezium(
                SchemaBuilder.struct().field("scale", Schema.INT32_SCHEMA).field("value", Schema.BYTES_SCHEMA),
                "data.VariableScaleDecimal");
        for (String decimal : DECIMALS) {
            BigDecimal number = new BigDecimal(decimal);
            add("Decimal", Decimal.schema(number.scale()), number, number);
            add("JSON number", null, number, number);
            add(
                    "VariableScaleDecimal",
                    variable,
                    new Struct(variable)
                            .put("scale", number.scale())
                            .put("value", number.unscaledValue().toByteArray()),
                    number);
        }
        for (byte[] bits : new byte[][] {{1}, {1, 2}, {0, 0, 0, 0, 0, 0, 0, 1}}) {
            byte[] highestFirst = new byte[bits.length];
            for (int i = 0; i < bits.length; i++) {
                highestFirst[i] = bits[bits.length - 1 - i];
            }
            add(
                    "Bits",
                    SchemaBuilder.bytes()
                            .name("io.debezium.data.Bits")
                            .parameter("length", "" + 8 * bits.length)
                            .build(),
                    bits,
                    new BigDecimal(new BigInteger(1, highestFirst)));
        }
    }

    private static void texts() {
        String uuid = "123e4567-e89b-12d3-a456-426614174000";
        for (String text : List.of("", "a", "b", "a,b", "it's", "\u00e4\ud83d\ude00", "NULL", "x".repeat(40))) {
            add("string", Schema.STRING_SCHEMA, text, text);
            add("JSON text", null, text, text);
        }
        for (String text : List.of(
                "1",
                "7",
                "99",
                "-12.5",
                "2026",
                "1e350",
                "1e999999999",
                "true",
                "2026-01-31",
                "2026-01-31T10:20:30.5Z",
                "13:50:30",
                "PT45M",
                uuid,
                "{\"a\":1}",
                "\"q\"",
                "infinity",
                "a\ud83d")) {
            add("string", Schema.STRING_SCHEMA, text, text);
            add("JSON text", null, text, text);
        }
        add("Enum", debezium(SchemaBuilder.string(), "data.Enum"), "a", "a");
        add("Enum", debezium(SchemaBuilder.string(), "data.Enum"), "it's", "it's");
        add("EnumSet", debezium(SchemaBuilder.string(), "data.EnumSet"), "a,b", "a,b");
        add("Json", debezium(SchemaBuilder.string(), "data.Json"), "{\"a\":[1,null,\"x\"]}", "{\"a\":[1,null,\"x\"]}");
        add("Xml", debezium(SchemaBuilder.string(), "data.Xml"), "<a/>", "<a/>");
        add("Uuid", debezium(SchemaBuilder.string(), "data.Uuid"), uuid, uuid);
        ByteBuffer sixteen =
                ByteBuffer.allocate(16).putLong(0x123e4567e89b12d3L).putLong(0xa456426614174000L);
        for (byte[] bytes : new byte[][] {{}, {0, -1}, sixteen.array(), "{\"a\":1}".getBytes(StandardCharsets.UTF_8)}) {
            add("bytes", Schema.BYTES_SCHEMA, bytes, bytes);
            add("bytes", Schema.BYTES_SCHEMA, ByteBuffer.wrap(bytes), bytes);
        }
    }

    private static void structures() {
        Schema struct = SchemaBuilder.struct()
                .field("d", Decimal.schema(2))
                .field("t", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        add(
                "struct",
                struct,
                new Struct(struct).put("d", new BigDecimal("1.50")),
                new Document("{\"d\":1.50,\"t\":null}"));
        add(
                "map",
                SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build(),
                Map.of("k", 1),
                new Document("{\"k\":1}"));
        add("map", null, Map.of("k", List.of(true)), new Document("{\"k\":[true]}"));
        add(
                "array",
                SchemaBuilder.array(Schema.STRING_SCHEMA).build(),
                List.of("a", "b"),
                new Document("[\"a\",\"b\"]"));
        add("array", null, List.of(1, 2), new Document("[1,2]"));
        add(
                "DoubleVector",
                debezium(SchemaBuilder.array(Schema.FLOAT64_SCHEMA), "data.DoubleVector"),
                List.of(0.5, 1.0),
                new Document("[0.5,1.0]"));
        Schema point = debezium(
                SchemaBuilder.struct()
                        .field("x", Schema.FLOAT64_SCHEMA)
                        .field("wkb", Schema.BYTES_SCHEMA)
                        .field("srid", Schema.OPTIONAL_INT32_SCHEMA),
                "data.geometry.Point");
        add(
                "Point, Geometry",
                point,
                new Struct(point).put("x", 0.5).put("wkb", new byte[] {1}),
                new Document("{\"x\":0.5,\"wkb\":\"AQ==\",\"srid\":null}"));
        add("struct", struct, new Struct(struct).put("d", new BigDecimal("1e10000")), null);
    }

    private static void days() {
        for (LocalDate day : DAYS) {
            add(
                    "Connect Date",
                    Date.SCHEMA,
                    java.util.Date.from(Instant.ofEpochSecond(86_400 * day.toEpochDay())),
                    day);
            add("Date", debezium(SchemaBuilder.int32(), "time.Date"), (int) day.toEpochDay(), day);
            if (day.getYear() < 10_000) {
                add("IsoDate", debezium(SchemaBuilder.string(), "time.IsoDate"), day + "Z", day + "Z");
            }
        }
    }

    private static void times() {
        for (Duration time : TIMES) {
            long nanos = time.toNanos();
            Duration millis = Duration.ofMillis(nanos / 1_000_000);
            Duration micros = Duration.ofNanos(nanos / 1_000 * 1_000);
            add("Connect Time", Time.SCHEMA, java.util.Date.from(Instant.ofEpochMilli(millis.toMillis())), millis);
            add("Time", debezium(SchemaBuilder.int32(), "time.Time"), (int) millis.toMillis(), millis);
            add("MicroTime", debezium(SchemaBuilder.int64(), "time.MicroTime"), nanos / 1_000, micros);
            add("NanoTime", debezium(SchemaBuilder.int64(), "time.NanoTime"), nanos, time);
            String text = java.time.LocalTime.ofNanoOfDay(nanos) + "Z";
            add("ZonedTime", debezium(SchemaBuilder.string(), "time.ZonedTime"), text, text);
            add("IsoTime", debezium(SchemaBuilder.string(), "time.IsoTime"), text, text);
        }
        long long838 = Duration.parse("-PT838H59M59S").toMillis() * 1_000;
        add("MicroTime", debezium(SchemaBuilder.int64(), "time.MicroTime"), long838, Duration.parse("-PT838H59M59S"));
        add(
                "MicroTime",
                debezium(SchemaBuilder.int64(), "time.MicroTime"),
                Long.MAX_VALUE,
                Duration.ofSeconds(Long.MAX_VALUE / 1_000_000, Long.MAX_VALUE % 1_000_000 * 1_000));
    }

    private static void moments() {
        for (LocalDateTime moment : MOMENTS) {
            Instant instant = moment.toInstant(java.time.ZoneOffset.UTC);
            LocalDateTime millis =
                    LocalDateTime.ofInstant(Instant.ofEpochMilli(instant.toEpochMilli()), java.time.ZoneOffset.UTC);
            long micros = Math.floorDiv(instant.getEpochSecond() * 1_000_000_000 + instant.getNano(), 1_000L);
            LocalDateTime ofMicros = moment.minusNanos(moment.get(ChronoField.NANO_OF_SECOND) % 1_000);
            add(
                    "Connect Timestamp",
                    Timestamp.SCHEMA,
                    java.util.Date.from(Instant.ofEpochMilli(instant.toEpochMilli())),
                    millis);
            add("Timestamp", debezium(SchemaBuilder.int64(), "time.Timestamp"), instant.toEpochMilli(), millis);
            add("MicroTimestamp", debezium(SchemaBuilder.int64(), "time.MicroTimestamp"), micros, ofMicros);
            add(
                    "NanoTimestamp",
                    debezium(SchemaBuilder.int64(), "time.NanoTimestamp"),
                    instant.getEpochSecond() * 1_000_000_000 + instant.getNano(),
                    moment);
            String text = instant.toString();
            add("ZonedTimestamp", debezium(SchemaBuilder.string(), "time.ZonedTimestamp"), text, text);
            add("IsoTimestamp", debezium(SchemaBuilder.string(), "time.IsoTimestamp"), text, text);
        }
        add("MicroTimestamp", debezium(SchemaBuilder.int64(), "time.MicroTimestamp"), 9_223_372_036_825_200_000L, null);
        add("Timestamp", debezium(SchemaBuilder.int64(), "time.Timestamp"), -9_223_372_036_832_400L, null);
    }

    private static void lengths() {
        for (Duration length : List.of(
                Duration.ZERO,
                Duration.parse("PT45M"),
                Duration.parse("PT2H44M36.54321S"),
                Duration.parse("-PT5.5S"))) {
            add(
                    "MicroDuration",
                    debezium(SchemaBuilder.int64(), "time.MicroDuration"),
                    length.toNanos() / 1_000,
                    length);
            add("NanoDuration", debezium(SchemaBuilder.int64(), "time.NanoDuration"), length.toNanos(), length);
        }
        add("NanoDuration", debezium(SchemaBuilder.int64(), "time.NanoDuration"), 1L, Duration.ofNanos(1));
        for (String text : List.of("PT45M", "PT0.0000001S")) {
            add("Interval", debezium(SchemaBuilder.string(), "time.Interval"), text, text);
        }
    }
}
