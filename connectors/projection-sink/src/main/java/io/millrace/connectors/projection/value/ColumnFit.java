package io.millrace.connectors.projection.value;

import io.millrace.changes.ExactNumber;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;

/** Converts the values of {@link ConnectMeaning} for a column, or refuses them. */
final class ColumnFit {
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private static final Pattern NUMBER_OR_INFINITY =
            Pattern.compile("\\s*[+-]?([0-9.]+|infinity)\\s*", Pattern.CASE_INSENSITIVE);

    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** More than any column has: a double has 309 digits before the point, and 324 zeros and 17 digits behind it. */
    private static final int MAX_DIGITS = 400;

    /** Of a number of so many digits before and behind the point, with sign, point and exponent. */
    private static final int MAX_NUMBER_LENGTH = 2 * MAX_DIGITS + 20;

    private static final int MICROS = 6;
    private static final int NANOS = 9;
    private static final int NANOS_PER_MICRO = 1_000;

    /** MySQL's longest time. */
    private static final int MAX_HOURS = 838;

    private ColumnFit() {}

    public static ValueConverter of(Column column) {
        return switch (column.kind()) {
            case INTEGER ->
                isYear(column) ? value -> year(column, integer(column, value)) : value -> integer(column, value);
            case BOOLEAN -> value -> bool(column, value);
            case UUID -> value -> uuid(column, value);
            case DECIMAL -> value -> decimal(column, value);
            case FLOATING -> FloatingFit.of(column);
            case TEXT -> listed(column).orElse(value -> fitting(column, text(column, value)));
            case PARSED ->
                isInterval(column)
                        ? value -> interval(column, value)
                        : listed(column).orElse(value -> parsed(column, value));
            case PADDED_TEXT -> value -> fitting(column, withoutPadding(text(column, value)));
            case BINARY -> value -> binary(column, value);
            case PADDED_BINARY -> value -> padded(binary(column, value), column.size());
            case JSON ->
                column.size() > 0
                        ? value -> JsonPrecision.requireExactNumbers(json(column, value), column)
                        : value -> json(column, value);
            case DATE -> value -> date(column, value);
            case TIME -> value -> time(column, value);
            case DATETIME -> value -> datetime(column, value);
            case ARRAY, UNSUPPORTED ->
                value -> {
                    throw misfit(column, value);
                };
        };
    }

    private static Object integer(Column column, Object value) {
        if (value instanceof Long) {
            return value;
        } else if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        } else if (value instanceof Boolean bool) {
            return bool ? 1L : 0L;
        } else if (value instanceof BigInteger big) {
            requireShort(column, ExactNumber.isLongerThan(big, MAX_DIGITS));
            return small(big);
        }
        try {
            return small(number(column, value).toBigIntegerExact());
        } catch (ArithmeticException e) {
            throw new DataException("expected a whole number for " + column.typeName() + ", found a fraction");
        }
    }

    static boolean isYear(Column column) {
        return column.kind() == ColumnKind.INTEGER
                && column.typeName().toLowerCase(Locale.ROOT).startsWith("year");
    }

    /** MySQL takes 5 for 2005. */
    private static Object year(Column column, Object value) {
        if (value instanceof Long year && (year == 0 || (year >= 1901 && year <= 2155))) {
            return value;
        }
        throw new DataException(
                "expected a year from 1901 to 2155, or 0, for " + column.typeName() + ", found another number");
    }

    private static Object bool(Column column, Object value) {
        if (value instanceof Boolean) {
            return value;
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            long number = ((Number) value).longValue();
            if (number == 0 || number == 1) {
                return number == 1;
            }
        } else if (value instanceof Number) {
            BigDecimal number = number(column, value);
            if (number.signum() == 0 || number.compareTo(BigDecimal.ONE) == 0) {
                return number.signum() != 0;
            }
        } else if (value instanceof String text && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"))) {
            return text.equalsIgnoreCase("true");
        }
        if (value instanceof Number || value instanceof String) {
            throw new DataException("expected true or false, or 1 or 0, for " + column.typeName() + ", found another");
        }
        throw misfit(column, value);
    }

    /** In lower case with hyphens. */
    private static String uuid(Column column, Object value) {
        if (value instanceof byte[] bytes && bytes.length == 16) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new UUID(buffer.getLong(), buffer.getLong()).toString();
        } else if (value instanceof String text) {
            if (UUID_TEXT.matcher(text).matches()) {
                return text.toLowerCase(Locale.ROOT);
            }
            throw new DataException("expected a UUID for " + column.typeName() + ", found another text");
        }
        throw misfit(column, value);
    }

    private static Object small(BigInteger value) {
        if (value.compareTo(MIN_LONG) >= 0 && value.compareTo(MAX_LONG) <= 0) {
            return value.longValue();
        }
        return value;
    }

    private static Object decimal(Column column, Object value) {
        BigDecimal number = number(column, value);
        if (column.size() < 0) {
            return number;
        }
        // MySQL would drop digits silently.
        try {
            return number.setScale(column.size(), RoundingMode.UNNECESSARY);
        } catch (ArithmeticException e) {
            throw new DataException("expected at most " + column.size() + " fractional digits for " + column.typeName()
                    + ", found " + number.stripTrailingZeros().scale());
        }
    }

    /** The value as an exact number of a bounded length. */
    static BigDecimal number(Column column, Object value) {
        BigDecimal number = anyNumber(column, value);
        // Written out, a text such as 1e999999999 would fill the heap.
        requireShort(column, ExactNumber.isLongerThan(number, MAX_DIGITS));
        return number;
    }

    private static void requireShort(Column column, boolean isLong) {
        if (isLong) {
            throw new DataException("expected a number of at most " + MAX_DIGITS + " digits for " + column.typeName());
        }
    }

    private static BigDecimal anyNumber(Column column, Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        } else if (value instanceof BigInteger big) {
            return new BigDecimal(big);
        } else if (value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte) {
            return BigDecimal.valueOf(((Number) value).longValue());
        } else if (value instanceof Number || value instanceof String) {
            String text = value.toString();
            // To parse a text takes quadratic time.
            requireShort(column, text.length() > MAX_NUMBER_LENGTH);
            try {
                return new BigDecimal(text);
            } catch (NumberFormatException e) {
                throw new DataException("expected a number for " + column.typeName() + ", found "
                        + (value instanceof String ? "another text" : "a value that is not a number"));
            }
        } else if (value instanceof Boolean bool) {
            return bool ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        throw misfit(column, value);
    }

    private static String text(Column column, Object value) {
        if (value instanceof String text) {
            requireUnicode(column, text);
            return text;
        } else if (value instanceof BigDecimal || value instanceof BigInteger) {
            return number(column, value).toPlainString();
        } else if (value instanceof LocalDateTime moment) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(moment) + "Z";
        } else if (value instanceof Duration time) {
            return Temporals.formatTime(time, time.toNanosPart() % NANOS_PER_MICRO == 0 ? MICROS : NANOS);
        } else if (value instanceof byte[]) {
            throw misfit(column, value);
        }
        return value.toString();
    }

    /**
     * {@code ENUM} and {@code SET} of MySQL, which take a number, also one in a text, for the place of a value.
     */
    private static Optional<ValueConverter> listed(Column column) {
        return ListedTexts.find(column).map(list -> value -> {
            String text = text(column, value);
            if (!list.mayContain(text)) {
                throw new DataException("expected one of the texts of " + column.typeName()
                        + ", found a number, which the database would read as an index");
            }
            return text;
        });
    }

    /** A type that the database reads from text; a moment or a length of time has no form there that it would refuse. */
    private static String parsed(Column column, Object value) {
        if (value instanceof String) {
            return text(column, value);
        }
        throw misfit(column, value);
    }

    private static boolean isInterval(Column column) {
        return column.typeName().startsWith("interval");
    }

    private static String interval(Column column, Object value) {
        int digits = Temporals.fractionalDigits(column.typeName());
        if (value instanceof Duration time) {
            return Temporals.formatTime(Temporals.requireDigits(time, digits, column), MICROS);
        } else if (value instanceof String text) {
            requireUnicode(column, text);
            if (NUMBER_OR_INFINITY.matcher(text).matches()) {
                throw new DataException("expected a text such as PT45M or 00:45:00 for " + column.typeName()
                        + ", found one without a unit");
            }
            return Temporals.requireDigits(text, digits, column);
        }
        throw misfit(column, value);
    }

    /** Half of a surrogate pair has no form in UTF-8; drivers write a question mark in its place. */
    private static void requireUnicode(Column column, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
                    throw new DataException("expected a text of whole characters for " + column.typeName()
                            + ", found half of a surrogate pair");
                }
                i++;
            }
        }
    }

    private static String fitting(Column column, String text) {
        if (column.size() > 0
                && text.length() > column.size()
                && text.codePointCount(0, text.length()) > column.size()) {
            throw new DataException("expected at most " + column.size() + " characters for " + column.typeName()
                    + ", found " + text.codePointCount(0, text.length()));
        }
        return text;
    }

    /** Spaces alone: a database keeps other white space. */
    private static String withoutPadding(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
    }

    private static byte[] binary(Column column, Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        } else if (value instanceof String text) {
            requireUnicode(column, text);
            return text.getBytes(StandardCharsets.UTF_8);
        }
        throw misfit(column, value);
    }

    private static byte[] padded(byte[] value, int size) {
        return value.length < size ? Arrays.copyOf(value, size) : value;
    }

    /** A text is taken for JSON already, because that is what Debezium makes of a JSON column. */
    private static String json(Column column, Object value) {
        if (value instanceof byte[] bytes) {
            return decodeUtf8(column, bytes);
        } else if (value instanceof LocalDate || value instanceof LocalDateTime || value instanceof Duration) {
            return '"' + text(column, value) + '"';
        } else if ((value instanceof Double || value instanceof Float)
                && !Double.isFinite(((Number) value).doubleValue())) {
            throw new DataException("expected a finite number for " + column.typeName());
        }
        return text(column, value);
    }

    private static String decodeUtf8(Column column, byte[] bytes) {
        try {
            // Unlike String's constructor, it replaces nothing.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DataException("expected a document in UTF-8 for " + column.typeName() + ", found other bytes");
        }
    }

    private static LocalDate date(Column column, Object value) {
        if (value instanceof LocalDate date) {
            return date;
        } else if (value instanceof LocalDateTime moment) {
            return requireMidnight(column, moment);
        } else if (value instanceof String text) {
            return requireMidnight(column, Temporals.parseMoment(text, column));
        }
        throw misfit(column, value);
    }

    private static LocalDate requireMidnight(Column column, LocalDateTime moment) {
        if (moment.toLocalTime().toNanoOfDay() != 0) {
            throw new DataException(
                    "expected a date for " + column.typeName() + ", found a time that is not midnight in UTC");
        }
        return moment.toLocalDate();
    }

    private static LocalDateTime datetime(Column column, Object value) {
        LocalDateTime moment;
        if (value instanceof LocalDateTime found) {
            moment = found;
        } else if (value instanceof LocalDate date) {
            moment = date.atStartOfDay();
        } else if (value instanceof String text) {
            moment = Temporals.parseMoment(text, column);
        } else {
            throw misfit(column, value);
        }
        return Temporals.requireDigits(moment, column);
    }

    private static String time(Column column, Object value) {
        if (value instanceof Duration time) {
            return time(column, time);
        } else if (value instanceof String text) {
            return time(column, Temporals.parseTime(text, column));
        }
        throw misfit(column, value);
    }

    private static String time(Column column, Duration time) {
        if (time.abs().toHours() > MAX_HOURS) {
            throw new DataException("expected a time of at most " + MAX_HOURS + " hours for " + column.typeName());
        }
        return Temporals.formatTime(Temporals.requireDigits(time, column.size(), column), column.size());
    }

    static DataException misfit(Column column, Object value) {
        return new DataException("expected a value for " + column.typeName() + ", found "
                + value.getClass().getSimpleName() + " without a schema that defines its conversion");
    }
}
