package io.millrace.timers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Late timers fire in the order in which they were due and at their rate; timers that are on time do not wait for them. */
class PastDueQueueTest {
    private static final List<PastDuePolicy> POLICIES = List.of(PastDuePolicy.values());
    private static final byte[] NO_STATE = {};

    @Test
    void firesAtEqualIntervals() {
        PastDueQueue queue = queueOf(5, 4);

        assertThat(moments(queue, 1_000)).containsExactly(1_000L, 1_250L, 1_500L, 1_750L, 2_000L);
        assertThat(queue.nextMoment(3_000)).isEmpty();
    }

    @Test
    void usesForABatchWhatWasNotUsedInTheLastTenthOfASecond() {
        PastDueQueue queue = queueOf(1_000, 1_000);

        assertThat(pollAll(queue, 10_000)).isEqualTo(1);
        assertThat(pollAll(queue, 10_050)).isEqualTo(50);
        assertThat(pollAll(queue, 15_000)).as("after a pause").isEqualTo(101);
        assertThat(queue.nextMoment(15_000)).hasValue(15_001);
        assertThat(pollAll(queue, 15_001)).isEqualTo(1);
    }

    @Test
    void waitsNoLongerThanAnIntervalAfterTheClockWasMovedBack() {
        PastDueQueue queue = queueOf(10, 2);
        assertThat(queue.poll(1_000_000)).isNotNull();

        assertThat(queue.poll(4_000)).isNull();
        assertThat(queue.nextMoment(4_000)).hasValue(4_500);
        assertThat(queue.poll(4_500)).as("the clock runs").isNull();
        assertThat(moments(queue, 1_000_000)).startsWith(1_000_500L, 1_001_000L);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 7, 999, 1_000, 30_000})
    void neverExceedsTheRateByMoreThanATenth(long perSecond) {
        Random random = new Random(Seeds.next());
        PastDueQueue queue = queueOf(20_000, perSecond);
        List<Long> fired = new ArrayList<>();
        long now = 1_795_000_000_000L;
        for (int i = 0; i < 3_000 && queue.size() > 0; i++) {
            now = random.nextBoolean() ? queue.nextMoment(now).orElseThrow() : now + random.nextInt(80);
            for (int count = pollAll(queue, now); count > 0; count--) {
                fired.add(now);
            }
        }
        int first = 0;
        for (int last = 0; last < fired.size(); last++) {
            while (fired.get(first) <= fired.get(last) - 1_000) {
                first++;
            }
            assertThat(last - first + 1L).isLessThanOrEqualTo(perSecond + perSecond / 10 + 1);
        }
        double seconds = (fired.get(fired.size() - 1) - fired.get(0)) / 1_000.0;
        assertThat(fired.size() - 1)
                .as("not slower than the rate, but for the last batch")
                .isGreaterThanOrEqualTo((int) ((seconds - 0.08) * perSecond * 0.98));
    }

    @Test
    void refusesARateBelowOne() {
        assertThatThrownBy(() -> new PastDueQueue(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected a rate of 1 or more in a second, found 0");
    }

    @Test
    void sharesTheBudgetOfTheOtherQueue() {
        PastDueQueue late = new PastDueQueue(1);
        TimerQueue queue = new TimerQueue(2 * 512 + 2 * 32, late::bytes);
        queue.put(bytes("a"), 1, NO_STATE); // 16 + 1 + 1, rounded up to 24
        late.put(queue.poll(1));
        queue.put(bytes("b"), 1, NO_STATE);

        assertThatThrownBy(() -> queue.put(bytes("c"), 1, NO_STATE))
                .isInstanceOf(TimerQueueFullException.class)
                .hasMessage("A timer that adds 24 bytes does not fit: 1 timers take 536 of 552 bytes");
        assertThat(queue.putBack(bytes("c"), 1, NO_STATE)).as("accepted before").isFalse();
        assertThat(late.remove(bytes("a"))).isTrue();
        assertThat(late.remove(bytes("a"))).isFalse();
        assertThat(late.size()).isZero();
        assertThat(queue.remove(bytes("b"))).isTrue();
        assertThat(queue.put(bytes("d"), 1, NO_STATE)).isFalse();
    }

    /** A schedule that fires again and again; its state is the occurrence that is pending. */
    private record Schedule(long period, PastDuePolicy policy) implements Occurrences {
        @Override
        public OptionalLong nextAfter(long after) {
            return OptionalLong.of(Math.floorDiv(after, period) * period + period);
        }
    }

    /** The queues as a caller uses them, with schedules of all policies, through an outage. */
    private static final class Firing {
        private final PastDue rules = new PastDue(50, 40_000);
        private final TimerQueue queue = new TimerQueue(Long.MAX_VALUE);
        private final PastDueQueue late = new PastDueQueue(200);
        private final Map<String, Schedule> schedules = new HashMap<>();
        private final List<Long> lateDues = new ArrayList<>();
        private final Set<String> fired = new HashSet<>();
        private int onTimeWhileOthersWaited;
        private int skipped;
        /** When the last late timer had fired. */
        private long drained;

        void fireDue(long now) {
            for (Timer timer = queue.poll(now); timer != null; timer = queue.poll(now)) {
                Schedule schedule = schedules.get(text(timer.id()));
                PastDue.Decision decision = rules.decide(schedule.policy(), timer.due(), now, schedule);
                if (decision.late()) {
                    late.put(timer);
                    continue;
                }
                if (decision.fires()) {
                    record(timer);
                    onTimeWhileOthersWaited += late.size() > 0 ? 1 : 0;
                } else {
                    skipped++;
                }
                queue.putBack(timer.id(), decision.next().orElseThrow(), NO_STATE);
            }
        }

        void fireLate(long now) {
            for (Timer timer = late.poll(now); timer != null; timer = late.poll(now)) {
                record(timer);
                lateDues.add(timer.due());
                Schedule schedule = schedules.get(text(timer.id()));
                queue.putBack(timer.id(), schedule.nextAfter(timer.due()).orElseThrow(), NO_STATE);
                // The next occurrence may be late too, and due before other late ones.
                fireDue(now);
            }
        }

        /** How many occurrences from a time to another one, exclusive, have fired. */
        long countFired(String id, Schedule schedule, long from, long to) {
            long count = 0;
            for (long due = schedule.period(); due < to; due += schedule.period()) {
                count += due >= from && fired.contains(id + "@" + due) ? 1 : 0;
            }
            return count;
        }

        private void record(Timer timer) {
            assertThat(fired.add(text(timer.id()) + "@" + timer.due()))
                    .as("once")
                    .isTrue();
        }
    }

    @Test
    void drainsAnOutageInOrderWhileOthersFireOnTime() {
        Random random = new Random(Seeds.next());
        Firing firing = new Firing();
        for (int i = 0; i < 300; i++) {
            Schedule schedule =
                    new Schedule(2_000 + random.nextInt(8_000), POLICIES.get(random.nextInt(POLICIES.size())));
            firing.schedules.put("schedule-" + i, schedule);
            firing.queue.put(bytes("schedule-" + i), schedule.nextAfter(0).orElseThrow(), NO_STATE);
        }
        long outageStart = 20_000;
        long outageEnd = 50_000;
        for (long now = 0; now < 80_010; now += now < outageStart || now >= outageEnd ? 10 : outageEnd - outageStart) {
            firing.fireDue(now);
            firing.fireLate(now);
            firing.drained = firing.late.size() > 0 ? now + 10 : firing.drained;
        }

        assertThat(firing.lateDues).hasSizeGreaterThan(300).isSorted();
        assertThat(firing.drained).isBetween(outageEnd + firing.lateDues.size() * 1_000L / 220 - 100, 79_000L);
        assertThat(firing.onTimeWhileOthersWaited).isGreaterThan(100);
        assertThat(firing.skipped).isPositive();
        firing.schedules.forEach((id, schedule) -> {
            assertFired(firing, id, schedule, 0, schedule.policy() == PastDuePolicy.FIRE ? 80_000 : outageStart);
            assertFired(firing, id, schedule, firing.drained, 80_000);
            long inOutage = firing.countFired(id, schedule, outageStart + 1, outageEnd - firing.rules.tolerance());
            switch (schedule.policy()) {
                case FIRE -> assertThat(inOutage).isPositive();
                case SKIP -> assertThat(inOutage).isZero();
                case LAST -> assertThat(inOutage).isLessThanOrEqualTo(1);
            }
        });
    }

    private static void assertFired(Firing firing, String id, Schedule schedule, long from, long to) {
        assertThat(firing.countFired(id, schedule, from, to))
                .as("%s, %s, from %s to %s", id, schedule, from, to)
                .isEqualTo((to - 1) / schedule.period() - Math.max(0, from - 1) / schedule.period());
    }

    /** When the timers of a queue fire, if the caller waits for each moment. */
    private static List<Long> moments(PastDueQueue queue, long from) {
        List<Long> moments = new ArrayList<>();
        long now = from;
        while (queue.size() > 0) {
            now = queue.nextMoment(now).orElseThrow();
            assertThat(queue.poll(now)).isNotNull();
            moments.add(now);
        }
        return moments;
    }

    private static int pollAll(PastDueQueue queue, long now) {
        int count = 0;
        while (queue.poll(now) != null) {
            count++;
        }
        return count;
    }

    private static PastDueQueue queueOf(int count, long perSecond) {
        PastDueQueue queue = new PastDueQueue(perSecond);
        for (int i = 0; i < count; i++) {
            queue.put(new Timer(bytes("timer-" + i), i, NO_STATE));
        }
        return queue;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
