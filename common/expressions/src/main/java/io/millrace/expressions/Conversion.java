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

/**
 * Makes values of a declared type out of whatever was found: parsed JSON, a Struct, a map, a list, a primitive. Nothing is
 * rounded, cut or guessed: what does not fit is a {@link Mismatch}. Fields that the type does not declare are left out.
 */
final class Conversion {
    /** A text like 1e999999999 is short; the decimal that it stands for would fill the memory. */
    private static final int MAX_ZEROS = 1_000;

    /** Says where the value does not fit its type; the message begins with the place inside the value, if any. */
    static final class Mismatch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mismatch(String message) {
            super(message, null, false, false);
        }
    }

    private Conversion() {}

    /** The value with Structs for declared structures. */
    static Object structured(Schema schema, Object value) {
        return convert(schema, value, true);
    }

    /** The value with maps for declared structures, as schemaless records have them. */
    static Object plain(Schema schema, Object value) {
        return convert(schema, value, false);
    }

    private static Object convert(Schema schema, Object value, boolean structs) {
        if (value == null) {
            if (schema.isOptional()) {
                return null;
            }
            throw mismatch(schema, null);
        }
        return switch (schema.type()) {
            case STRUCT -> structure(schema, value, structs);
            case ARRAY -> array(schema, value, structs);
            case MAP -> map(schema, value, structs);
            default -> schema.name() == null ? scalar(schema, value) : logical(schema, value);
        };
    }

    private static Object structure(Schema schema, Object value, boolean structs) {
        Struct struct = structs ? new Struct(schema) : null;
        Map<String, Object> map = structs ? null : new LinkedHashMap<>();
        for (Field field : schema.fields()) {
            Object converted = at("." + field.name(), field.schema(), member(schema, value, field.name()), structs);
            if (struct != null) {
                struct.put(field, converted);
            } else {
                map.put(field.name(), converted);
            }
        }
        return struct != null ? struct : map;
    }

    private static Object member(Schema schema, Object value, String name) {
        if (!RowValues.isContainer(value)) {
            throw mismatch(schema, value);
        }
        return RowValues.get(value, name);
    }

    private static List<Object> array(Schema schema, Object value, boolean structs) {
        if (!(value instanceof List<?> list)) {
            throw mismatch(schema, value);
        }
        List<Object> array = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            array.add(at("[" + i + "]", schema.valueSchema(), list.get(i), structs));
        }
        return array;
    }

    private static Map<String, Object> map(Schema schema, Object value, boolean structs) {
        if (!(value instanceof Map<?, ?> entries)) {
            throw mismatch(schema, value);
        }
        Map<String, Object> map = new LinkedHashMap<>();
        entries.forEach((k, v) -> map.put(String.valueOf(k), at("." + k, schema.valueSchema(), v, structs)));
        return map;
    }

    private static Object at(String place, Schema schema, Object value, boolean structs) {
        try {
            return convert(schema, value, structs);
        } catch (Mismatch e) {
            throw new Mismatch(place + e.getMessage());
        }
    }

    private static Object scalar(Schema schema, Object value) {
        Object converted =
                switch (schema.type()) {
                    case STRING -> value instanceof String ? value : null;
                    case BOOLEAN -> value instanceof Boolean ? value : null;
                    case INT32 -> int32(value);
                    case INT64 -> integer(value, Long.MIN_VALUE, Long.MAX_VALUE);
                    case FLOAT64 -> value instanceof Number number ? (Object) number.doubleValue() : null;
                    case BYTES -> value instanceof byte[] || value instanceof ByteBuffer ? value : null;
                    default -> null;
                };
        if (converted == null) {
            throw mismatch(schema, value);
        }
        return converted;
    }

    private static Integer int32(Object value) {
        Long integer = integer(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return integer == null ? null : integer.intValue();
    }

    private static Long integer(Object value, long min, long max) {
        if (isInteger(value)) {
            long n = ((Number) value).longValue();
            return n >= min && n <= max ? n : null;
        }
        return null;
    }

    private static boolean isInteger(Object value) {
        return value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long;
    }

    private static Object logical(Schema schema, Object value) {
        Object converted =
                switch (schema.name()) {
                    case Decimal.LOGICAL_NAME ->
                        decimal(value, Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD)));
                    case Timestamp.LOGICAL_NAME -> timestamp(value);
                    case Date.LOGICAL_NAME -> date(value);
                    default -> null;
                };
        if (converted == null) {
            throw mismatch(schema, value);
        }
        return converted;
    }

    private static BigDecimal decimal(Object value, int scale) {
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

    private static java.util.Date timestamp(Object value) {
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

    private static java.util.Date date(Object value) {
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

    private static Mismatch mismatch(Schema schema, Object found) {
        return new Mismatch(
                ": expected " + (schema.name() == null ? schema.type() : schema.name()) + ", found " + typeName(found));
    }

    private static String typeName(Object value) {
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
