package io.millrace.connectors.projection.value;

import io.millrace.connectors.projection.table.Column;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.apache.kafka.connect.errors.DataException;

/** Texts of moments and times of day. */
final class Temporals {
    /** RFC 3339 and ISO 8601, with T or a space; without an offset it is UTC. */
    private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter(Locale.ROOT);

    private Temporals() {}

    /** The moment in UTC. */
    public static LocalDateTime parseMoment(String text, Column column) {
        try {
            TemporalAccessor moment =
                    MOMENT.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            if (moment instanceof OffsetDateTime offset) {
                return offset.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
            }
            return moment instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) moment;
        } catch (DateTimeParseException e) {
            throw refused("2026-01-31T23:59:59Z", column);
        }
    }

    /** The time of day in UTC. */
    public static Duration parseTime(String text, Column column) {
        try {
            TemporalAccessor time = TIME.parseBest(text, OffsetTime::from, LocalTime::from);
            LocalTime utc = time instanceof OffsetTime offset
                    ? offset.withOffsetSameInstant(ZoneOffset.UTC).toLocalTime()
                    : (LocalTime) time;
            return Duration.ofNanos(utc.toNanoOfDay());
        } catch (DateTimeParseException e) {
            throw refused("23:59:59", column);
        }
    }

    /** A MySQL time, which can be negative or longer than a day. */
    public static String time(Duration time, int fractionalDigits) {
        Duration size = time.abs();
        String text = "%s%02d:%02d:%02d"
                .formatted(time.isNegative() ? "-" : "", size.toHours(), size.toMinutesPart(), size.toSecondsPart());
        return fractionalDigits == 0
                ? text
                : text + "." + "%09d".formatted(size.toNanosPart()).substring(0, fractionalDigits);
    }

    /** The moment without the digits that a column does not keep; MySQL would round up into the next second or year. */
    public static LocalDateTime cut(LocalDateTime moment, int fractionalDigits) {
        int unit = 1;
        for (int i = fractionalDigits; i < 9; i++) {
            unit *= 10;
        }
        return moment.minusNanos(moment.get(ChronoField.NANO_OF_SECOND) % unit);
    }

    /** Without the cause, whose message quotes the text. */
    private static DataException refused(String example, Column column) {
        return new DataException(
                "expected a text such as " + example + " for " + column.typeName() + ", found another text");
    }
}
