package io.millrace.expressions;

import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import io.millrace.changes.ExactNumber;
import io.millrace.changes.RowValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Connect's values as CEL sees them, and back. Structs, maps and lists are views, so that only what an expression
 * touches is converted. Integers of every size are CEL's {@code int}; decimals are {@code int} if they are whole and
 * fit, and {@code double} otherwise; dates and timestamps are {@code timestamp}. A decimal that a double cannot hold is refused
 * rather than compared as something else; {@code decimal()} makes a {@link CelDecimal} of it.
 */
final class CelValues {
    /** The largest power of ten that is a double itself, so that one division finds the nearest double. */
    private static final int LARGEST_EXACT_POWER = 22;

    /** More than any database keeps. */
    private static final int MAX_DIGITS = 1_000;

    private static final int NANOS_PER_MILLISECOND = 1_000_000;

    private CelValues() {}

    static Object toCel(@Nullable Object value) {
        if (value == null) {
            return NullValue.NULL_VALUE;
        }
        if (value instanceof String || value instanceof Long || value instanceof Boolean || value instanceof Double) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Struct struct) {
            return new StructView(struct);
        }
        if (value instanceof Map<?, ?> map) {
            return new MapView(map);
        }
        if (value instanceof List<?> list) {
            return new ListView(list);
        }
        return convertRare(value);
    }

    private static Object convertRare(Object value) {
        if (value instanceof BigDecimal decimal) {
            return convertDecimal(decimal);
        }
        if (value instanceof BigInteger integer) {
            return convertDecimal(new BigDecimal(integer));
        }
        if (value instanceof Float number) {
            return number.doubleValue();
        }
        if (value instanceof java.util.Date date) {
            return date.toInstant();
        }
        if (value instanceof byte[] bytes) {
            return CelByteString.of(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            return CelByteString.of(Utils.toArray(buffer));
        }
        throw new DataException("CEL has no type for a " + value.getClass().getSimpleName());
    }

    /** Whether a decimal has a double of its own, which one division finds: an everyday one, of no huge scale. */
    static boolean hasFewDigits(BigDecimal decimal) {
        return decimal.scale() >= 0 && decimal.scale() <= LARGEST_EXACT_POWER && ExactNumber.hasFewDigits(decimal);
    }

    /**
     * What CEL sees of a decimal that {@link #hasFewDigits}: a {@code Long} if it is whole, otherwise a {@code Double}.
     * Null of others.
     */
    static @Nullable Number ofFewDigits(BigDecimal decimal) {
        if (!hasFewDigits(decimal)) {
            return null;
        }
        double nearest = decimal.doubleValue();
        // With so few digits the nearest double of a broken number is broken, too.
        long whole = (long) nearest;
        if (whole == nearest) {
            return whole;
        }
        return nearest;
    }

    private static Number convertDecimal(BigDecimal decimal) {
        Number everyday = ofFewDigits(decimal);
        if (everyday != null) {
            return everyday;
        }
        if (ExactNumber.isLongerThan(decimal, MAX_DIGITS)) {
            throw uncomparable("more than " + MAX_DIGITS);
        }
        try {
            return decimal.longValueExact();
        } catch (ArithmeticException e) {
            double rounded = decimal.doubleValue();
            if (Double.isInfinite(rounded) || BigDecimal.valueOf(rounded).compareTo(decimal) != 0) {
                throw uncomparable(String.valueOf(decimal.precision()));
            }
            return rounded;
        }
    }

    private static DataException uncomparable(String digits) {
        return new DataException("CEL has no type for a decimal of " + digits
                + " digits; it can be passed on, and used in changed('column'), but compared only as decimal(column)");
    }

    /**
     * CEL's value as Connect represents it.
     *
     * @param nanoseconds whether a timestamp keeps more digits than Connect's milliseconds
     * @throws DataException if Connect has no type for it, or none for all its digits
     */
    static @Nullable Object fromCel(@Nullable Object value, boolean nanoseconds) {
        if (value instanceof StructView view) {
            return view.struct;
        }
        if (value instanceof MapView view) {
            return view.map;
        }
        if (value instanceof ListView view) {
            return view.list;
        }
        if (value == null || value instanceof NullValue || value instanceof com.google.protobuf.NullValue) {
            return null;
        }
        if (value instanceof CelByteString bytes) {
            return bytes.toByteArray();
        }
        if (value == Unchanged.VALUE) {
            return value;
        }
        if (value instanceof CelDecimal decimal) {
            return decimal.value();
        }
        if (value instanceof Instant instant) {
            return fromInstant(instant, nanoseconds);
        }
        if (value instanceof List<?> list) {
            List<Object> values = new ArrayList<>(list.size());
            list.forEach(element -> values.add(fromCel(element, nanoseconds)));
            return values;
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> values = new LinkedHashMap<>();
            map.forEach((k, v) -> values.put(fromCel(k, nanoseconds), fromCel(v, nanoseconds)));
            return values;
        }
        if (value instanceof String || value instanceof Long || value instanceof Double || value instanceof Boolean) {
            return value;
        }
        throw new DataException("Connect has no type for a " + value.getClass().getSimpleName());
    }

    private static java.util.Date fromInstant(Instant instant, boolean nanoseconds) {
        if (instant.get(ChronoField.NANO_OF_SECOND) % NANOS_PER_MILLISECOND == 0) {
            return java.util.Date.from(instant);
        }
        if (nanoseconds) {
            return java.sql.Timestamp.from(instant);
        }
        throw new DataException("a computed timestamp has milliseconds; found one with more digits");
    }

    /** A row that is not there: every column of it is null. */
    static final Map<String, Object> ABSENT = new AbstractMap<>() {
        @Override
        public boolean containsKey(Object key) {
            return true;
        }

        @Override
        public Object get(Object key) {
            return NullValue.NULL_VALUE;
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            return Set.of();
        }
    };

    /** A structure or a map, whose members can also be read as Connect has them. */
    interface Container {
        /** Whether it has a member of this name. */
        boolean containsKey(Object name);

        /** The schema of the member; null if it has none. */
        @Nullable
        Schema schemaOf(String name);

        /** The value of the member as Connect represents it. */
        @Nullable
        Object valueOf(String name);
    }

    private static final class StructView extends AbstractMap<String, Object> implements Container {
        private final Struct struct;

        StructView(Struct struct) {
            this.struct = struct;
        }

        @Override
        public boolean containsKey(Object key) {
            return key instanceof String name && struct.schema().field(name) != null;
        }

        @Override
        public @Nullable Schema schemaOf(String name) {
            return struct.schema().field(name).schema();
        }

        @Override
        public @Nullable Object valueOf(String name) {
            return RowValues.get(struct, name);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            Field field = key instanceof String name ? struct.schema().field(name) : null;
            return field == null ? null : toCel(RowValues.get(struct, field));
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            Set<Entry<String, Object>> entries = new LinkedHashSet<>();
            for (Field field : struct.schema().fields()) {
                entries.add(Map.entry(field.name(), toCel(RowValues.get(struct, field))));
            }
            return entries;
        }
    }

    private static final class MapView extends AbstractMap<Object, Object> implements Container {
        private final Map<?, ?> map;

        MapView(Map<?, ?> map) {
            this.map = map;
        }

        @Override
        public boolean containsKey(Object key) {
            return map.containsKey(key);
        }

        @Override
        public @Nullable Schema schemaOf(String name) {
            return null;
        }

        @Override
        public @Nullable Object valueOf(String name) {
            return map.get(name);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return map.containsKey(key) ? toCel(map.get(key)) : null;
        }

        @Override
        public Set<Entry<Object, Object>> entrySet() {
            Set<Entry<Object, Object>> entries = new LinkedHashSet<>();
            map.forEach((k, v) -> entries.add(Map.entry(toCel(k), toCel(v))));
            return entries;
        }
    }

    private static final class ListView extends AbstractList<Object> {
        private final List<?> list;

        ListView(List<?> list) {
            this.list = list;
        }

        @Override
        public Object get(int index) {
            return toCel(list.get(index));
        }

        @Override
        public int size() {
            return list.size();
        }
    }
}
