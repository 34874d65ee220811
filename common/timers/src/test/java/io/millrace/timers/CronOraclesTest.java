package io.millrace.timers;

import static org.assertj.core.api.Assertions.assertThat;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import io.millrace.testing.Seeds;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.scheduling.support.CronExpression;

/**
 * Whole years of random expressions, compared with Spring's and with cron-utils' times. Days of clock changes, on which these have
 * other rules, are left to {@link CronClockChangesTest}.
 */
class CronOraclesTest {
    private static final List<String> ZONES =
            List.of("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC");
    private static final int FIRST_YEAR = 2000;
    private static final int YEARS = 36;
    /** So many times one after the other; then the next part of the year. */
    private static final int DENSE = 10;

    private static final int SPRING_EXPRESSIONS = 120;
    /** A time takes a hundred times as long there. */
    private static final int CRON_UTILS_EXPRESSIONS = 24;

    private static final CronParser CRON_UTILS =
            new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    private final Random random = new Random(Seeds.next());

    /** The time that another implementation computes; empty if it has none. */
    private interface Oracle {
        Optional<ZonedDateTime> nextAfter(ZonedDateTime after);
    }

    @Test
    void haveTheTimesOfSpring() {
        int compared = 0;
        for (int i = 0; i < SPRING_EXPRESSIONS; i++) {
            RandomCron cron = RandomCron.next(random, false);
            compared += compareYear(cron, spring(cron), ZONES.get(i % ZONES.size()));
        }
        assertThat(compared).isGreaterThan(3_000);
    }

    @Test
    void haveTheTimesOfCronUtils() {
        int compared = 0;
        for (int i = 0; i < CRON_UTILS_EXPRESSIONS; i++) {
            RandomCron cron = RandomCron.next(random, false);
            if (!isOfUnix(cron)) {
                continue;
            }
            ExecutionTime times = ExecutionTime.forCron(CRON_UTILS.parse(unixText(cron)));
            compared += compareYear(cron, times::nextExecution, ZONES.get(i % ZONES.size()));
        }
        assertThat(compared).isGreaterThan(200);
    }

    /** Without {@code L}; and without {@code *} in lists and steps of days, which cron-utils takes for restrictions. */
    private static boolean isOfUnix(RandomCron cron) {
        return !cron.lastDay()
                && cron.fields().subList(2, 5).stream().allMatch(field -> field.equals("*") || !field.startsWith("*"));
    }

    /** With 0 for the name of Sunday at the start of a range, which cron-utils takes for 7. */
    private static String unixText(RandomCron cron) {
        return cron.text().replace('?', '*').replace("SUN-", "0-").replace("sun-", "0-");
    }

    /** Spring's days match if both fields do, so the times of two restricted fields are those of two expressions. */
    private static Oracle spring(RandomCron cron) {
        List<String> fields = new ArrayList<>(cron.fields());
        // A step over the days of the week begins with Monday there.
        fields.set(4, fields.get(4).replace("*/", "0-7/"));
        String times = "0 " + fields.get(0) + " " + fields.get(1) + " ";
        if (!cron.hasTwoRestrictedDays()) {
            CronExpression expression = CronExpression.parse(times + String.join(" ", fields.subList(2, 5)));
            return after -> Optional.ofNullable(expression.next(after));
        }
        CronExpression ofMonth = CronExpression.parse(times + fields.get(2) + " " + fields.get(3) + " *");
        CronExpression ofWeek = CronExpression.parse(times + "* " + fields.get(3) + " " + fields.get(4));
        return after -> {
            // Null if none of the months has the day.
            ZonedDateTime one = ofMonth.next(after);
            ZonedDateTime other = ofWeek.next(after);
            return Optional.of(one == null || one.isAfter(other) ? other : one);
        };
    }

    /** Compares the times of a random year, and returns how many. */
    private int compareYear(RandomCron cron, Oracle oracle, String zoneId) {
        ZoneId zone = ZoneId.of(zoneId);
        LocalDate year = LocalDate.of(FIRST_YEAR + random.nextInt(YEARS), 1, 1);
        Set<LocalDate> changes = daysOfChanges(zone, year);
        CronSchedule schedule = CronSchedule.parse(cron.text());
        ZonedDateTime time = year.atStartOfDay(zone).minusSeconds(1);
        ZonedDateTime end = year.plusYears(1).atStartOfDay(zone);
        int compared = 0;
        while (true) {
            ZonedDateTime after = time;
            ZonedDateTime next =
                    schedule.nextAfter(after.toInstant(), zone).orElseThrow().atZone(zone);
            if (!next.isBefore(end)) {
                break;
            }
            Optional<ZonedDateTime> expected =
                    changes.contains(after.toLocalDate()) ? Optional.empty() : oracle.nextAfter(after);
            if (!changes.contains(after.toLocalDate())
                    && !changes.contains(next.toLocalDate())
                    && (expected.isEmpty() || !changes.contains(expected.get().toLocalDate()))) {
                assertThat(next).as("%s after %s", cron.text(), after).isEqualTo(expected.orElseThrow());
                compared++;
            }
            // Of schedules with many times, parts of the whole year.
            time = compared % DENSE == DENSE - 1 ? next.plusDays(random.nextInt(60)) : next;
        }
        return compared;
    }

    private static Set<LocalDate> daysOfChanges(ZoneId zone, LocalDate year) {
        Set<LocalDate> days = new HashSet<>();
        Instant time = year.minusDays(2).atStartOfDay(zone).toInstant();
        ZoneOffsetTransition change = zone.getRules().nextTransition(time);
        while (change != null && change.getDateTimeBefore().getYear() <= year.getYear() + 1) {
            days.add(change.getDateTimeBefore().toLocalDate());
            days.add(change.getDateTimeAfter().toLocalDate());
            change = zone.getRules().nextTransition(change.getInstant());
        }
        return days;
    }
}
