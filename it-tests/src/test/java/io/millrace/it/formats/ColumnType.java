package io.millrace.it.formats;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A type of MySQL's: what can be written into such a column, what it means, and how a consumer reads that meaning from an
 * event, as Connect and Debezium document it. Meanings are texts, so that the model needs none of the types it is to check.
 *
 * @param sql the type as a column's definition has it
 * @param connect the Connect type that the event must have
 * @param name the name of the event's schema, or null
 * @param cells makes a value
 * @param reader reads the meaning from the event's JSON, which is never null
 */
record ColumnType(
        String sql, String connect, String name, Function<Random, Cell> cells, Function<JsonNode, String> reader) {

    /**
     * A value in SQL, and what it means; a meaning of null is no value.
     */
    record Cell(String literal, String meaning) {
        static final Cell NULL = new Cell("NULL", null);
    }

    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
            .build();

    private static final LocalDateTime EPOCH = LocalDateTime.of(1970, 1, 1, 0, 0);
    private static final String DECIMAL = "org.apache.kafka.connect.data.Decimal";

    ColumnType with(String suffix) {
        return new ColumnType(sql + " " + suffix, connect, name, cells, reader);
    }

    static ColumnType integer(String sql, String connect, String min, String max) {
        return new ColumnType(sql, connect, null, integers(min, max), node -> node.bigIntegerValue()
                .toString());
    }

    /** As {@code bigint.unsigned.handling.mode=precise} has it. */
    static ColumnType unsignedBigint() {
        return new ColumnType(
                "BIGINT UNSIGNED", "bytes", DECIMAL, integers("0", "18446744073709551615"), node -> node.decimalValue()
                        .toPlainString());
    }

    private static Function<Random, Cell> integers(String min, String max) {
        BigInteger least = new BigInteger(min);
        BigInteger range = new BigInteger(max).subtract(least);
        return random -> {
            String text = pick(
                            random,
                            least,
                            least.add(range),
                            least.add(new BigInteger(range.bitLength(), random).mod(range)))
                    .toString();
            return new Cell(text, text);
        };
    }

    static ColumnType decimal(int precision, int scale) {
        return new ColumnType(
                "DECIMAL(" + precision + ", " + scale + ")",
                "bytes",
                DECIMAL,
                random -> {
                    BigInteger limit = BigInteger.TEN.pow(precision);
                    BigInteger unscaled = pick(
                            random,
                            BigInteger.ZERO,
                            limit.subtract(BigInteger.ONE),
                            BigInteger.ONE,
                            new BigInteger(limit.bitLength(), random).mod(limit));
                    String text =
                            new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale).toPlainString();
                    return new Cell(text, text);
                },
                node -> node.decimalValue().setScale(scale).toPlainString());
    }

    static ColumnType real() {
        return new ColumnType(
                "FLOAT",
                "float",
                null,
                random -> {
                    float value = pick(random, 0f, -1.5f, 3.25e30f, (random.nextInt(2000) - 1000) / 8f);
                    return new Cell(Float.toString(value), Float.toString(value));
                },
                node -> Float.toString(node.floatValue()));
    }

    static ColumnType twice() {
        return new ColumnType(
                "DOUBLE",
                "double",
                null,
                random -> {
                    double value =
                            pick(random, 0.1, Double.MAX_VALUE, -Double.MIN_NORMAL, random.nextDouble() * 1e6, 1e-300);
                    return new Cell(Double.toString(value), Double.toString(value));
                },
                node -> Double.toString(node.doubleValue()));
    }

    static ColumnType text(String sql, int max, boolean unicode) {
        return new ColumnType(
                sql,
                "string",
                null,
                random -> {
                    StringBuilder text = new StringBuilder();
                    int length = pick(random, 0, 1, max, random.nextInt(max + 1));
                    while (text.length() < length) {
                        text.append(
                                unicode && random.nextInt(4) == 0
                                        ? pick(random, "ü", "漢", "\u0000", "é", "'", "\\", "\n")
                                        : pick(random, "a", "B", "7", "-", "é", "\""));
                    }
                    if (unicode && length > 1) {
                        text.setLength(length - 2);
                        text.append("🎈");
                    }
                    return new Cell(quoted(text.toString()), text.toString());
                },
                JsonNode::textValue);
    }

    static ColumnType bytes(String sql, int min, int max) {
        return new ColumnType(
                sql,
                "bytes",
                null,
                random -> {
                    byte[] bytes = new byte[pick(random, min, max, min + random.nextInt(max - min + 1))];
                    random.nextBytes(bytes);
                    // MySQL's log leaves out the zeros at the end of a BINARY.
                    for (int i = 0; i < bytes.length && random.nextBoolean(); i++) {
                        bytes[bytes.length - 1 - i] = 0;
                    }
                    return new Cell("X'" + hex(bytes) + "'", hex(bytes));
                },
                node -> hex(binary(node)));
    }

    static ColumnType bit() {
        return new ColumnType(
                "BIT(1)",
                "boolean",
                null,
                random -> random.nextBoolean() ? new Cell("b'1'", "true") : new Cell("b'0'", "false"),
                node -> Boolean.toString(node.booleanValue()));
    }

    /** Debezium's Bits: the least significant byte first. */
    static ColumnType bits(int length) {
        return new ColumnType(
                "BIT(" + length + ")",
                "bytes",
                "io.debezium.data.Bits",
                random -> {
                    BigInteger all = BigInteger.TWO.pow(length).subtract(BigInteger.ONE);
                    String text = pick(random, BigInteger.ZERO, all, BigInteger.ONE, new BigInteger(length, random))
                            .toString(2);
                    return new Cell("b'" + text + "'", text);
                },
                node -> {
                    byte[] littleEndian = binary(node);
                    byte[] bigEndian = new byte[littleEndian.length];
                    for (int i = 0; i < bigEndian.length; i++) {
                        bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
                    }
                    return new BigInteger(1, bigEndian).toString(2);
                });
    }

    static ColumnType enumeration(String... values) {
        return new ColumnType(
                "ENUM(" + String.join(", ", named(values)) + ")",
                "string",
                "io.debezium.data.Enum",
                random -> {
                    String value = pick(random, values);
                    return new Cell(quoted(value), value);
                },
                JsonNode::textValue);
    }

    static ColumnType set(String... values) {
        return new ColumnType(
                "SET(" + String.join(", ", named(values)) + ")",
                "string",
                "io.debezium.data.EnumSet",
                random -> {
                    List<String> some = new ArrayList<>(List.of(values));
                    some.removeIf(value -> random.nextBoolean());
                    String text = String.join(",", some);
                    return new Cell(quoted(text), text);
                },
                JsonNode::textValue);
    }

    static ColumnType year() {
        return new ColumnType(
                "YEAR",
                "int32",
                "io.debezium.time.Year",
                random -> {
                    String year = pick(random, "1901", "2155", String.valueOf(1901 + random.nextInt(255)));
                    return new Cell(year, year);
                },
                node -> node.bigIntegerValue().toString());
    }

    static ColumnType date() {
        return new ColumnType(
                "DATE",
                "int32",
                "io.debezium.time.Date",
                random -> {
                    LocalDate date = pick(
                            random,
                            LocalDate.of(1000, 1, 1),
                            LocalDate.of(9999, 12, 31),
                            LocalDate.of(1582, 10, 10),
                            LocalDate.of(2024, 2, 29),
                            LocalDate.ofEpochDay(random.nextInt(40_000) - 20_000));
                    return new Cell("'" + date + "'", date.toString());
                },
                node -> LocalDate.ofEpochDay(node.longValue()).toString());
    }

    /** Debezium counts milliseconds up to three digits behind the point, microseconds beyond. */
    static ColumnType datetime(int digits) {
        return new ColumnType(
                "DATETIME(" + digits + ")",
                "int64",
                digits > 3 ? "io.debezium.time.MicroTimestamp" : "io.debezium.time.Timestamp",
                random -> {
                    LocalDateTime time = truncated(
                            pick(
                                    random,
                                    LocalDateTime.of(1000, 1, 1, 0, 0),
                                    LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_000),
                                    EPOCH.plus(random.nextLong(4_000_000_000_000_000L), ChronoUnit.MICROS)),
                            digits);
                    return new Cell("'" + sql(time, digits) + "'", time.toString());
                },
                node -> EPOCH.plus(node.longValue(), digits > 3 ? ChronoUnit.MICROS : ChronoUnit.MILLIS)
                        .toString());
    }

    /** With zero dates: Debezium makes null of them where the column may be null, and the epoch where it may not. */
    static ColumnType zero(ColumnType type, String epoch, String... zeros) {
        return new ColumnType(
                type.sql(),
                type.connect(),
                type.name(),
                random -> {
                    boolean zero = random.nextInt(3) == 0;
                    return zero
                            ? new Cell("'" + pick(random, zeros) + "'", epoch)
                            : type.cells().apply(random);
                },
                type.reader());
    }

    static ColumnType timestamp(int digits) {
        return new ColumnType(
                "TIMESTAMP(" + digits + ")",
                "string",
                "io.debezium.time.ZonedTimestamp",
                random -> {
                    LocalDateTime time = truncated(
                            pick(
                                    random,
                                    EPOCH.plusSeconds(1),
                                    LocalDateTime.of(2038, 1, 19, 3, 14, 7),
                                    EPOCH.plusSeconds(1)
                                            .plus(random.nextLong(2_000_000_000_000_000L), ChronoUnit.MICROS)),
                            digits);
                    return new Cell(
                            "'" + sql(time, digits) + "'",
                            time.toInstant(ZoneOffset.UTC).toString());
                },
                node -> Instant.parse(node.textValue()).toString());
    }

    static ColumnType time(int digits) {
        return new ColumnType(
                "TIME(" + digits + ")",
                "int64",
                "io.debezium.time.MicroTime",
                random -> {
                    long unit = (long) Math.pow(10, 6 - digits);
                    long most = Duration.ofHours(838)
                                    .plusMinutes(59)
                                    .plusSeconds(59)
                                    .toSeconds()
                            * 1_000_000;
                    long micros = pick(random, 0L, most, most - unit, unit, random.nextLong(most)) / unit * unit;
                    String sign = random.nextBoolean() ? "-" : "";
                    String literal = "'%s%d:%02d:%02d.%06d'"
                            .formatted(
                                    sign,
                                    micros / 3_600_000_000L,
                                    micros / 60_000_000 % 60,
                                    micros / 1_000_000 % 60,
                                    micros % 1_000_000);
                    return new Cell(literal, String.valueOf(sign.isEmpty() ? micros : -micros));
                },
                node -> String.valueOf(node.longValue()));
    }

    static ColumnType json() {
        return new ColumnType(
                "JSON",
                "string",
                "io.debezium.data.Json",
                random -> {
                    String text = pick(
                            random,
                            "{}",
                            "[]",
                            "null",
                            "\"text\"",
                            "18446744073709551615",
                            "-9223372036854775808",
                            "{\"a\":1.5,\"b\":[true,false,null,\"ü🎈\"],\"c\":{\"\":{\"deep\":[[[]]]}},\"d\":1e100}",
                            "{\"quote\":\"\\\"\\\\\\/\\n\\u0001\"}",
                            "{\"long\":\"" + "x".repeat(random.nextInt(70_000)) + "\"}",
                            "[" + random.nextInt() + "," + random.nextInt() / 8.0 + "]");
                    return new Cell(quoted(text), canonical(text));
                },
                node -> canonical(node.textValue()));
    }

    static ColumnType geometry(String sql, int... kinds) {
        boolean point = sql.equals("POINT");
        return new ColumnType(
                sql,
                "struct",
                point ? "io.debezium.data.geometry.Point" : "io.debezium.data.geometry.Geometry",
                random -> {
                    String wkb = hex(wkb(random, kinds[random.nextInt(kinds.length)]));
                    int srid = pick(random, 0, 3857);
                    return new Cell("ST_GeomFromWKB(X'" + wkb + "', " + srid + ")", wkb + " in " + srid);
                },
                node -> hex(binary(node.path("wkb"))) + " in "
                        + node.path("srid").asInt(0));
    }

    /** 1 a point, 2 a line, 3 a polygon with a hole, 4 points, 7 a collection; well-known binary, little-endian. */
    private static byte[] wkb(Random random, int kind) {
        ByteBuffer buffer = ByteBuffer.allocate(1000)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 1)
                .putInt(kind);
        switch (kind) {
            case 1 -> buffer.putDouble(random.nextGaussian()).putDouble(random.nextInt(100));
            case 2 -> buffer.putInt(3).put(doubles(0, 0, random.nextDouble(), 1, 5, random.nextInt(9)));
            case 3 ->
                buffer.putInt(2)
                        .putInt(5)
                        .put(doubles(0, 0, 9, 0, 9, 9, 0, 9, 0, 0))
                        .putInt(4)
                        .put(doubles(1, 1, 2, 1, 2, 2, 1, 1));
            case 4 -> buffer.putInt(2).put(wkb(random, 1)).put(wkb(random, 1));
            default -> buffer.putInt(2).put(wkb(random, 1)).put(wkb(random, 2));
        }
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static byte[] doubles(double... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            buffer.putDouble(value);
        }
        return buffer.array();
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }

    private static LocalDateTime truncated(LocalDateTime time, int digits) {
        return time.truncatedTo(digits == 0 ? ChronoUnit.SECONDS : digits == 3 ? ChronoUnit.MILLIS : ChronoUnit.MICROS);
    }

    private static String sql(LocalDateTime time, int digits) {
        return DateTimeFormatter.ofPattern(
                        digits == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss." + "S".repeat(digits))
                .format(time);
    }

    private static List<String> named(String... values) {
        return List.of(values).stream()
                .map(value -> "'" + value.replace("'", "''") + "'")
                .toList();
    }

    static String quoted(String text) {
        return "CONVERT(X'" + hex(text.getBytes(StandardCharsets.UTF_8)) + "' USING utf8mb4)";
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] binary(JsonNode node) {
        try {
            return node.binaryValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The document with its keys in order and its numbers in one form, since MySQL keeps neither as they were written. */
    private static String canonical(String text) {
        try {
            return canonical(JSON.readTree(text)).toString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode canonical(JsonNode node) {
        if (node.isObject()) {
            TreeMap<String, JsonNode> sorted = new TreeMap<>();
            node.properties().forEach(p -> sorted.put(p.getKey(), canonical(p.getValue())));
            ObjectNode object = JSON.createObjectNode();
            sorted.forEach(object::set);
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JSON.createArrayNode();
            node.forEach(element -> array.add(canonical(element)));
            return array;
        }
        return node.isNumber() ? JSON.getNodeFactory().textNode(number(node)) : node;
    }

    /** MySQL's JSON has integers of 64 bits and doubles; a double may be written out in all its digits. */
    private static String number(JsonNode node) {
        BigDecimal number = node.decimalValue().stripTrailingZeros();
        return number.scale() <= 0 && number.toBigInteger().bitLength() <= 64
                ? number.toPlainString()
                : String.valueOf(number.doubleValue());
    }
}
