package io.millrace.expressions;

import io.millrace.changes.ExactNumber;
import io.millrace.changes.RowValues;
import io.millrace.changes.SemanticType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Makes values of a declared type out of whatever was found: parsed JSON, a Struct, a map, a list, a primitive, and the semantic
 * types of Connect and Debezium. Nothing is rounded, cut or guessed: what does not fit is a {@link Mismatch}. Fields that the
 * type does not declare are left out.
 */
enum TypeConversion {
    /** Structs for declared structures, and Connect's timestamps. */
    STRUCTURED(true, false),
    /** Structs for declared structures, and timestamps that keep nanoseconds. */
    PRECISE(true, true),
    /** Maps for declared structures, as schemaless records have them. */
    PLAIN(false, false);

    /** A text like 1e999999999 is short; the decimal that it stands for would fill the memory. */
    private static final int MAX_ZEROS = 1_000;

    private static final int NANOS_PER_MILLISECOND = 1_000_000;

    /** A value that does not fit its type; the message begins with the place inside the value, if there is one. */
    static final class Mismatch extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Mismatch(String message) {
            super(message, null, false, false);
        }
    }

    private final boolean structs;
    private final boolean nanoseconds;

    TypeConversion(boolean structs, boolean nanoseconds) {
        this.structs = structs;
        this.nanoseconds = nanoseconds;
    }

    /** The conversion for what is made of this record. */
    static TypeConversion of(Scope scope) {
        return !scope.structured() ? PLAIN : scope.keepsNanoseconds() ? PRECISE : STRUCTURED;
    }

    /**
     * The value as one of the schema.
     *
     * @param schema the declared type
     * @param found the value's own schema; null if it has none
     * @throws Mismatch if it does not fit
     */
    @Nullable
    Object convert(Schema schema, @Nullable Schema found, @Nullable Object value) {
        if (value == null) {
            if (schema.isOptional()) {
                return null;
            }
            throw describeMismatch(schema, null);
        }
        return switch (schema.type()) {
            case STRUCT -> convertStructure(schema, value);
            case ARRAY -> convertArray(schema, found, value);
            case MAP -> convertMap(schema, found, value);
            default -> schema.name() == null ? convertScalar(schema, value) : convertLogical(schema, found, value);
        };
    }

    private Object convertStructure(Schema schema, Object value) {
        if (!structs) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            for (Field field : schema.fields()) {
                map.put(field.name(), convertField(field, schema, value));
            }
            return map;
        }
        Struct struct = new Struct(schema);
        for (Field field : schema.fields()) {
            struct.put(field, convertField(field, schema, value));
        }
        return struct;
    }

    private @Nullable Object convertField(Field field, Schema schema, Object value) {
        if (!RowValues.isContainer(value)) {
            throw describeMismatch(schema, value);
        }
        return convertAt(
                "." + field.name(),
                field.schema(),
                RowValues.getSchema(value, field.name()),
                RowValues.get(value, field.name()));
    }

    private List<@Nullable Object> convertArray(Schema schema, @Nullable Schema found, Object value) {
        if (!(value instanceof List<?> list)) {
            throw describeMismatch(schema, value);
        }
        List<@Nullable Object> array = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            array.add(convertAt("[" + i + "]", schema.valueSchema(), elementOf(found), list.get(i)));
        }
        return array;
    }

    private Map<String, @Nullable Object> convertMap(Schema schema, @Nullable Schema found, Object value) {
        if (!(value instanceof Map<?, ?> entries)) {
            throw describeMismatch(schema, value);
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        entries.forEach(
                (k, v) -> map.put(String.valueOf(k), convertAt("." + k, schema.valueSchema(), elementOf(found), v)));
        return map;
    }

    private static @Nullable Schema elementOf(@Nullable Schema found) {
        return found != null && (found.type() == Schema.Type.ARRAY || found.type() == Schema.Type.MAP)
                ? found.valueSchema()
                : null;
    }

    private @Nullable Object convertAt(String place, Schema schema, @Nullable Schema found, @Nullable Object value) {
        try {
            return convert(schema, found, value);
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
                    case FLOAT64 -> toDouble(value);
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

    private static @Nullable Double toDouble(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        BigDecimal number = toExactNumber(value);
        if (number == null) {
            return null;
        }
        double nearest = number.doubleValue();
        if (!ExactNumber.isDouble(number, nearest)) {
            throw new Mismatch(": expected a number that a FLOAT64 can represent, found one of more digits");
        }
        return nearest;
    }

    private static @Nullable BigDecimal toExactNumber(Object value) {
        if (isInteger(value)) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        if (value instanceof BigInteger integer) {
            requireShort(ExactNumber.isLongerThan(integer, MAX_ZEROS));
            return new BigDecimal(integer);
        }
        if (value instanceof BigDecimal decimal) {
            requireShort(ExactNumber.isLongerThan(decimal, MAX_ZEROS));
            return decimal;
        }
        return null;
    }

    private static void requireShort(boolean isLong) {
        if (isLong) {
            throw new Mismatch(": expected a number, found one of more than " + MAX_ZEROS + " digits");
        }
    }

    private Object convertLogical(Schema schema, @Nullable Schema found, Object value) {
        Object meaning = readMeaning(schema, found, value);
        Object converted =
                switch (schema.name()) {
                    case Decimal.LOGICAL_NAME ->
                        toDecimal(meaning, Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD)));
                    case Timestamp.LOGICAL_NAME -> toTimestamp(meaning);
                    case Date.LOGICAL_NAME -> toDate(meaning);
                    default -> null;
                };
        if (converted == null) {
            throw describeMismatch(schema, value);
        }
        return converted;
    }

    /** The Java value of a semantic type's value; any other value unchanged. */
    private static Object readMeaning(Schema schema, @Nullable Schema found, Object value) {
        // Dates of Connect and decimals need no schema.
        if (found == null || found.name() == null || value instanceof java.util.Date || value instanceof BigDecimal) {
            return value;
        }
        Optional<SemanticType> type = SemanticType.find(found);
        if (type.isEmpty()) {
            if (SemanticType.isUnknownNumber(found)) {
                throw new Mismatch(
                        ": expected " + schema.name() + ", found a number of the unknown type " + found.name());
            }
            return value;
        }
        try {
            return type.get().read(value);
        } catch (DataException e) {
            throw new Mismatch(": " + e.getMessage());
        }
    }

    private static @Nullable BigDecimal toDecimal(Object value, int scale) {
        BigDecimal decimal =
                value instanceof Double d && Double.isFinite(d) ? BigDecimal.valueOf(d) : toExactNumber(value);
        if (decimal == null) {
            return null;
        }
        try {
            return decimal.setScale(scale, RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw new Mismatch(": expected at most " + scale + " decimal places, found " + decimal.scale());
        }
    }

    private java.util.@Nullable Date toTimestamp(Object value) {
        Instant instant = toInstant(value);
        if (instant == null) {
            return null;
        }
        boolean fits = instant.get(ChronoField.NANO_OF_SECOND) % NANOS_PER_MILLISECOND == 0;
        if (!fits && !nanoseconds) {
            throw new Mismatch(": expected a timestamp of milliseconds, found one with more digits; a path without a"
                    + " declared type keeps them");
        }
        try {
            return fits ? java.util.Date.from(instant) : java.sql.Timestamp.from(instant);
        } catch (IllegalArgumentException e) {
            throw new Mismatch(": expected a timestamp, found one out of its range");
        }
    }

    private static @Nullable Instant toInstant(Object value) {
        if (value instanceof java.util.Date date) {
            return date.toInstant();
        } else if (value instanceof LocalDateTime moment) {
            return moment.toInstant(ZoneOffset.UTC);
        } else if (value instanceof LocalDate date) {
            return date.atStartOfDay().toInstant(ZoneOffset.UTC);
        } else if (value instanceof String text) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new Mismatch(": expected a timestamp in RFC 3339, found another STRING");
            }
        }
        return null;
    }

    private static java.util.@Nullable Date toDate(Object value) {
        LocalDate day = toDay(value);
        if (day == null) {
            return null;
        }
        try {
            return java.util.Date.from(day.atStartOfDay().toInstant(ZoneOffset.UTC));
        } catch (IllegalArgumentException e) {
            throw new Mismatch(": expected a date, found one out of its range");
        }
    }

    private static @Nullable LocalDate toDay(Object value) {
        if (value instanceof LocalDate day) {
            return day;
        } else if (value instanceof LocalDateTime moment) {
            if (moment.toLocalTime().toNanoOfDay() != 0) {
                throw new Mismatch(": expected a date, found a time that is not midnight in UTC");
            }
            return moment.toLocalDate();
        } else if (value instanceof java.util.Date date) {
            return toDay(LocalDateTime.ofInstant(date.toInstant(), ZoneOffset.UTC));
        } else if (value instanceof String text) {
            try {
                return LocalDate.parse(text);
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
