package io.millrace.changes;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * The semantic types of Connect and Debezium, identified by the schema's name: the interpretation of a number, a text
 * or a structure. Rules and sinks both use this table.
 */
public enum SemanticType {
    /** Connect's date. */
    CONNECT_DATE(
            org.apache.kafka.connect.data.Date.LOGICAL_NAME,
            Schema.Type.INT32,
            Meaning.DATE,
            value -> requireMidnight(momentOf(value))),
    /** Connect's time of day. */
    CONNECT_TIME(
            org.apache.kafka.connect.data.Time.LOGICAL_NAME,
            Schema.Type.INT32,
            Meaning.TIME,
            value -> Duration.ofMillis(dateOf(value).toInstant().toEpochMilli())),
    /** Connect's timestamp. */
    CONNECT_TIMESTAMP(
            org.apache.kafka.connect.data.Timestamp.LOGICAL_NAME,
            Schema.Type.INT64,
            Meaning.MOMENT,
            SemanticType::momentOf),
    /** Connect's decimal. */
    CONNECT_DECIMAL(org.apache.kafka.connect.data.Decimal.LOGICAL_NAME, Schema.Type.BYTES, Meaning.DECIMAL, value ->
            (BigDecimal) value),
    /** Days since 1970. */
    DATE("io.debezium.time.Date", Schema.Type.INT32, Meaning.DATE, value -> LocalDate.ofEpochDay(numberOf(value))),
    /** Milliseconds of a day. */
    TIME("io.debezium.time.Time", Schema.Type.INT32, Meaning.TIME, value -> Duration.ofMillis(numberOf(value))),
    /** Microseconds of a day; MySQL's can be negative or longer than a day. */
    MICRO_TIME(
            "io.debezium.time.MicroTime",
            Schema.Type.INT64,
            Meaning.TIME,
            value -> durationOf(numberOf(value), Units.MICROS)),
    /** Nanoseconds of a day. */
    NANO_TIME("io.debezium.time.NanoTime", Schema.Type.INT64, Meaning.TIME, value -> Duration.ofNanos(numberOf(value))),
    /** Milliseconds since 1970. */
    TIMESTAMP(
            "io.debezium.time.Timestamp",
            Schema.Type.INT64,
            Meaning.MOMENT,
            value -> momentOf(numberOf(value), Units.MILLIS)),
    /** Microseconds since 1970. */
    MICRO_TIMESTAMP(
            "io.debezium.time.MicroTimestamp",
            Schema.Type.INT64,
            Meaning.MOMENT,
            value -> momentOf(numberOf(value), Units.MICROS)),
    /** Nanoseconds since 1970. */
    NANO_TIMESTAMP(
            "io.debezium.time.NanoTimestamp",
            Schema.Type.INT64,
            Meaning.MOMENT,
            value -> momentOf(numberOf(value), Units.NANOS)),
    /** A moment with an offset. */
    ZONED_TIMESTAMP(
            "io.debezium.time.ZonedTimestamp",
            Schema.Type.STRING,
            Meaning.MOMENT,
            value -> TemporalText.parseMoment((String) value)),
    /** A time of day with an offset. */
    ZONED_TIME(
            "io.debezium.time.ZonedTime",
            Schema.Type.STRING,
            Meaning.TIME,
            value -> TemporalText.parseTime((String) value)),
    /** A day as text. */
    ISO_DATE(
            "io.debezium.time.IsoDate",
            Schema.Type.STRING,
            Meaning.DATE,
            value -> requireMidnight(TemporalText.parseMoment((String) value))),
    /** A time of day as text. */
    ISO_TIME(
            "io.debezium.time.IsoTime",
            Schema.Type.STRING,
            Meaning.TIME,
            value -> TemporalText.parseTime((String) value)),
    /** A moment as text. */
    ISO_TIMESTAMP(
            "io.debezium.time.IsoTimestamp",
            Schema.Type.STRING,
            Meaning.MOMENT,
            value -> TemporalText.parseMoment((String) value)),
    /** Microseconds of a PostgreSQL interval, its months as 30.4375 days. */
    MICRO_DURATION(
            "io.debezium.time.MicroDuration",
            Schema.Type.INT64,
            Meaning.DURATION,
            value -> durationOf(numberOf(value), Units.MICROS)),
    /** Nanoseconds of an interval. */
    NANO_DURATION(
            "io.debezium.time.NanoDuration",
            Schema.Type.INT64,
            Meaning.DURATION,
            value -> Duration.ofNanos(numberOf(value))),
    /** An interval in ISO 8601, such as {@code P1Y2M3DT4H}. */
    INTERVAL("io.debezium.time.Interval", Schema.Type.STRING, Meaning.TEXT, value -> (String) value),
    /** A year. */
    YEAR("io.debezium.time.Year", Schema.Type.INT32, Meaning.NUMBER, SemanticType::numberOf),
    /** Bits, the byte of the lowest ones first. */
    BITS("io.debezium.data.Bits", Schema.Type.BYTES, Meaning.BITS, value -> readBits(bytesOf(value))),
    /** A decimal with a scale of its own. */
    VARIABLE_SCALE_DECIMAL(
            "io.debezium.data.VariableScaleDecimal",
            Schema.Type.STRUCT,
            Meaning.DECIMAL,
            SemanticType::readVariableScale),
    /** One of the texts of an enumeration. */
    ENUM("io.debezium.data.Enum", Schema.Type.STRING, Meaning.TEXT, value -> (String) value),
    /** Some of the texts of a set, with commas. */
    ENUM_SET("io.debezium.data.EnumSet", Schema.Type.STRING, Meaning.TEXT, value -> (String) value),
    /** A JSON document. */
    JSON("io.debezium.data.Json", Schema.Type.STRING, Meaning.TEXT, value -> (String) value),
    /** An XML document. */
    XML("io.debezium.data.Xml", Schema.Type.STRING, Meaning.TEXT, value -> (String) value),
    /** A UUID. */
    UUID("io.debezium.data.Uuid", Schema.Type.STRING, Meaning.TEXT, value -> (String) value);

    /** The meaning of a value of the type, which determines the class that {@link #read} returns. */
    public enum Meaning {
        /** A day: {@link LocalDate}. */
        DATE,
        /** A time of day: {@link Duration}. */
        TIME,
        /** A moment, in UTC: {@link LocalDateTime}. */
        MOMENT,
        /** A length of time: {@link Duration}. */
        DURATION,
        /** An exact number: {@link BigDecimal}. */
        DECIMAL,
        /** A number that is nothing but a number: {@link Long}. */
        NUMBER,
        /** Bits: {@link BigInteger}. */
        BITS,
        /** A text, as it is: {@link String}. */
        TEXT
    }

    private interface Reader {
        Object read(Object value);
    }

    private enum Units {
        MILLIS(1_000L, 9_223_372_036_825_200L, -9_223_372_036_832_400L),
        MICROS(1_000_000L, 9_223_372_036_825_200_000L, -9_223_372_036_832_400_000L),
        NANOS(1_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE);

        private final long perSecond;
        /** What Debezium sends for PostgreSQL's {@code infinity}. */
        private final long infinity;
        /** What Debezium sends for PostgreSQL's {@code -infinity}. */
        private final long minusInfinity;

        Units(long perSecond, long infinity, long minusInfinity) {
            this.perSecond = perSecond;
            this.infinity = infinity;
            this.minusInfinity = minusInfinity;
        }
    }

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final Map<String, SemanticType> BY_NAME = new HashMap<>();

    static {
        for (SemanticType type : values()) {
            BY_NAME.put(type.schemaName, type);
        }
    }

    private final String schemaName;
    private final Schema.Type type;
    private final Meaning meaning;
    // Functions without state.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Reader reader;

    SemanticType(String schemaName, Schema.Type type, Meaning meaning, Reader reader) {
        this.schemaName = schemaName;
        this.type = type;
        this.meaning = meaning;
        this.reader = reader;
    }

    /** The schema's semantic type; empty if it has none of these. */
    public static Optional<SemanticType> find(@Nullable Schema schema) {
        return schema == null || schema.name() == null
                ? Optional.empty()
                : Optional.ofNullable(BY_NAME.get(schema.name()));
    }

    /**
     * Whether values of the schema are numbers with an unknown unit: it has a name that is not in this table, so that
     * they may be of any unit.
     */
    public static boolean isUnknownNumber(Schema schema) {
        return schema.name() != null && isNumber(schema.type()) && !BY_NAME.containsKey(schema.name());
    }

    private static boolean isNumber(Schema.Type type) {
        return switch (type) {
            case INT8, INT16, INT32, INT64, FLOAT32, FLOAT64 -> true;
            default -> false;
        };
    }

    /** The schema's name. */
    public String schemaName() {
        return schemaName;
    }

    /** The schema's type. */
    public Schema.Type type() {
        return type;
    }

    public Meaning meaning() {
        return meaning;
    }

    /**
     * The interpreted value, of the class that {@link Meaning} names.
     *
     * @throws DataException if it is not a value of this type, or cannot be represented; the message never has the
     *     value
     */
    public Object read(Object value) {
        try {
            return reader.read(value);
        } catch (ClassCastException e) {
            throw new DataException("expected a value of " + schemaName + ", found "
                    + value.getClass().getSimpleName());
        } catch (ArithmeticException | DateTimeException e) {
            // Without the cause, whose message quotes the value.
            throw new DataException("expected a value of " + schemaName + ", found one out of its range or form");
        }
    }

    private static long numberOf(Object value) {
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw new ClassCastException();
    }

    private static java.util.Date dateOf(Object value) {
        return (java.util.Date) value;
    }

    private static LocalDateTime momentOf(Object date) {
        return LocalDateTime.ofInstant(dateOf(date).toInstant(), ZoneOffset.UTC);
    }

    private static LocalDateTime momentOf(long time, Units units) {
        if (time == units.infinity || time == units.minusInfinity) {
            throw new ArithmeticException();
        }
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(time, units.perSecond),
                (int) (Math.floorMod(time, units.perSecond) * (NANOS_PER_SECOND / units.perSecond)),
                ZoneOffset.UTC);
    }

    private static Duration durationOf(long time, Units units) {
        return Duration.ofSeconds(
                Math.floorDiv(time, units.perSecond),
                Math.floorMod(time, units.perSecond) * (NANOS_PER_SECOND / units.perSecond));
    }

    private static LocalDate requireMidnight(LocalDateTime moment) {
        if (moment.toLocalTime().toNanoOfDay() != 0) {
            throw new ArithmeticException();
        }
        return moment.toLocalDate();
    }

    private static byte[] bytesOf(@Nullable Object value) {
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (value instanceof byte[] bytes) {
            return bytes;
        }
        throw new ClassCastException();
    }

    private static BigInteger readBits(byte[] lowestFirst) {
        byte[] bytes = new byte[lowestFirst.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = lowestFirst[bytes.length - 1 - i];
        }
        return new BigInteger(1, bytes);
    }

    private static BigDecimal readVariableScale(Object value) {
        Struct struct = (Struct) value;
        byte[] unscaled = bytesOf(RowValues.get(struct, "value"));
        if (unscaled.length == 0 || !(RowValues.get(struct, "scale") instanceof Integer scale)) {
            throw new ClassCastException();
        }
        return new BigDecimal(new BigInteger(unscaled), scale);
    }
}
