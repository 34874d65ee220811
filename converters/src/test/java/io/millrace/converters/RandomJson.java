package io.millrace.converters;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;

/** Schemas of every type, values of them, and messages that are not as they were. */
final class RandomJson {
    private static final int DAY_MS = 86_400_000;
    private static final List<String> TEXTS =
            List.of("", "a", "Jordaan & Söhne", "\"quoted\" \\ \n\t\u0001", "😀", "null", "{\"schema\":1}", " ");
    private static final List<String> PIECES = List.of(
            "null", "1", "-0.0", "1e99", "\"x\"", "{}", "[]", ",", "}", "true", "007", "12345678901234567890", " ");

    private final Random random;
    private int names;

    RandomJson(Random random) {
        this.random = random;
    }

    Schema schema() {
        return schema(3);
    }

    private Schema schema(int depth) {
        SchemaBuilder builder =
                switch (random.nextInt(depth == 0 ? 12 : 16)) {
                    case 0 -> SchemaBuilder.int8();
                    case 1 -> SchemaBuilder.int16();
                    case 2 -> SchemaBuilder.int32();
                    case 3 -> SchemaBuilder.int64();
                    case 4 -> SchemaBuilder.float32();
                    case 5 -> SchemaBuilder.float64();
                    case 6 -> SchemaBuilder.bool();
                    case 7 -> SchemaBuilder.string();
                    case 8 -> SchemaBuilder.bytes();
                    case 9 -> Decimal.builder(random.nextInt(5));
                    case 10 -> random.nextBoolean() ? Date.builder() : Time.builder();
                    case 11 -> Timestamp.builder();
                    case 12 -> SchemaBuilder.array(schema(depth - 1));
                    case 13 ->
                        SchemaBuilder.map(
                                random.nextInt(4) > 0 ? Schema.STRING_SCHEMA : Schema.INT32_SCHEMA, schema(depth - 1));
                    default -> struct(depth);
                };
        boolean nested = builder.type() == Schema.Type.STRUCT
                || builder.type() == Schema.Type.ARRAY
                || builder.type() == Schema.Type.MAP;
        if (random.nextBoolean()) {
            builder.optional();
        }
        if (!nested && random.nextInt(3) == 0) {
            builder.defaultValue(required(builder));
        }
        if (builder.name() == null && random.nextInt(3) == 0) {
            builder.name("shop.N" + names++).version(random.nextInt(3)).doc("of a test");
        }
        return builder.build();
    }

    private SchemaBuilder struct(int depth) {
        SchemaBuilder builder = SchemaBuilder.struct();
        int fields = random.nextInt(6);
        for (int i = 0; i < fields; i++) {
            builder.field((random.nextInt(4) == 0 ? "größe" : "f") + i, schema(depth - 1));
        }
        return builder;
    }

    Object value(Schema schema) {
        return schema.isOptional() && random.nextInt(4) == 0 ? null : required(schema);
    }

    private Object required(Schema schema) {
        if (Decimal.LOGICAL_NAME.equals(schema.name())) {
            int scale = Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD));
            return new BigDecimal(new BigInteger(random.nextInt(90) + 1, random), scale)
                    .multiply(random.nextBoolean() ? BigDecimal.ONE : BigDecimal.ONE.negate());
        }
        if (Date.LOGICAL_NAME.equals(schema.name())) {
            return Date.toLogical(Date.SCHEMA, random.nextInt(40_000) - 10_000);
        }
        if (Time.LOGICAL_NAME.equals(schema.name())) {
            return Time.toLogical(Time.SCHEMA, random.nextInt(DAY_MS));
        }
        if (Timestamp.LOGICAL_NAME.equals(schema.name())) {
            return Timestamp.toLogical(Timestamp.SCHEMA, random.nextLong() >> 20);
        }
        return switch (schema.type()) {
            case INT8 -> (byte) random.nextInt();
            case INT16 -> (short) random.nextInt();
            case INT32 -> random.nextInt();
            case INT64 -> random.nextLong() >> random.nextInt(64);
            case FLOAT32 -> random.nextInt(5) == 0 ? -0f : random.nextFloat() * 1000;
            case FLOAT64 ->
                random.nextInt(5) == 0 ? -0d : random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case BOOLEAN -> random.nextBoolean();
            case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
            case BYTES -> {
                byte[] bytes = new byte[random.nextInt(40)];
                random.nextBytes(bytes);
                yield bytes;
            }
            case ARRAY -> {
                List<Object> array = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(schema.valueSchema()));
                }
                yield array;
            }
            case MAP -> {
                Map<Object, Object> map = new HashMap<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(required(schema.keySchema()), value(schema.valueSchema()));
                }
                yield map;
            }
            case STRUCT -> {
                Struct struct = new Struct(schema);
                for (Field field : schema.fields()) {
                    struct.put(field, value(field.schema()));
                }
                yield struct;
            }
        };
    }

    /** The message with a piece of it lost, doubled or another one, most of the time behind the schema. */
    byte[] damage(byte[] message) {
        String text = new String(message, StandardCharsets.UTF_8);
        int payload = Math.max(0, text.lastIndexOf("\"payload\""));
        int from = random.nextInt(5) > 0 ? payload : 0;
        int begin = from + random.nextInt(text.length() - from);
        int end = Math.min(text.length(), begin + random.nextInt(8));
        String piece =
                switch (random.nextInt(3)) {
                    case 0 -> "";
                    case 1 -> text.substring(begin, end).repeat(2);
                    default -> PIECES.get(random.nextInt(PIECES.size()));
                };
        return (text.substring(0, begin) + piece + text.substring(end)).getBytes(StandardCharsets.UTF_8);
    }

    /** A value whose parts are compared by what they hold, with the type of each, bytes and negative zeros included. */
    static Object plain(Object value) {
        if (value instanceof SchemaAndValue both) {
            return Arrays.asList(both.schema(), plain(both.value()));
        }
        if (value instanceof Struct struct) {
            List<Object> fields = new ArrayList<>(List.of(struct.schema()));
            struct.schema().fields().forEach(field -> fields.add(plain(struct.getWithoutDefault(field.name()))));
            return fields;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(RandomJson::plain).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> plain = new HashMap<>();
            map.forEach((key, entry) -> plain.put(plain(key), plain(entry)));
            return plain;
        }
        return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value;
    }
}
