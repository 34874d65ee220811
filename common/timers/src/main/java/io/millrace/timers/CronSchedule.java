package io.millrace.timers;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The times of a cron expression of five fields, minute, hour, day of the month, month and day of the week, separated by spaces
 * or tabs:
 *
 * <pre>
 * expression = field field field field field | macro
 * field      = "?" | element *( "," element )
 * element    = ( "*" | value | value "-" value ) [ "/" step ] | "L"
 * value      = number | name
 * macro      = "@yearly" | "@annually" | "@monthly" | "@weekly" | "@daily" | "@midnight" | "@hourly"
 * </pre>
 *
 * <ul>
 *   <li>Names are {@code JAN} to {@code DEC} and {@code SUN} to {@code SAT}, in letters of any case. Days of the week are 0 to 7; 0
 *       and 7 are Sunday, which may also end a range ({@code FRI-SUN}).
 *   <li>{@code 5/15} is {@code 5-59/15} in the field of minutes: a value with a step begins a range to the highest value.
 *   <li>{@code ?} is {@code *}, in the two fields of days. {@code L} is the last day of the month, in the field of the day of the
 *       month.
 *   <li>A field of days is restricted unless it begins with {@code *} or is {@code ?}. If both are restricted, a day matches if one
 *       of them matches; otherwise, if both match.
 *   <li>Refused: fields of seconds and years, {@code L} in other fields, {@code W}, {@code #}, {@code @reboot}, ranges that run
 *       backwards, steps above the highest value, days that none of the months has ({@code 0 0 30 2 *}), and more than 256
 *       characters.
 * </ul>
 *
 * <p><b>Clock changes</b> follow the rule of Vixie cron. If neither the minute nor the hour begins with {@code *}, the schedule is
 * of fixed local times. A fixed local time that does not exist, because clocks are moved forward, fires at the first instant after
 * the gap; several such times fire once. A fixed local time that exists twice fires at the first of the two instants. Otherwise
 * the schedule follows real time: it fires at each instant whose local time matches, so never within a gap, and in both passes of
 * an hour that is repeated.
 *
 * <p>Immutable; safe for use by many threads.
 */
public final class CronSchedule {
    /** RFC 3339 has no later years. */
    private static final int LAST_YEAR = 9999;
    /** The calendar and the rules of zones repeat after this time. */
    private static final int CYCLE_YEARS = 400;
    /** More than local times of two offsets can differ, which is 36 hours. */
    private static final long OFFSETS_SECONDS = 2 * 24 * 3600L;

    private static final int MINUTES_OF_HOUR = 60;
    private static final int DAYS_OF_WEEK = 7;
    private static final int WEEKS = 6;
    /** The highest day of each month, from January on, with a leap year's February. */
    private static final int[] LENGTHS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private final String expression;
    private final long minutes;
    private final int hours;
    /** A bit for each day from 1 on, and bit {@link CronFieldParser#LAST_DAY}. */
    private final int days;

    private final int months;
    /** The days of the week, from Sunday on, of six weeks. */
    private final long weekdays;

    private final boolean eitherDay;
    private final boolean realTime;

    /** With the values of all fields. */
    CronSchedule(String expression, Map<CronField, CronValues> fields) {
        CronValues minute = requireNonNull(fields.get(CronField.MINUTE));
        CronValues hour = requireNonNull(fields.get(CronField.HOUR));
        CronValues day = requireNonNull(fields.get(CronField.DAY_OF_MONTH));
        CronValues weekday = requireNonNull(fields.get(CronField.DAY_OF_WEEK));
        this.expression = expression;
        this.minutes = minute.bits();
        this.hours = (int) hour.bits();
        this.days = (int) day.bits();
        this.months = (int) requireNonNull(fields.get(CronField.MONTH)).bits();
        this.weekdays = repeatWeeks(weekday.bits());
        this.eitherDay = day.restricted() && weekday.restricted();
        this.realTime = !minute.restricted() || !hour.restricted();
    }

    /**
     * Parses an expression.
     *
     * @throws InvalidCronException if the expression is not valid, or never fires
     */
    public static CronSchedule parse(String expression) {
        return CronParser.parse(expression);
    }

    /**
     * The first time after an instant.
     *
     * @param after exclusive
     * @param zone whose local time the expression is about
     * @return a whole second; empty if the schedule does not fire in the next 400 years or up to the year 9999. A schedule that
     *     follows real time may never fire, because all its local times are in gaps of the zone.
     * @throws java.time.DateTimeException if the instant has no local time of a year up to 999999999
     */
    public Optional<Instant> nextAfter(Instant after, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        return Optional.ofNullable(realTime ? nextInRealTime(after, rules) : nextFixed(after, rules));
    }

    /** The times of this schedule in a zone, in milliseconds since 1970. */
    public Occurrences occurrences(ZoneId zone) {
        return after -> nextAfter(Instant.ofEpochMilli(after), zone)
                .map(next -> OptionalLong.of(next.toEpochMilli()))
                .orElseGet(OptionalLong::empty);
    }

    /** The expression that was parsed. */
    @Override
    public String toString() {
        return expression;
    }

    /** Whether no year has a day that matches. Every day of the year is on each day of the week in some year. */
    boolean neverFires() {
        for (int month = 1; month <= LENGTHS.length; month++) {
            if (isBit(months, month) && (days & withDays(LENGTHS[month - 1])) != 0) {
                return false;
            }
        }
        return !eitherDay;
    }

    private @Nullable Instant nextFixed(Instant after, ZoneRules rules) {
        ZoneOffset offset = rules.getOffset(after);
        LocalDateTime local = LocalDateTime.ofEpochSecond(after.getEpochSecond(), 0, offset);
        ZoneOffsetTransition change = rules.getTransition(local);
        boolean isSecondPass = change != null && change.isOverlap() && offset.equals(change.getOffsetAfter());
        LocalDateTime from = isSecondPass
                ? ceilToMinute(change.getDateTimeBefore())
                : local.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        LocalDateTime match = findLocal(from, lastYear(local));
        if (match == null) {
            return null;
        }
        ZoneOffsetTransition gap = rules.getTransition(match);
        // The offset of a local time that exists twice is the one before the change: the first instant.
        return gap != null && gap.isGap() ? gap.getInstant() : match.toInstant(rules.getOffset(match));
    }

    private @Nullable Instant nextInRealTime(Instant after, ZoneRules rules) {
        long from = after.getEpochSecond() + 1;
        int lastYear = lastYear(LocalDateTime.ofEpochSecond(from, 0, rules.getOffset(after)));
        while (true) {
            Instant start = Instant.ofEpochSecond(from);
            ZoneOffset offset = rules.getOffset(start);
            LocalDateTime match = findLocal(ceilToMinute(LocalDateTime.ofEpochSecond(from, 0, offset)), lastYear);
            if (match == null) {
                return null;
            }
            long at = match.toEpochSecond(offset);
            ZoneOffsetTransition change = rules.nextTransition(start);
            if (change == null || at < change.toEpochSecond()) {
                return Instant.ofEpochSecond(at);
            }
            // Before the match only local times that this change repeats can match: the search resumes at the change.
            // If change and match are far ahead, the change repeats none: the search resumes before the match.
            long changed = change.toEpochSecond();
            long near = at - OFFSETS_SECONDS;
            from = (changed - from > OFFSETS_SECONDS && near > changed) ? near : changed;
        }
    }

    /** The first minute from a local time on that matches, or null if there is none up to the end of a year. */
    private @Nullable LocalDateTime findLocal(LocalDateTime from, int lastYear) {
        LocalDate date = findDay(from.toLocalDate(), lastYear);
        if (date == null) {
            return null;
        }
        int minute = date.equals(from.toLocalDate())
                ? findMinuteOfDay(from.getHour(), from.getMinute())
                : findMinuteOfDay(0, 0);
        if (minute < 0) {
            date = findDay(date.plusDays(1), lastYear);
            minute = findMinuteOfDay(0, 0);
        }
        return date == null ? null : date.atTime(minute / MINUTES_OF_HOUR, minute % MINUTES_OF_HOUR);
    }

    private @Nullable LocalDate findDay(LocalDate from, int lastYear) {
        int year = from.getYear();
        int month = from.getMonthValue();
        int day = from.getDayOfMonth();
        while (year <= lastYear) {
            int ahead = Integer.numberOfTrailingZeros(months >>> month);
            if (ahead == Integer.SIZE) {
                year++;
                month = 1;
                day = 1;
                continue;
            }
            day = ahead == 0 ? day : 1;
            month += ahead;
            int matches = daysOf(year, month) & (-1 << day);
            if (matches != 0) {
                return LocalDate.of(year, month, Integer.numberOfTrailingZeros(matches));
            }
            month++;
            day = 1;
        }
        return null;
    }

    /** The first minute of the day, from a time on, that matches, or -1. */
    private int findMinuteOfDay(int hour, int minute) {
        long rest = !isBit(hours, hour) ? 0 : minutes & (-1L << minute);
        if (rest != 0) {
            return hour * MINUTES_OF_HOUR + Long.numberOfTrailingZeros(rest);
        }
        int later = hours & (-1 << (hour + 1));
        return later == 0
                ? -1
                : Integer.numberOfTrailingZeros(later) * MINUTES_OF_HOUR + Long.numberOfTrailingZeros(minutes);
    }

    /** The days of a month that match: a bit for each, from bit 1 on. */
    private int daysOf(int year, int month) {
        LocalDate first = LocalDate.of(year, month, 1);
        int length = first.lengthOfMonth();
        int ofMonth = isBit(days, CronFieldParser.LAST_DAY) ? days | (1 << length) : days;
        int weekday = first.getDayOfWeek().getValue() % DAYS_OF_WEEK;
        int ofWeek = (int) ((weekdays >>> weekday) << 1);
        return (eitherDay ? (ofMonth | ofWeek) : (ofMonth & ofWeek))
                & withDays(length)
                & ~(1 << CronFieldParser.LAST_DAY);
    }

    /** The bits of the days up to a length, and of {@code L}. */
    private static int withDays(int length) {
        return (int) ((1L << (length + 1)) - 1);
    }

    private static boolean isBit(int bits, int bit) {
        return ((bits >>> bit) & 1) != 0;
    }

    private static long repeatWeeks(long week) {
        long weeks = 0;
        for (int i = 0; i < WEEKS; i++) {
            weeks |= week << (i * DAYS_OF_WEEK);
        }
        return weeks;
    }

    private static LocalDateTime ceilToMinute(LocalDateTime time) {
        LocalDateTime floor = time.truncatedTo(ChronoUnit.MINUTES);
        return floor.equals(time) ? floor : floor.plusMinutes(1);
    }

    private static int lastYear(LocalDateTime from) {
        return Math.min(LAST_YEAR, from.getYear() + CYCLE_YEARS);
    }
}
