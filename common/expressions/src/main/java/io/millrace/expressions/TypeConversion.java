package io.millrace.expressions;

import io.millrace.changes.RowValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of a declared type out of whatever was found: parsed JSON, a Struct, a map, a list, a primitive. Nothing is
 * rounded, cut or guessed: what does not fit is a {@link Mismatch}. Fields that the type does not declare are left out.
 */
final class TypeConversion {
    /** A text like 1e999999999 is short; the decimal that it stands for would fill the memory. */
    private static final int MAX_ZEROS = 1_000;

    /** Says where the value does not fit its type; the message begins with the place inside the value, if any. */
    static final class Mismatch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mismatch(String message) {
            super(message, null, false, false);
        }
    }

    private TypeConversion() {}

    /** The value with Structs for declared structures. */
    static @Nullable Object structured(Schema schema, @Nullable Object value) {
        return convertValue(schema, value, true);
    }

    /** The value with maps for declared structures, as schemaless records have them. */
    static @Nullable Object plain(Schema schema, @Nullable Object value) {
        return convertValue(schema, value, false);
    }

    private static @Nullable Object convertValue(Schema schema, @Nullable Object value, boolean structs) {
        if (value == null) {
            if (schema.isOptional()) {
                return null;
            }
            throw describeMismatch(schema, null);
        }
        return switch (schema.type()) {
            case STRUCT -> convertStructure(schema, value, structs);
            case ARRAY -> convertArray(schema, value, structs);
            case MAP -> convertMap(schema, value, structs);
            default -> schema.name() == null ? convertScalar(schema, value) : convertLogical(schema, value);
        };
    }

    private static Object convertStructure(Schema schema, Object value, boolean structs) {
        if (!structs) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (Field field : schema.fields()) {
                map.put(field.name(), convertField(field, schema, value, false));
            }
            return map;
        }
        Struct struct = new Struct(schema);
        for (Field field : schema.fields()) {
            struct.put(field, convertField(field, schema, value, true));
        }
        return struct;
    }

    private static @Nullable Object convertField(Field field, Schema schema, Object value, boolean structs) {
        return convertAt("." + field.name(), field.schema(), readMember(schema, value, field.name()), structs);
    }

    private static @Nullable Object readMember(Schema schema, Object value, String name) {
        if (!RowValues.isContainer(value)) {
            throw describeMismatch(schema, value);
        }
        return RowValues.get(value, name);
    }

    private static List<@Nullable Object> convertArray(Schema schema, Object value, boolean structs) {
        if (!(value instanceof List<?> list)) {
            throw describeMismatch(schema, value);
        }
        List<@Nullable Object> array = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            array.add(convertAt("[" + i + "]", schema.valueSchema(), list.get(i), structs));
        }
        return array;
    }

    private static Map<String, @Nullable Object> convertMap(Schema schema, Object value, boolean structs) {
        if (!(value instanceof Map<?, ?> entries)) {
            throw describeMismatch(schema, value);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        entries.forEach((k, v) -> map.put(String.valueOf(k), convertAt("." + k, schema.valueSchema(), v, structs)));
        return map;
    }

    private static @Nullable Object convertAt(String place, Schema schema, @Nullable Object value, boolean structs) {
        try {
            return convertValue(schema, value, structs);
        } catch (Mismatch e) {
            throw new Mismatch(place + e.getMessage());
        }
    }

    private static Object convertScalar(Schema schema, Object value) {
        Object converted =
                switch (schema.type()) {
                    case STRING -> value instanceof String ? value : null;
                    case BOOLEAN -> value instanceof Boolean ? value : null;
                    case INT32 -> toInt32(value);
                    case INT64 -> toInteger(value, Long.MIN_VALUE, Long.MAX_VALUE);
                    case FLOAT64 -> value instanceof Number number ? (Object) number.doubleValue() : null;
                    case BYTES -> value instanceof byte[] || value instanceof ByteBuffer ? value : null;
                    default -> null;
                };
        if (converted == null) {
            throw describeMismatch(schema, value);
        }
        return converted;
    }

    private static @Nullable Integer toInt32(Object value) {
        Long integer = toInteger(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return integer == null ? null : integer.intValue();
    }

    private static @Nullable Long toInteger(Object value, long min, long max) {
        if (isInteger(value)) {
            long n = ((Number) value).longValue();
            return n >= min && n <= max ? n : null;
        }
        return null;
    }

    private static boolean isInteger(Object value) {
        return value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long;
    }

    private static Object convertLogical(Schema schema, Object value) {
        Object converted =
                switch (schema.name()) {
                    case Decimal.LOGICAL_NAME ->
                        toDecimal(value, Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD)));
                    case Timestamp.LOGICAL_NAME -> toTimestamp(value);
                    case Date.LOGICAL_NAME -> toDate(value);
                    default -> null;
                };
        if (converted == null) {
            throw describeMismatch(schema, value);
        }
        return converted;
    }

    private static @Nullable BigDecimal toDecimal(Object value, int scale) {
        BigDecimal decimal = null;
        if (value instanceof BigDecimal d) {
            decimal = d;
        } else if (value instanceof BigInteger i) {
            decimal = new BigDecimal(i);
        } else if (isInteger(value)) {
            decimal = BigDecimal.valueOf(((Number) value).longValue());
        } else if (value instanceof Double d && Double.isFinite(d)) {
            decimal = BigDecimal.valueOf(d);
        }
        if (decimal == null) {
            return null;
        }
        if (decimal.scale() < -MAX_ZEROS) {
            throw new Mismatch(": expected a decimal, found one of more than " + MAX_ZEROS + " digits");
        }
        try {
            return decimal.setScale(scale, RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw new Mismatch(": expected at most " + scale + " digits behind the point, found " + decimal.scale());
        }
    }

    private static java.util.@Nullable Date toTimestamp(Object value) {
        if (value instanceof java.util.Date date) {
            return date;
        }
        if (value instanceof String text) {
            try {
                return java.util.Date.from(OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                throw new Mismatch(": expected a timestamp in RFC 3339, found another STRING");
            }
        }
        return null;
    }

    private static java.util.@Nullable Date toDate(Object value) {
        if (value instanceof java.util.Date date) {
            return date;
        }
        if (value instanceof String text) {
            try {
                return java.util.Date.from(
                        LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
            } catch (DateTimeException e) {
                throw new Mismatch(": expected a date as yyyy-mm-dd, found another STRING");
            }
        }
        return null;
    }

    private static Mismatch describeMismatch(Schema schema, @Nullable Object found) {
        return new Mismatch(
                ": expected " + (schema.name() == null ? schema.type() : schema.name()) + ", found " + typeName(found));
    }

    private static String typeName(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof Struct) {
            return "STRUCT";
        }
        if (value instanceof Map) {
            return "MAP";
        }
        return value instanceof List ? "ARRAY" : value.getClass().getSimpleName();
    }
}
