package io.millrace.connectors.projection.value;

import io.millrace.connectors.projection.table.Column;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;

/** Makes values that {@link ConnectMeaning} understood fit a column, or refuses them. */
final class ColumnFit {
    private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    /** More than any column has: a double has 309 digits before the point, and 324 zeros and 17 digits behind it. */
    private static final int MAX_DIGITS = 400;

    private ColumnFit() {}

    public static ValueConverter of(Column column) {
        return switch (column.kind()) {
            case INTEGER -> value -> integer(column, value);
            case BOOLEAN -> value -> bool(column, value);
            case UUID -> value -> uuid(column, value);
            case DECIMAL -> value -> decimal(column, value);
            case FLOATING -> value -> floating(column, value);
            case TEXT, PARSED -> value -> fitting(column, text(column, value));
            case PADDED_TEXT -> value -> fitting(column, withoutPadding(text(column, value)));
            case BINARY -> value -> binary(column, value);
            case PADDED_BINARY -> value -> padded(binary(column, value), column.size());
            case JSON -> value -> json(column, value);
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
            return small(big);
        }
        try {
            return small(number(column, value).toBigIntegerExact());
        } catch (ArithmeticException e) {
            throw new DataException("expected a whole number for " + column.typeName() + ", found a fraction");
        }
    }

    private static Object bool(Column column, Object value) {
        if (value instanceof Boolean) {
            return value;
        } else if (value instanceof Number number && (number.doubleValue() == 0 || number.doubleValue() == 1)) {
            return number.doubleValue() == 1;
        } else if (value instanceof String text && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"))) {
            return text.equalsIgnoreCase("true");
        } else if (value instanceof Number || value instanceof String) {
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
        // A binary fraction has no exact scale; anything else must not lose digits, which MySQL would drop silently.
        RoundingMode rounding =
                value instanceof Double || value instanceof Float ? RoundingMode.HALF_EVEN : RoundingMode.UNNECESSARY;
        try {
            return number.setScale(column.size(), rounding);
        } catch (ArithmeticException e) {
            throw new DataException("expected at most " + column.size() + " fractional digits for " + column.typeName()
                    + ", found " + number.stripTrailingZeros().scale());
        }
    }

    private static Object floating(Column column, Object value) {
        if (value instanceof Double number) {
            if (number.isNaN() || number.isInfinite()) {
                throw new DataException("expected a finite number for " + column.typeName());
            }
            return value;
        }
        return number(column, value).doubleValue();
    }

    private static BigDecimal number(Column column, Object value) {
        BigDecimal number = anyNumber(column, value);
        // Written out, a text such as 1e999999999 would fill the heap.
        if ((long) number.precision() - number.scale() > MAX_DIGITS || number.scale() > MAX_DIGITS) {
            throw new DataException("expected a number of at most " + MAX_DIGITS + " digits for " + column.typeName());
        }
        return number;
    }

    private static BigDecimal anyNumber(Column column, Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        } else if (value instanceof BigInteger big) {
            return new BigDecimal(big);
        } else if (value instanceof Number || value instanceof String) {
            try {
                return new BigDecimal(value.toString());
            } catch (NumberFormatException e) {
                throw new DataException("expected a number for " + column.typeName() + ", found "
                        + (value instanceof String ? "another text" : "a value that is none"));
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
        } else if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        } else if (value instanceof LocalDateTime moment) {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(moment) + "Z";
        } else if (value instanceof Duration time) {
            return Temporals.time(time, 6);
        } else if (value instanceof byte[]) {
            throw misfit(column, value);
        }
        return value.toString();
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
            return text.getBytes(StandardCharsets.UTF_8);
        }
        throw misfit(column, value);
    }

    private static byte[] padded(byte[] value, int size) {
        return value.length < size ? Arrays.copyOf(value, size) : value;
    }

    /** A text is taken for JSON already, because that is what Debezium makes of a JSON column. */
    private static String json(Column column, Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : text(column, value);
    }

    private static LocalDate date(Column column, Object value) {
        if (value instanceof LocalDate date) {
            return date;
        } else if (value instanceof LocalDateTime moment) {
            return moment.toLocalDate();
        } else if (value instanceof String text) {
            return Temporals.parseMoment(text, column).toLocalDate();
        }
        throw misfit(column, value);
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
        return Temporals.cut(moment, column.size());
    }

    private static String time(Column column, Object value) {
        if (value instanceof Duration time) {
            return Temporals.time(time, column.size());
        } else if (value instanceof LocalDateTime moment) {
            return Temporals.time(Duration.ofNanos(moment.toLocalTime().toNanoOfDay()), column.size());
        } else if (value instanceof String text) {
            return Temporals.time(Temporals.parseTime(text, column), column.size());
        }
        throw misfit(column, value);
    }

    private static DataException misfit(Column column, Object value) {
        return new DataException("expected a value for " + column.typeName() + ", found "
                + value.getClass().getSimpleName() + " without a schema that would say how to read it as one");
    }
}
