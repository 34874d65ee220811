package io.millrace.timers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import io.millrace.timers.PastDue.Decision;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Occurrences that were not fired when they were due: which of them fire, which are skipped, and what is next. */
class PastDueTest {
    private static final Occurrences EVERY_TEN = after -> OptionalLong.of(Math.floorDiv(after, 10) * 10 + 10);
    private static final List<PastDuePolicy> POLICIES = List.of(PastDuePolicy.values());
    private static final PastDue RULES = new PastDue(3, 50);

    @Test
    void firesWhatIsOnTimeByEachPolicy() {
        for (PastDuePolicy policy : PastDuePolicy.values()) {
            assertThat(RULES.decide(policy, 100, 100, EVERY_TEN))
                    .isEqualTo(new Decision(true, false, OptionalLong.of(110)));
            assertThat(RULES.decide(policy, 100, 103, EVERY_TEN))
                    .isEqualTo(new Decision(true, false, OptionalLong.of(110)));
            assertThat(RULES.decide(policy, 100, 103, Occurrences.once()))
                    .isEqualTo(new Decision(true, false, OptionalLong.empty()));
        }
    }

    @Test
    void firesEachOccurrenceOfTheWindow() {
        assertThat(RULES.decide(PastDuePolicy.FIRE, 100, 104, EVERY_TEN))
                .isEqualTo(new Decision(true, true, OptionalLong.of(110)));
        assertThat(RULES.decide(PastDuePolicy.FIRE, 100, 150, EVERY_TEN))
                .isEqualTo(new Decision(true, true, OptionalLong.of(110)));
        assertThat(RULES.decide(PastDuePolicy.FIRE, 100, 151, EVERY_TEN))
                .as("101 is the first that is not too old")
                .isEqualTo(new Decision(false, false, OptionalLong.of(110)));
        assertThat(RULES.decide(PastDuePolicy.FIRE, 100, 160, EVERY_TEN))
                .isEqualTo(new Decision(false, false, OptionalLong.of(110)));
        assertThat(RULES.decide(PastDuePolicy.FIRE, 100, 151, Occurrences.once()))
                .isEqualTo(new Decision(false, false, OptionalLong.empty()));
    }

    @Test
    void skipsToTheFirstOccurrenceThatIsOnTime() {
        assertThat(RULES.decide(PastDuePolicy.SKIP, 100, 104, EVERY_TEN))
                .isEqualTo(new Decision(false, false, OptionalLong.of(110)));
        assertThat(RULES.decide(PastDuePolicy.SKIP, 100, 143, EVERY_TEN))
                .isEqualTo(new Decision(false, false, OptionalLong.of(140)));
        assertThat(RULES.decide(PastDuePolicy.SKIP, 100, 144, EVERY_TEN))
                .isEqualTo(new Decision(false, false, OptionalLong.of(150)));
        assertThat(RULES.decide(PastDuePolicy.SKIP, 100, 104, Occurrences.once()))
                .isEqualTo(new Decision(false, false, OptionalLong.empty()));
    }

    @Test
    void coalescesMissedOccurrencesIntoTheLast() {
        assertThat(RULES.decide(PastDuePolicy.LAST, 100, 104, EVERY_TEN))
                .isEqualTo(new Decision(true, true, OptionalLong.of(110)));
        assertThat(RULES.decide(PastDuePolicy.LAST, 100, 119, EVERY_TEN))
                .isEqualTo(new Decision(false, false, OptionalLong.of(110)));
        assertThat(RULES.decide(PastDuePolicy.LAST, 100, 120, EVERY_TEN))
                .isEqualTo(new Decision(false, false, OptionalLong.of(120)));
        assertThat(RULES.decide(PastDuePolicy.LAST, 100, 150, Occurrences.once()))
                .isEqualTo(new Decision(true, true, OptionalLong.empty()));
        assertThat(RULES.decide(PastDuePolicy.LAST, 100, 151, Occurrences.once()))
                .isEqualTo(new Decision(false, false, OptionalLong.empty()));
        Occurrences rare = after -> OptionalLong.of(after < 100 ? 100 : 1_000);
        assertThat(RULES.decide(PastDuePolicy.LAST, 100, 151, rare))
                .as("the last is older than the window")
                .isEqualTo(new Decision(false, false, OptionalLong.of(1_000)));
    }

    /** A schedule of minutes that was missed for a century is not walked through. */
    @Test
    void findsTheLastOfManyOccurrencesInFewSteps() {
        int[] asked = {0};
        Occurrences everyMinute = CronSchedule.parse("* * * * *").occurrences(ZoneOffset.UTC);
        Occurrences counted = after -> {
            asked[0]++;
            return everyMinute.nextAfter(after);
        };
        long now = Instant.parse("2126-11-29T12:34:56.789Z").toEpochMilli();

        Decision decision = new PastDue(0, Long.MAX_VALUE)
                .decide(
                        PastDuePolicy.LAST,
                        Instant.parse("2026-11-29T12:00:00Z").toEpochMilli(),
                        now,
                        counted);

        assertThat(decision.next())
                .hasValue(Instant.parse("2126-11-29T12:34:00Z").toEpochMilli());
        assertThat(asked[0]).isLessThan(60);
    }

    @Test
    void firesWhatTheModelFires() {
        Random random = new Random(Seeds.next());
        int fired = 0;
        for (int round = 0; round < 3_000; round++) {
            NavigableSet<Long> times = new TreeSet<>();
            for (int i = 1 + random.nextInt(30); i > 0; i--) {
                times.add((long) random.nextInt(1_000));
            }
            Occurrences occurrences = after -> {
                Long next = times.higher(after);
                return next == null ? OptionalLong.empty() : OptionalLong.of(next);
            };
            int tolerance = random.nextInt(100);
            int window = tolerance + random.nextInt(1_000);
            PastDuePolicy policy = POLICIES.get(random.nextInt(POLICIES.size()));
            long now = times.first() + random.nextInt(1_200);

            List<Long> expected = fire(policy, times.headSet(now, true), now, tolerance, window);
            assertThat(fire(policy, times.first(), now, occurrences, new PastDue(tolerance, window)))
                    .as("%s of %s at %s, tolerance %s, window %s", policy, times, now, tolerance, window)
                    .isEqualTo(expected);
            fired += expected.size();
        }
        assertThat(fired).isGreaterThan(3_000);
    }

    /** What fires, and at the end the pending occurrence, if any. */
    private static List<Long> fire(PastDuePolicy policy, long first, long now, Occurrences occurrences, PastDue rules) {
        List<Long> fired = new ArrayList<>();
        OptionalLong due = OptionalLong.of(first);
        while (due.isPresent() && due.getAsLong() <= now) {
            long before = due.getAsLong();
            Decision decision = rules.decide(policy, before, now, occurrences);
            if (decision.fires()) {
                assertThat(decision.late()).isEqualTo(now - before > rules.tolerance());
                fired.add(before);
            }
            decision.next().ifPresent(next -> assertThat(next).isGreaterThan(before));
            due = decision.next();
        }
        assertThat(due).as("pending").isEqualTo(occurrences.nextAfter(now));
        return fired;
    }

    /** The model: of all occurrences up to now. */
    private static List<Long> fire(
            PastDuePolicy policy, NavigableSet<Long> missed, long now, long tolerance, long window) {
        return switch (policy) {
            case FIRE -> missed.stream().filter(time -> now - time <= window).toList();
            case SKIP -> missed.stream().filter(time -> now - time <= tolerance).toList();
            case LAST -> {
                if (now - missed.first() <= tolerance) {
                    yield List.copyOf(missed);
                }
                yield now - missed.last() <= window ? List.of(missed.last()) : List.of();
            }
        };
    }

    @Test
    void refusesRulesThatContradictEachOtherAndWhatIsNotDue() {
        assertThatThrownBy(() -> new PastDue(-1, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected a tolerance from 0 to the window of 5 ms, found -1 ms");
        assertThatThrownBy(() -> new PastDue(6, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected a tolerance from 0 to the window of 5 ms, found 6 ms");
        assertThatThrownBy(() -> RULES.decide(PastDuePolicy.FIRE, 101, 100, EVERY_TEN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected an occurrence that is due at 100, found one due at 101");
    }
}
