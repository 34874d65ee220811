package io.millrace.expressions;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Timestamps and durations of numbers with a unit, and the beginning of a day, a month and other units in a time zone. */
final class TimeFunctions {
    private interface Truncation {
        ZonedDateTime of(ZonedDateTime moment);
    }

    private static final Map<String, ChronoUnit> UNITS =
            Map.of("s", ChronoUnit.SECONDS, "ms", ChronoUnit.MILLIS, "us", ChronoUnit.MICROS, "ns", ChronoUnit.NANOS);

    private static final int MONTHS_OF_A_QUARTER = 3;

    private static final Map<String, Truncation> TRUNCATIONS = Map.of(
            "second",
            moment -> moment.truncatedTo(ChronoUnit.SECONDS),
            "minute",
            moment -> moment.truncatedTo(ChronoUnit.MINUTES),
            "hour",
            moment -> moment.truncatedTo(ChronoUnit.HOURS),
            "day",
            moment -> moment.truncatedTo(ChronoUnit.DAYS),
            "week",
            moment -> moment.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                    .truncatedTo(ChronoUnit.DAYS),
            "month",
            moment -> moment.withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS),
            "quarter",
            moment -> moment.withDayOfMonth(1)
                    .withMonth(moment.getMonthValue() - (moment.getMonthValue() - 1) % MONTHS_OF_A_QUARTER)
                    .truncatedTo(ChronoUnit.DAYS),
            "year",
            moment -> moment.withDayOfYear(1).truncatedTo(ChronoUnit.DAYS));

    /** A record may name the zone; the zones that exist are fewer than this. */
    private static final int MAX_ZONES = 2_000;

    private static final Map<String, ZoneId> ZONES = new ConcurrentHashMap<>();

    static final List<CelFunctionDecl> DECLARATIONS = List.of(
            CelFunctionDecl.newFunctionDeclaration(
                    "moment",
                    CelOverloadDecl.newGlobalOverload("moment_timestamp", SimpleType.TIMESTAMP, SimpleType.TIMESTAMP),
                    CelOverloadDecl.newGlobalOverload("moment_string", SimpleType.TIMESTAMP, SimpleType.STRING),
                    CelOverloadDecl.newGlobalOverload(
                            "moment_int64_string", SimpleType.TIMESTAMP, SimpleType.INT, SimpleType.STRING)),
            CelFunctionDecl.newFunctionDeclaration(
                    "time",
                    CelOverloadDecl.newGlobalOverload("time_duration", SimpleType.DURATION, SimpleType.DURATION),
                    CelOverloadDecl.newGlobalOverload("time_string", SimpleType.DURATION, SimpleType.STRING),
                    CelOverloadDecl.newGlobalOverload(
                            "time_int64_string", SimpleType.DURATION, SimpleType.INT, SimpleType.STRING)),
            CelFunctionDecl.newFunctionDeclaration(
                    "date",
                    CelOverloadDecl.newGlobalOverload("date_timestamp", SimpleType.TIMESTAMP, SimpleType.TIMESTAMP),
                    CelOverloadDecl.newGlobalOverload(
                            "date_timestamp_zone", SimpleType.TIMESTAMP, SimpleType.TIMESTAMP, SimpleType.STRING)),
            CelFunctionDecl.newFunctionDeclaration(
                    "truncate",
                    CelOverloadDecl.newGlobalOverload(
                            "truncate_timestamp_unit", SimpleType.TIMESTAMP, SimpleType.TIMESTAMP, SimpleType.STRING),
                    CelOverloadDecl.newGlobalOverload(
                            "truncate_timestamp_unit_zone",
                            SimpleType.TIMESTAMP,
                            SimpleType.TIMESTAMP,
                            SimpleType.STRING,
                            SimpleType.STRING)));

    static final List<CelFunctionBinding> BINDINGS = List.of(
            CelFunctionBinding.from("moment_int64_string", Long.class, String.class, TimeFunctions::momentOf),
            CelFunctionBinding.from("time_int64_string", Long.class, String.class, TimeFunctions::durationOf),
            CelFunctionBinding.from("date_timestamp", Instant.class, moment -> dateOf(moment, ZoneOffset.UTC)),
            CelFunctionBinding.from(
                    "date_timestamp_zone",
                    Instant.class,
                    String.class,
                    (moment, zone) -> dateOf(moment, readZone(zone))),
            CelFunctionBinding.from(
                    "truncate_timestamp_unit",
                    Instant.class,
                    String.class,
                    (moment, unit) -> truncate(moment, unit, ZoneOffset.UTC)),
            CelFunctionBinding.from(
                    "truncate_timestamp_unit_zone",
                    List.of(Instant.class, String.class, String.class),
                    values -> truncate((Instant) values[0], (String) values[1], readZone((String) values[2]))));

    private TimeFunctions() {}

    private static Instant momentOf(long number, String unit) {
        try {
            return ValueConversion.requireRange(Instant.EPOCH.plus(durationOf(number, unit)));
        } catch (DateTimeException | ArithmeticException e) {
            throw new DataException("a timestamp is of the years 1 to 9999, found another one");
        }
    }

    private static Duration durationOf(long number, String unit) {
        return Duration.of(number, readUnit(unit));
    }

    /** The day that the calendar of the zone has, as midnight in UTC. */
    private static Instant dateOf(Instant moment, ZoneId zone) {
        return ValueConversion.requireRange(
                moment.atZone(zone).toLocalDate().atStartOfDay().toInstant(ZoneOffset.UTC));
    }

    private static Instant truncate(Instant moment, String unit, ZoneId zone) {
        return ValueConversion.requireRange(
                readTruncation(unit).of(moment.atZone(zone)).toInstant());
    }

    private static ChronoUnit readUnit(String name) {
        return requireKnown(UNITS.get(name), "unknown unit; expected s, ms, us or ns");
    }

    private static Truncation readTruncation(String name) {
        return requireKnown(
                TRUNCATIONS.get(name),
                "unknown unit; expected second, minute, hour, day, week, month, quarter or year");
    }

    private static ZoneId readZone(String name) {
        ZoneId known = ZONES.get(name);
        if (known != null) {
            return known;
        }
        try {
            ZoneId zone = ZoneId.of(name);
            if (ZONES.size() < MAX_ZONES) {
                ZONES.put(name, zone);
            }
            return zone;
        } catch (DateTimeException e) {
            throw new DataException(
                    "unknown time zone; expected a name such as Europe/Berlin, or an offset such as +02:00");
        }
    }

    private static <T> T requireKnown(@Nullable T found, String message) {
        if (found == null) {
            throw new DataException(message);
        }
        return found;
    }

    /** Refuses a text that is not a unit. */
    static void checkUnit(String text) {
        readUnit(text);
    }

    /** Refuses a text that is not a unit of {@code truncate}. */
    static void checkTruncation(String text) {
        readTruncation(text);
    }

    /** Refuses a text that is not a time zone. */
    static void checkZone(String text) {
        readZone(text);
    }
}
