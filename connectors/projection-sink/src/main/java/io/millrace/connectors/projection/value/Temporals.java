package io.millrace.connectors.projection.value;

import io.millrace.changes.TemporalText;
import io.millrace.connectors.projection.table.Column;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;

/** Moments, times of day and lengths of time for columns with so many fractional digits. */
final class Temporals {
    private static final int MAX_DIGITS = 9;
    private static final int MICROS = 6;
    private static final Pattern PRECISION = Pattern.compile("\\((\\d)\\)");
    private static final Pattern FRACTION = Pattern.compile("[.,](\\d*[1-9])");

    private Temporals() {}

    /** The moment in UTC. */
    public static LocalDateTime parseMoment(String text, Column column) {
        try {
            return TemporalText.parseMoment(text);
        } catch (DateTimeException e) {
            throw refused("2026-01-31T23:59:59Z", column);
        }
    }

    /** The time of day in UTC. */
    public static Duration parseTime(String text, Column column) {
        try {
            return TemporalText.parseTime(text);
        } catch (DateTimeException e) {
            throw refused("23:59:59", column);
        }
    }

    /** As {@code 23:59:59.5}; a length of time can be negative or longer than a day. */
    public static String formatTime(Duration time, int fractionalDigits) {
        Duration size = time.abs();
        String text = "%s%02d:%02d:%02d"
                .formatted(time.isNegative() ? "-" : "", size.toHours(), size.toMinutesPart(), size.toSecondsPart());
        return fractionalDigits == 0
                ? text
                : text + "." + "%09d".formatted(size.toNanosPart()).substring(0, fractionalDigits);
    }

    /** The moment, if the column keeps all of its digits; MySQL would round up into the next second or year. */
    public static LocalDateTime requireDigits(LocalDateTime moment, Column column) {
        requireDigits(moment.get(ChronoField.NANO_OF_SECOND), column.size(), column);
        return moment;
    }

    /** The time, if all of its digits are kept. */
    public static Duration requireDigits(Duration time, int fractionalDigits, Column column) {
        requireDigits(time.toNanosPart(), fractionalDigits, column);
        return time;
    }

    private static void requireDigits(int nanos, int fractionalDigits, Column column) {
        if (nanos % unitOf(fractionalDigits) != 0) {
            throw tooManyDigits(fractionalDigits, column);
        }
    }

    /** The text of an interval, if all of its fractional digits are kept. */
    public static String requireDigits(String text, int fractionalDigits, Column column) {
        Matcher fraction = FRACTION.matcher(text);
        while (fraction.find()) {
            if (fraction.group(1).length() > fractionalDigits) {
                throw tooManyDigits(fractionalDigits, column);
            }
        }
        return text;
    }

    /** The fractional digits of a type such as {@code interval(3)}. */
    public static int fractionalDigits(String typeName) {
        Matcher precision = PRECISION.matcher(typeName);
        return precision.find() ? Integer.parseInt(precision.group(1)) : MICROS;
    }

    /** Without the digits that a column does not keep. */
    public static LocalDateTime truncate(LocalDateTime moment, int fractionalDigits) {
        return moment.minusNanos(moment.get(ChronoField.NANO_OF_SECOND) % unitOf(fractionalDigits));
    }

    private static int unitOf(int fractionalDigits) {
        int unit = 1;
        for (int i = fractionalDigits; i < MAX_DIGITS; i++) {
            unit *= 10;
        }
        return unit;
    }

    private static DataException tooManyDigits(int digits, Column column) {
        return new DataException("expected at most " + digits + " fractional digits of a second for "
                + column.typeName() + ", found more; give the column's type more of them");
    }

    /** Without the cause, whose message quotes the text. */
    private static DataException refused(String example, Column column) {
        return new DataException(
                "expected a text such as " + example + " for " + column.typeName() + ", found another text");
    }
}
