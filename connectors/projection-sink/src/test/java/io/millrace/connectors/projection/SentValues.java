package io.millrace.connectors.projection;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Makes random values as Connect and Debezium represent them, edges among them, and the texts expected of a database. */
final class SentValues {
    private static final String[] CHARACTERS = {
        "a",
        "Z",
        "0",
        " ",
        "'",
        "\"",
        "\\",
        "`",
        ";",
        "?",
        "$1",
        "{",
        "}",
        ",",
        "\n",
        "\t",
        "\u0001",
        "\u00e4",
        "\u0416",
        "\u4e2d",
        "\ud83d\ude00",
        "NULL",
        "--",
        "%",
        "_"
    };

    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private final Random random;

    SentValues(Random random) {
        this.random = random;
    }

    /** A value with its schema, and the text that a database is expected to make of it. */
    record Sent(Schema schema, Object value, String expected) {}

    /** Where values come from. */
    interface Source {
        Sent next();

        /** The one text for texts that mean the same value. */
        default String normal(String read) {
            return read;
        }
    }

    /** Values that are compared in another form than the database's text. */
    static Source comparedAs(UnaryOperator<String> normal, Source source) {
        return new Source() {
            @Override
            public Sent next() {
                return source.next();
            }

            @Override
            public String normal(String read) {
                return read == null ? null : normal.apply(read);
            }
        };
    }

    Source integers(BigInteger min, BigInteger max) {
        return () -> {
            BigInteger range = max.subtract(min).add(BigInteger.ONE);
            BigInteger value = pick(min, max, min.max(BigInteger.ZERO), min.add(new BigInteger(80, random).mod(range)));
            String text = value.toString();
            List<Sent> forms = new ArrayList<>(List.of(
                    new Sent(Schema.STRING_SCHEMA, text, text),
                    new Sent(Decimal.schema(0), new BigDecimal(value), text),
                    new Sent(Decimal.schema(2), new BigDecimal(value).setScale(2), text),
                    variableScale(new BigDecimal(value), text)));
            if (value.bitLength() < 64) {
                forms.add(new Sent(Schema.INT64_SCHEMA, value.longValue(), text));
            }
            if (value.bitLength() < 32) {
                forms.add(new Sent(Schema.INT32_SCHEMA, value.intValue(), text));
                forms.add(new Sent(Schema.FLOAT64_SCHEMA, value.doubleValue(), text));
            }
            if (value.bitLength() < 16) {
                forms.add(new Sent(Schema.INT16_SCHEMA, value.shortValue(), text));
            }
            if (value.bitLength() < 8) {
                forms.add(new Sent(Schema.INT8_SCHEMA, value.byteValue(), text));
            }
            return forms.get(random.nextInt(forms.size()));
        };
    }

    Source integers(long min, long max) {
        return integers(BigInteger.valueOf(min), BigInteger.valueOf(max));
    }

    Source bits(int size) {
        return () -> {
            BigInteger value = new BigInteger(size, random);
            byte[] bytes = new byte[(size + 7) / 8];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = value.shiftRight(8 * i).byteValue();
            }
            Schema schema = SchemaBuilder.bytes()
                    .name("io.debezium.data.Bits")
                    .parameter("length", "" + size)
                    .build();
            return new Sent(schema, bytes, value.toString());
        };
    }

    /** Texts of a boolean column. */
    Source booleans(String yes, String no) {
        return () -> {
            boolean value = random.nextBoolean();
            String text = value ? yes : no;
            return pick(
                    new Sent(Schema.BOOLEAN_SCHEMA, value, text),
                    new Sent(Schema.INT16_SCHEMA, (short) (value ? 1 : 0), text));
        };
    }

    Source decimals(int precision, int scale) {
        return () -> {
            BigInteger limit = BigInteger.TEN.pow(precision);
            BigInteger unscaled = pick(
                    BigInteger.ZERO,
                    limit.subtract(BigInteger.ONE),
                    BigInteger.ONE.subtract(limit),
                    BigInteger.ONE,
                    new BigInteger(200, random).mod(limit));
            BigDecimal value = new BigDecimal(unscaled, scale);
            String text = value.toPlainString();
            return pick(
                    new Sent(Decimal.schema(scale), value, text),
                    new Sent(Schema.STRING_SCHEMA, value.toString(), text),
                    new Sent(Schema.STRING_SCHEMA, value.stripTrailingZeros().toString(), text),
                    variableScale(value, text));
        };
    }

    /** Of any scale, which the column keeps. */
    Source anyDecimals() {
        return () -> {
            BigDecimal value = new BigDecimal(
                    new BigInteger(random.nextInt(200), random).multiply(BigInteger.valueOf(random.nextInt(3) - 1)),
                    random.nextInt(60));
            return pick(
                    new Sent(Decimal.schema(value.scale()), value, value.toPlainString()),
                    new Sent(Schema.STRING_SCHEMA, value.toString(), value.toPlainString()),
                    variableScale(value, value.toPlainString()));
        };
    }

    private static Sent variableScale(BigDecimal value, String text) {
        Schema schema = SchemaBuilder.struct()
                .name("io.debezium.data.VariableScaleDecimal")
                .field("scale", Schema.INT32_SCHEMA)
                .field("value", Schema.BYTES_SCHEMA)
                .build();
        return new Sent(
                schema,
                new Struct(schema)
                        .put("scale", value.scale())
                        .put("value", value.unscaledValue().toByteArray()),
                text);
    }

    Source doubles() {
        return comparedAs(text -> Double.toString(Double.parseDouble(text)), () -> {
            double value = pick(
                    0.0,
                    Double.MAX_VALUE,
                    -Double.MAX_VALUE,
                    1e-300,
                    0.1,
                    random.nextGaussian(),
                    random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300));
            return pick(
                    new Sent(Schema.FLOAT64_SCHEMA, value, Double.toString(value)),
                    new Sent(Schema.STRING_SCHEMA, Double.toString(value), Double.toString(value)));
        });
    }

    Source floats() {
        return comparedAs(text -> Float.toString(Float.parseFloat(text)), () -> {
            float value = pick(0f, 3.4e38f, -1e-37f, 0.1f, (float) random.nextGaussian());
            return new Sent(Schema.FLOAT32_SCHEMA, value, Float.toString(value));
        });
    }

    Source texts(int length) {
        return () -> {
            String text = text(length);
            return new Sent(Schema.STRING_SCHEMA, text, text);
        };
    }

    /** Texts whose trailing spaces the column does not keep. */
    Source padded(int length) {
        return () -> {
            String text = text(length);
            return new Sent(Schema.STRING_SCHEMA, text, text.replaceAll(" +\\z", ""));
        };
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(length + 1); i > 0; i--) {
            String next = pick(CHARACTERS);
            if (text.codePointCount(0, text.length()) + next.codePointCount(0, next.length()) <= length) {
                text.append(next);
            }
        }
        return text.toString();
    }

    Source oneOf(String... texts) {
        return () -> {
            String text = pick(texts);
            return new Sent(Schema.STRING_SCHEMA, text, text);
        };
    }

    Source uuids() {
        return () -> {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            ByteBuffer bytes = ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits());
            return pick(
                    new Sent(Schema.STRING_SCHEMA, uuid.toString(), uuid.toString()),
                    new Sent(
                            SchemaBuilder.string().name("io.debezium.data.Uuid").build(),
                            uuid.toString().toUpperCase(Locale.ROOT),
                            uuid.toString()),
                    new Sent(Schema.BYTES_SCHEMA, bytes.array(), uuid.toString()));
        };
    }

    /** Bytes, read in hexadecimal digits; filled with zeros up to a size where one is given. */
    Source bytes(int length, int filled) {
        return () -> {
            byte[] bytes = new byte[random.nextInt(length + 1)];
            random.nextBytes(bytes);
            String hex = HexFormat.of().formatHex(bytes);
            hex += "00".repeat(Math.max(0, filled - bytes.length));
            return pick(
                    new Sent(Schema.BYTES_SCHEMA, bytes, hex),
                    new Sent(Schema.BYTES_SCHEMA, ByteBuffer.wrap(bytes), hex));
        };
    }

    /** Documents; what is read must say the same as {@code canonical} makes of the text that is expected. */
    Source documents(UnaryOperator<String> canonical) {
        return comparedAs(canonical, () -> {
            Schema inner = SchemaBuilder.struct()
                    .field("t", Schema.OPTIONAL_STRING_SCHEMA)
                    .field("d", Decimal.schema(2))
                    .field("b", Schema.BYTES_SCHEMA)
                    .field("at", Timestamp.SCHEMA)
                    .build();
            Schema schema = SchemaBuilder.struct()
                    .field("list", SchemaBuilder.array(inner).build())
                    .field("flag", Schema.BOOLEAN_SCHEMA)
                    .build();
            List<Struct> list = new ArrayList<>();
            StringBuilder json = new StringBuilder("{\"list\":[");
            for (int i = random.nextInt(3); i > 0; i--) {
                String text = random.nextInt(4) == 0 ? null : text(10);
                BigDecimal decimal = BigDecimal.valueOf(random.nextInt(), 2);
                byte[] bytes = text(4).getBytes(StandardCharsets.UTF_8);
                Instant instant = Instant.ofEpochMilli(random.nextInt());
                list.add(new Struct(inner)
                        .put("t", text)
                        .put("d", decimal)
                        .put("b", bytes)
                        .put("at", java.util.Date.from(instant)));
                json.append(list.size() > 1 ? "," : "")
                        .append("{\"t\":")
                        .append(quoted(text))
                        .append(",\"d\":")
                        .append(decimal.toPlainString())
                        .append(",\"b\":\"")
                        .append(Base64.getEncoder().encodeToString(bytes))
                        .append("\",\"at\":\"")
                        .append(instant)
                        .append("\"}");
            }
            json.append("],\"flag\":true}");
            return pick(
                    new Sent(
                            schema,
                            new Struct(schema).put("list", list).put("flag", true),
                            canonical.apply(json.toString())),
                    new Sent(
                            SchemaBuilder.string().name("io.debezium.data.Json").build(),
                            json.toString(),
                            canonical.apply(json.toString())),
                    map(canonical));
        });
    }

    private Sent map(UnaryOperator<String> canonical) {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("k" + text(5), text(5));
        map.put("null", null);
        StringBuilder json = new StringBuilder();
        map.forEach((key, value) -> json.append(json.isEmpty() ? "{" : ",")
                .append(quoted(key))
                .append(':')
                .append(quoted(value)));
        return new Sent(
                SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA)
                        .build(),
                map,
                canonical.apply(json.append('}').toString()));
    }

    /** A text as JSON writes it. */
    static String quoted(String text) {
        if (text == null) {
            return "null";
        }
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            json.append(
                    c == '"' || c == '\\'
                            ? "\\" + c
                            : c < ' ' ? String.format(Locale.ROOT, "\\u%04x", (int) c) : "" + c);
        }
        return json.append('"').toString();
    }

    /** Days from the first to the last one. */
    Source dates(LocalDate first, LocalDate last, UnaryOperator<String> form) {
        return () -> {
            LocalDate date = pick(
                    first,
                    last,
                    LocalDate.EPOCH,
                    LocalDate.of(1582, 10, 10),
                    first.plusDays(random.nextLong(last.toEpochDay() - first.toEpochDay())));
            String text = form.apply(date.toString());
            List<Sent> forms = new ArrayList<>(List.of(
                    new Sent(
                            Date.SCHEMA, java.util.Date.from(Instant.ofEpochSecond(date.toEpochDay() * 86_400L)), text),
                    new Sent(debezium("Date", SchemaBuilder.int32()), (int) date.toEpochDay(), text)));
            if (date.getYear() > 0 && date.getYear() < 10_000) {
                forms.add(new Sent(Schema.STRING_SCHEMA, date.toString(), text));
            }
            return forms.get(random.nextInt(forms.size()));
        };
    }

    /** Moments with so many fractional digits; the text has six. */
    Source moments(LocalDateTime first, LocalDateTime last, int digits) {
        return () -> {
            long from = first.toEpochSecond(ZoneOffset.UTC);
            LocalDateTime moment = truncate(
                    pick(
                            first,
                            last,
                            LocalDateTime.of(2024, 2, 29, 23, 59, 59, 999_999_999),
                            LocalDateTime.ofEpochSecond(
                                    from + random.nextLong(last.toEpochSecond(ZoneOffset.UTC) - from),
                                    random.nextInt(1_000_000_000),
                                    ZoneOffset.UTC)),
                    digits);
            Instant instant = moment.toInstant(ZoneOffset.UTC);
            Instant millis = instant.truncatedTo(ChronoUnit.MILLIS);
            List<Sent> forms = new ArrayList<>(List.of(
                    new Sent(Timestamp.SCHEMA, java.util.Date.from(millis), moment(millis)),
                    new Sent(debezium("Timestamp", SchemaBuilder.int64()), millis.toEpochMilli(), moment(millis)),
                    new Sent(
                            debezium("MicroTimestamp", SchemaBuilder.int64()),
                            units(instant, 1_000_000),
                            moment(instant))));
            if (moment.getYear() > 1700 && moment.getYear() < 2250) {
                forms.add(new Sent(
                        debezium("NanoTimestamp", SchemaBuilder.int64()),
                        units(instant, 1_000_000_000),
                        moment(instant)));
            }
            if (moment.getYear() > 1 && moment.getYear() < 9999) {
                forms.add(new Sent(
                        debezium("ZonedTimestamp", SchemaBuilder.string()), instant.toString(), moment(instant)));
                forms.add(new Sent(
                        Schema.STRING_SCHEMA,
                        instant.atOffset(ZoneOffset.ofHoursMinutes(5, 30)).toString(),
                        moment(instant)));
                forms.add(new Sent(Schema.STRING_SCHEMA, moment.toString().replace('T', ' '), moment(instant)));
            }
            return forms.get(random.nextInt(forms.size()));
        };
    }

    private static LocalDateTime truncate(LocalDateTime moment, int digits) {
        return moment.minusNanos(moment.get(ChronoField.NANO_OF_SECOND)
                % BigInteger.TEN.pow(9 - digits).intValue());
    }

    private static long units(Instant instant, int perSecond) {
        return instant.getEpochSecond() * perSecond + instant.getNano() / (1_000_000_000 / perSecond);
    }

    private static String moment(Instant instant) {
        return MOMENT.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** Times of day with so many fractional digits. */
    Source times(int digits) {
        return () -> {
            long unit = BigInteger.TEN.pow(9 - digits).longValue();
            long nanos = pick(0L, 86_399_999_999_999L, random.nextLong(86_400_000_000_000L)) / unit * unit;
            LocalTime time = LocalTime.ofNanoOfDay(nanos);
            Duration duration = Duration.ofNanos(nanos);
            long millis = duration.toMillis();
            long micros = nanos / 1000;
            return pick(
                    new Sent(
                            Time.SCHEMA,
                            java.util.Date.from(Instant.ofEpochMilli(millis)),
                            time(millis * 1_000_000, digits)),
                    new Sent(debezium("Time", SchemaBuilder.int32()), (int) millis, time(millis * 1_000_000, digits)),
                    new Sent(debezium("MicroTime", SchemaBuilder.int64()), micros, time(micros * 1000, digits)),
                    new Sent(debezium("NanoTime", SchemaBuilder.int64()), nanos, time(nanos, digits)),
                    new Sent(debezium("ZonedTime", SchemaBuilder.string()), time + "Z", time(nanos, digits)),
                    new Sent(Schema.STRING_SCHEMA, time.toString(), time(nanos, digits)));
        };
    }

    /** MySQL's signed times. */
    Source durations(int digits) {
        return () -> {
            long limit = 839L * 3600 * 1_000_000;
            long unit = BigInteger.TEN.pow(6 - digits).longValue();
            long micros =
                    pick(limit - 1_000_000, 1_000_000 - limit, random.nextLong(-limit + 1_000_000, limit - 1_000_000))
                            / unit
                            * unit;
            return new Sent(
                    debezium("MicroTime", SchemaBuilder.int64()),
                    micros,
                    (micros < 0 ? "-" : "") + time(Math.abs(micros) * 1000, digits));
        };
    }

    private static String time(long nanos, int digits) {
        Duration time = Duration.ofNanos(nanos);
        String text = String.format(
                Locale.ROOT, "%02d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
        return digits == 0
                ? text
                : text + "."
                        + String.format(Locale.ROOT, "%09d", time.toNanosPart()).substring(0, digits);
    }

    private static Schema debezium(String type, SchemaBuilder builder) {
        return builder.name("io.debezium.time." + type).build();
    }

    /** Arrays, of arrays where {@code depth} is above 1, with nulls among the elements; the text is JSON. */
    Source arrays(int depth, Source elements, UnaryOperator<String> json) {
        return () -> {
            Sent sample = elements.next();
            return array(
                    depth,
                    sample.schema(),
                    size -> {
                        Sent element = elements.next();
                        while (!element.schema().equals(sample.schema())) {
                            element = elements.next();
                        }
                        return element;
                    },
                    json,
                    random.nextInt(4) + (depth > 1 ? 1 : 0));
        };
    }

    private Sent array(int depth, Schema leaf, IntFunction<Sent> leaves, UnaryOperator<String> json, int size) {
        List<Object> values = new ArrayList<>();
        StringBuilder text = new StringBuilder("[");
        // A structure's schema is its own and cannot be made optional here.
        boolean nullable = leaf.type() != Schema.Type.STRUCT;
        Schema elements = depth > 1 ? null : nullable ? optional(leaf) : leaf;
        int innerSize = 1 + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            text.append(i > 0 ? "," : "");
            if (depth > 1) {
                Sent inner = array(depth - 1, leaf, leaves, json, innerSize);
                elements = inner.schema();
                values.add(inner.value());
                text.append(inner.expected());
            } else if (nullable && random.nextInt(5) == 0) {
                values.add(null);
                text.append("null");
            } else {
                Sent element = leaves.apply(i);
                values.add(element.value());
                text.append(json.apply(element.expected()));
            }
        }
        return new Sent(
                SchemaBuilder.array(elements).build(), values, text.append(']').toString());
    }

    private static Schema optional(Schema schema) {
        SchemaBuilder builder = new SchemaBuilder(schema.type()).optional();
        if (schema.name() != null) {
            builder.name(schema.name());
        }
        if (schema.parameters() != null) {
            builder.parameters(schema.parameters());
        }
        return builder.build();
    }

    @SafeVarargs
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
