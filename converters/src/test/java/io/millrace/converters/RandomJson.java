package io.millrace.converters;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
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
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.SchemaBuilderException;

/**
 * Schemas of every type, values of them, and messages that are not as they were. If faults are wanted, some schemas and values are
 * such that JsonConverter refuses them, or that they are rarely seen.
 */
final class RandomJson {
    private static final int DAY_MS = 86_400_000;
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "Jordaan & Söhne",
            "\"quoted\" \\ \n\t\u0001",
            "😀",
            "null",
            "{\"schema\":1}",
            " ",
            "\b\f\r\u001f/\u007f\u0080\u07ff\u0800\u2028\uffff",
            "\ud83d",
            "\ude00\ud83d");
    private static final List<String> LOGICAL_NAMES =
            List.of(Decimal.LOGICAL_NAME, Date.LOGICAL_NAME, Time.LOGICAL_NAME, Timestamp.LOGICAL_NAME);
    private static final float[] FLOATS = {
        -0f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MIN_VALUE, Float.MAX_VALUE, 1e7f, 1e-3f
    };
    private static final int RARELY = 25;
    private static final List<String> PIECES = List.of(
            "null", "1", "-0.0", "1e99", "\"x\"", "{}", "[]", ",", "}", "true", "007", "12345678901234567890", " ");

    private final Random random;
    private final boolean faults;
    private int names;

    RandomJson(Random random) {
        this(random, false);
    }

    RandomJson(Random random, boolean faults) {
        this.random = random;
        this.faults = faults;
    }

    /** Whether something goes wrong, or is unusual, at this place. */
    private boolean fault() {
        return faults && random.nextInt(RARELY) == 0;
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
                    case 13 -> SchemaBuilder.map(keySchema(depth), schema(depth - 1));
                    default -> struct(depth);
                };
        boolean nested = builder.type() == Schema.Type.STRUCT
                || builder.type() == Schema.Type.ARRAY
                || builder.type() == Schema.Type.MAP;
        if (random.nextBoolean()) {
            builder.optional();
        }
        if (builder.name() == null && fault()) {
            builder.name(LOGICAL_NAMES.get(random.nextInt(LOGICAL_NAMES.size())));
        }
        if ((!nested || fault()) && random.nextInt(3) == 0) {
            putDefault(builder);
        }
        if (builder.name() == null && random.nextInt(3) == 0) {
            builder.name("shop.N" + names++).version(random.nextInt(3)).doc("of a \"test\"");
        }
        if (builder.parameters() == null && random.nextInt(5) == 0) {
            builder.parameter("größe", "10").parameter("__debezium.source.column.type", "VARCHAR");
        }
        // Of a builder that is not finished, JsonConverter reads the fields again for each value.
        return fault() ? builder : builder.build();
    }

    private Schema keySchema(int depth) {
        if (fault()) {
            return schema(depth - 1);
        }
        return random.nextInt(4) > 0 ? Schema.STRING_SCHEMA : Schema.INT32_SCHEMA;
    }

    private void putDefault(SchemaBuilder builder) {
        try {
            builder.defaultValue(required(builder));
        } catch (SchemaBuilderException | ClassCastException e) {
            // The random value does not fit, and the schema stays without a default.
        }
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
        if (fault()) {
            return random.nextBoolean() ? null : required(schema(1));
        }
        return schema.isOptional() && random.nextInt(4) == 0 ? null : required(schema);
    }

    private Object required(Schema schema) {
        if (schema.name() != null && LOGICAL_NAMES.contains(schema.name())) {
            return logical(schema);
        }
        return switch (schema.type()) {
            case INT8 -> (byte) random.nextInt();
            case INT16 -> (short) random.nextInt();
            case INT32 -> random.nextInt() >> random.nextInt(32);
            case INT64 -> random.nextInt(20) == 0 ? Long.MIN_VALUE : random.nextLong() >> random.nextInt(64);
            case FLOAT32 -> random.nextInt(5) == 0 ? FLOATS[random.nextInt(FLOATS.length)] : random.nextFloat() * 1000;
            case FLOAT64 ->
                random.nextInt(5) == 0
                        ? (double) FLOATS[random.nextInt(FLOATS.length)]
                        : random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20);
            case BOOLEAN -> random.nextBoolean();
            case STRING -> text();
            case BYTES -> bytes();
            case ARRAY -> {
                List<Object> array = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(value(schema.valueSchema()));
                }
                yield array;
            }
            case MAP -> {
                Map<Object, Object> map = newMap();
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(key(schema.keySchema()), value(schema.valueSchema()));
                }
                yield map;
            }
            case STRUCT -> struct(schema);
        };
    }

    @SuppressWarnings("JavaUtilDate") // Connect's type of times.
    private Object logical(Schema schema) {
        return switch (schema.name()) {
            case Decimal.LOGICAL_NAME -> {
                String scale =
                        schema.parameters() == null ? null : schema.parameters().get(Decimal.SCALE_FIELD);
                BigInteger digits = new BigInteger(random.nextInt(90) + 1, random);
                yield new BigDecimal(
                        random.nextBoolean() ? digits : digits.negate(),
                        scale == null || fault() ? random.nextInt(50) - 20 : Integer.parseInt(scale));
            }
            case Date.LOGICAL_NAME ->
                fault()
                        ? new java.util.Date(random.nextLong())
                        : Date.toLogical(Date.SCHEMA, random.nextInt(40_000) - 10_000);
            case Time.LOGICAL_NAME ->
                fault()
                        ? new java.util.Date(random.nextInt())
                        : Time.toLogical(Time.SCHEMA, random.nextInt(DAY_MS + 1));
            default -> Timestamp.toLogical(Timestamp.SCHEMA, random.nextLong() >> 20);
        };
    }

    private Object text() {
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        if (random.nextInt(10) == 0) {
            text = "x".repeat(random.nextInt(1000)) + text.repeat(random.nextInt(300)) + "y";
        }
        return fault() ? CharBuffer.wrap(text) : text;
    }

    private Object bytes() {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (!fault()) {
            return random.nextBoolean() ? bytes : buffer;
        }
        return switch (random.nextInt(4)) {
            case 0 -> buffer.asReadOnlyBuffer();
            case 1 -> buffer.position(bytes.length / 2);
            case 2 -> buffer.position(bytes.length / 3).slice();
            default -> buffer.limit(bytes.length / 2);
        };
    }

    private Map<Object, Object> newMap() {
        return fault() ? new IdentityHashMap<>() : random.nextBoolean() ? new HashMap<>() : new LinkedHashMap<>();
    }

    private Object key(Schema schema) {
        // A text that is equal, but another object.
        return value(schema) instanceof String text ? new String(text.toCharArray()) : value(schema);
    }

    private Struct struct(Schema schema) {
        Struct struct = new Struct(schema);
        for (Field field : schema.fields()) {
            try {
                putField(struct, field, value(field.schema()));
            } catch (DataException | ClassCastException e) {
                // A fault that Connect finds, so the field has no value.
                if (!faults) {
                    throw e;
                }
            }
        }
        return struct;
    }

    /** Connect checks what is in a collection when the field is set, and not later. */
    private void putField(Struct struct, Field field, Object value) {
        if (faults && value instanceof List<?> elements) {
            List<Object> array = new ArrayList<>();
            struct.put(field, array);
            array.addAll(elements);
        } else if (faults && value instanceof Map<?, ?> entries) {
            Map<Object, Object> map = newMap();
            struct.put(field, map);
            map.putAll(entries);
        } else {
            struct.put(field, value);
        }
    }

    /** A value without a schema. */
    Object schemaless() {
        return schemaless(4);
    }

    private Object schemaless(int depth) {
        if (fault()) {
            return required(schema(1));
        }
        return switch (random.nextInt(depth == 0 ? 9 : 13)) {
            case 0 -> null;
            case 1 -> required(Schema.INT8_SCHEMA);
            case 2 -> required(Schema.INT16_SCHEMA);
            case 3 -> required(Schema.INT32_SCHEMA);
            case 4 -> required(Schema.INT64_SCHEMA);
            case 5 -> random.nextFloat();
            case 6 -> required(Schema.FLOAT64_SCHEMA);
            case 7 -> random.nextBoolean() ? random.nextBoolean() : bytes();
            case 8 -> text();
            case 9, 10 -> {
                List<Object> array = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(schemaless(depth - 1));
                }
                yield array;
            }
            default -> {
                Map<Object, Object> map = newMap();
                boolean texts = random.nextInt(4) > 0;
                for (int i = random.nextInt(4); i > 0; i--) {
                    map.put(texts ? key(Schema.STRING_SCHEMA) : schemaless(depth - 1), schemaless(depth - 1));
                }
                yield map;
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
