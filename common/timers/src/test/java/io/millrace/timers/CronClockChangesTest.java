package io.millrace.timers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The days around changes of the clock, of random expressions, compared with a model that looks at every minute of real time, as
 * Vixie cron does.
 */
class CronClockChangesTest {
    private static final List<String> ZONES =
            List.of("Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC");
    private static final Duration AROUND = Duration.ofHours(30);
    private static final int EXPRESSIONS = 120;

    private final Random random = new Random(Seeds.next());

    @Test
    void areThoseOfTheModelInTheZonesOfTheRequirement() {
        int fired = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            ZoneId zone = ZoneId.of(ZONES.get(i % ZONES.size()));
            fired += compare(RandomCron.next(random, i % 3 > 0), zone, randomChange(zone.getRules()));
        }
        assertThat(fired).isGreaterThan(10 * EXPRESSIONS);
    }

    /** Among them are gaps of a whole day, changes at other minutes than the hour's first, and changes at midnight. */
    @Test
    void areThoseOfTheModelInAllZones() {
        List<String> zones = ZoneId.getAvailableZoneIds().stream().sorted().toList();
        int fired = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            ZoneId zone = ZoneId.of(zones.get(random.nextInt(zones.size())));
            fired += compare(RandomCron.next(random, i % 3 > 0), zone, randomChange(zone.getRules()));
        }
        assertThat(fired).isGreaterThan(10 * EXPRESSIONS);
    }

    /** Compares the days around an instant, and the next time after random instants of these days. */
    private int compare(RandomCron cron, ZoneId zone, Instant around) {
        Instant from = around.minus(AROUND).truncatedTo(ChronoUnit.DAYS);
        Instant to = around.plus(AROUND);
        List<Instant> expected = fireByTheMinute(cron, zone.getRules(), from, to);
        CronSchedule schedule = CronSchedule.parse(cron.text());

        List<Instant> found = new ArrayList<>();
        Instant time = schedule.nextAfter(from.minusMillis(1), zone).orElse(to);
        while (time.isBefore(to)) {
            found.add(time);
            time = schedule.nextAfter(time, zone).orElse(to);
        }
        assertThat(found).as("%s in %s around %s", cron.text(), zone, around).isEqualTo(expected);

        NavigableSet<Instant> times = new TreeSet<>(expected);
        for (int i = 0; i < 50 && !times.isEmpty(); i++) {
            Instant first = from.minusSeconds(1);
            long span = Duration.between(first, times.last()).toSeconds();
            Instant after =
                    first.plusSeconds((long) (random.nextDouble() * span)).plusNanos(random.nextInt(3));
            assertThat(schedule.nextAfter(after, zone))
                    .as("%s in %s after %s", cron.text(), zone, after)
                    .hasValue(times.higher(after));
        }
        return expected.size();
    }

    /**
     * The model. A schedule in real time fires at each minute whose local time matches. A schedule of fixed times fires at the first
     * minute at which the clock shows its time or a later one.
     */
    private static List<Instant> fireByTheMinute(RandomCron cron, ZoneRules rules, Instant from, Instant to) {
        List<Instant> fired = new ArrayList<>();
        // Before, so that a pass that repeats an hour does not begin at the first minute that is looked at.
        Instant time = from.minus(Duration.ofDays(2));
        LocalDateTime latest = local(rules, time);
        for (; time.isBefore(to); time = time.plusSeconds(60)) {
            LocalDateTime local = local(rules, time);
            boolean fires = cron.followsRealTime() && cron.matches(local);
            for (; latest.isBefore(local); latest = latest.plusMinutes(1)) {
                fires |= !cron.followsRealTime() && cron.matches(latest.plusMinutes(1));
            }
            if (fires && !time.isBefore(from)) {
                fired.add(time);
            }
        }
        return fired;
    }

    private static LocalDateTime local(ZoneRules rules, Instant time) {
        return LocalDateTime.ofInstant(time, rules.getOffset(time));
    }

    /** The instant of a change from 1900 to 2100 between whole minutes, or any instant in zones that have none. */
    private Instant randomChange(ZoneRules rules) {
        for (int i = 0; i < 100; i++) {
            Instant time = Instant.parse("1900-01-01T00:00:00Z").plus(Duration.ofHours(random.nextInt(200 * 365 * 24)));
            ZoneOffsetTransition change = rules.nextTransition(time);
            if (change != null
                    && change.toEpochSecond() % 60 == 0
                    && change.getOffsetBefore().getTotalSeconds() % 60 == 0
                    && change.getOffsetAfter().getTotalSeconds() % 60 == 0) {
                return change.getInstant();
            }
        }
        return Instant.parse("2026-03-29T01:00:00Z").plus(Duration.ofHours(random.nextInt(20 * 365 * 24)));
    }
}
