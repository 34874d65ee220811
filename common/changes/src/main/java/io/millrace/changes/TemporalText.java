package io.millrace.changes;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** Moments and times of day in texts: RFC 3339 and ISO 8601, as services and Debezium write them. */
public final class TemporalText {
    /** With T or a space, or a day alone; without an offset it is UTC. */
    private static final DateTimeFormatter MOMENT = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalEnd()
            .optionalStart()
            .appendOffsetId()
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter(Locale.ROOT);

    private TemporalText() {}

    /**
     * The moment in UTC; of a day alone, the beginning.
     *
     * @throws DateTimeException if it is another text
     */
    public static LocalDateTime parseMoment(String text) {
        TemporalAccessor moment = MOMENT.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        if (moment instanceof OffsetDateTime offset) {
            return offset.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        }
        return moment instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) moment;
    }

    /**
     * The time of day in UTC.
     *
     * @throws DateTimeException if it is another text
     */
    public static Duration parseTime(String text) {
        TemporalAccessor time = TIME.parseBest(text, OffsetTime::from, LocalTime::from);
        LocalTime utc = time instanceof OffsetTime offset
                ? offset.withOffsetSameInstant(ZoneOffset.UTC).toLocalTime()
                : (LocalTime) time;
        return Duration.ofNanos(utc.toNanoOfDay());
    }
}
