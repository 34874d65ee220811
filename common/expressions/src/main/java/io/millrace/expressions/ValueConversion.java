package io.millrace.expressions;

import io.millrace.changes.SemanticType;
import io.millrace.changes.TemporalText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Conversions to a type of CEL that depend on the schema of a value, such as {@code moment(row.paid_at)}. Nothing is
 * rounded or guessed: a number is a time only if its schema has the unit.
 */
enum ValueConversion {
    /** A number, or the text of one, to a {@link CelDecimal}. */
    DECIMAL("decimal() expects a number") {
        @Override
        @Nullable
        Object convert(Optional<SemanticType> type, Object value) {
            if (value instanceof String text && type.isEmpty()) {
                return CelDecimal.parse(text);
            }
            Object number = type.isPresent() ? readNumber(type.get(), value) : value;
            if (number instanceof BigDecimal decimal) {
                return CelDecimal.of(decimal);
            } else if (number instanceof Long || number instanceof Integer) {
                return CelDecimal.of(((Number) number).longValue());
            } else if (number instanceof Short || number instanceof Byte) {
                return CelDecimal.of(((Number) number).longValue());
            } else if (number instanceof Double inexact) {
                return CelDecimal.of(inexact);
            } else if (number instanceof Float inexact) {
                return CelDecimal.of(inexact);
            } else if (number instanceof BigInteger integer) {
                return CelDecimal.of(integer);
            }
            return number instanceof CelDecimal ? number : null;
        }
    },
    /** A date, a timestamp or the text of one, to an {@link Instant}. */
    MOMENT("moment() expects a date or a timestamp") {
        @Override
        @Nullable
        Object convert(Optional<SemanticType> type, Object value) {
            Instant moment = readMoment(type, value);
            return moment == null ? null : requireRange(moment);
        }
    },
    /** The same, also of years that CEL's timestamps do not have. */
    MOMENT_OF_ANY_YEAR("clamp() expects a date or a timestamp") {
        @Override
        @Nullable
        Object convert(Optional<SemanticType> type, Object value) {
            return readMoment(type, value);
        }
    },
    /** A time of day, an interval or the text of one, to a {@link Duration}. */
    TIME("time() expects a time of day or an interval") {
        @Override
        @Nullable
        Object convert(Optional<SemanticType> type, Object value) {
            Object time = type.map(semantic -> semantic.read(value)).orElse(value);
            if (time instanceof String text && type.isEmpty()) {
                return parseTime(text);
            }
            return time instanceof Duration ? time : null;
        }
    };

    /** CEL's timestamps: the years 1 to 9999. */
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private static final int MAX_CHARACTERS = 64;

    /** As MySQL writes it: it may be negative, and longer than a day. */
    private static final Pattern TIME_TEXT =
            Pattern.compile("(-?)(\\d{1,4}):([0-5]\\d)(?::([0-5]\\d)(?:\\.(\\d{1,9}))?)?");

    private static final int NANO_DIGITS = 9;

    private final String expected;

    ValueConversion(String expected) {
        this.expected = expected;
    }

    /** The converted value; null if it is of another type. */
    abstract @Nullable Object convert(Optional<SemanticType> type, Object value);

    /**
     * The value as CEL has it.
     *
     * @param schema the value's schema; null if it has none
     * @param value a value of Connect or of CEL
     * @throws DataException if it is not of the type, or out of its range; the message never has the value
     */
    Object of(@Nullable Schema schema, Object value) {
        if (schema != null && SemanticType.isUnknownNumber(schema)) {
            throw new DataException(expected + ", found a number of the unknown type " + schema.name());
        }
        Optional<SemanticType> type = SemanticType.find(schema);
        Object converted = convert(type, value);
        if (converted == null) {
            throw new DataException(expected + ", found "
                    + type.map(SemanticType::schemaName)
                            .orElseGet(() -> "a " + value.getClass().getSimpleName()));
        }
        return converted;
    }

    private static @Nullable Instant readMoment(Optional<SemanticType> type, Object value) {
        Object time = type.map(semantic -> semantic.read(value)).orElse(value);
        if (time instanceof Instant instant) {
            return instant;
        } else if (time instanceof LocalDateTime moment) {
            return moment.toInstant(ZoneOffset.UTC);
        } else if (time instanceof LocalDate date) {
            return date.atStartOfDay().toInstant(ZoneOffset.UTC);
        } else if (time instanceof java.util.Date date) {
            return date.toInstant();
        }
        return time instanceof String text && type.isEmpty() ? parseMoment(text) : null;
    }

    /** The number; null if values of the type are times or bits. */
    private static @Nullable Object readNumber(SemanticType type, Object value) {
        return switch (type.meaning()) {
            case DECIMAL, NUMBER -> type.read(value);
            default -> null;
        };
    }

    /**
     * The timestamp.
     *
     * @throws DataException if CEL has none
     */
    static Instant requireRange(Instant instant) {
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new DataException("a timestamp is of the years 1 to 9999, found another one");
        }
        return instant;
    }

    private static Instant parseMoment(String text) {
        try {
            if (text.length() <= MAX_CHARACTERS) {
                return TemporalText.parseMoment(text).toInstant(ZoneOffset.UTC);
            }
        } catch (DateTimeException e) {
            // The message below, which does not quote the text.
        }
        throw new DataException(MOMENT.expected + ", found another text");
    }

    private static Duration parseTime(String text) {
        Matcher matcher = TIME_TEXT.matcher(text.length() <= MAX_CHARACTERS ? text : "");
        if (!matcher.matches()) {
            throw new DataException(TIME.expected + ", found another text");
        }
        String seconds = matcher.group(4) == null ? "0" : matcher.group(4);
        String fraction = matcher.group(5) == null ? "" : matcher.group(5);
        Duration time = Duration.ofHours(Long.parseLong(matcher.group(2)))
                .plusMinutes(Long.parseLong(matcher.group(3)))
                .plusSeconds(Long.parseLong(seconds))
                .plusNanos(Long.parseLong(fraction + "0".repeat(NANO_DIGITS - fraction.length())));
        return matcher.group(1).isEmpty() ? time : time.negated();
    }
}
