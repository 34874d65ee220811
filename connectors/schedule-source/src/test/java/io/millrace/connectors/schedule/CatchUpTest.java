package io.millrace.connectors.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** With a clock that the test moves. */
class CatchUpTest {
    private static final Map<Integer, Long> ENDS = Map.of(0, 10L, 1, 10L);

    private long now = 1_000_000_000_000L;
    private final CatchUp catchUp = new CatchUp(Duration.ofSeconds(60), () -> now);

    private void poll(long zero, long one, Map<Integer, Long> ends) {
        catchUp.beginPoll();
        catchUp.update(Map.of(0, zero, 1, one), ends, now);
        now += TimeUnit.SECONDS.toNanos(1);
    }

    @Test
    void isCompleteWhenEveryPartitionWasReadToItsEnd() {
        catchUp.beginPoll();
        catchUp.update(Map.of(), Map.of(), now);
        assertThat(catchUp.isComplete()).isFalse();
        poll(0, 0, ENDS);
        poll(10, 9, ENDS);
        assertThat(catchUp.isComplete()).isFalse();
        // Ends that grow meanwhile are not waited for.
        poll(10, 10, Map.of(0, 20L, 1, 20L));
        assertThat(catchUp.isComplete()).isTrue();
        assertThat(catchUp.findHidden()).isEmpty();
    }

    @Test
    void waitsForAPartitionWithinABoundAlthoughAnotherOneMoves() {
        for (int second = 0; second <= 60; second++) {
            poll(5, second, Map.of(0, 10L, 1, 1000L));
            assertThat(catchUp.isComplete()).as("second %d", second).isFalse();
        }
        for (int second = 61; second <= 70; second++) {
            poll(5, second, ENDS);
        }
        assertThat(catchUp.isComplete()).as("partition 1 moves, and is behind").isFalse();
        poll(5, 1000, ENDS);
        assertThat(catchUp.isComplete()).isTrue();
        assertThat(catchUp.findHidden()).containsExactly(0);
        // The transaction ends.
        poll(10, 1000, ENDS);
        assertThat(catchUp.findHidden()).isEmpty();
    }

    @Test
    void doesNotCountTheTimeInWhichTheBrokersAreSilent() {
        poll(5, 10, ENDS);
        long asked = now;
        for (int second = 0; second < 200; second++) {
            catchUp.beginPoll();
            catchUp.update(Map.of(0, 5L, 1, 10L), ENDS, asked);
            now += TimeUnit.SECONDS.toNanos(1);
        }
        assertThat(catchUp.isComplete()).isFalse();
        for (int second = 0; second < 50; second++) {
            poll(5, 10, ENDS);
        }
        assertThat(catchUp.isComplete()).isFalse();
        for (int second = 0; second < 15; second++) {
            poll(5, 10, ENDS);
        }
        assertThat(catchUp.findHidden()).containsExactly(0);
    }

    @Test
    void readsToTheNewEndsAfterAPause() {
        poll(10, 10, ENDS);
        assertThat(catchUp.isComplete()).isTrue();
        long before = now;
        now += TimeUnit.HOURS.toNanos(1);
        Map<Integer, Long> grown = Map.of(0, 10L, 1, 11L);
        catchUp.beginPoll();
        assertThat(catchUp.isComplete()).isFalse();
        // The answer to a query of the time before the pause.
        catchUp.update(Map.of(0, 10L, 1, 10L), ENDS, before);
        assertThat(catchUp.isComplete()).isFalse();
        poll(10, 10, grown);
        assertThat(catchUp.isComplete()).isFalse();
        poll(10, 11, grown);
        assertThat(catchUp.isComplete()).isTrue();
    }

    @Test
    void doesNotCountAPauseAsAWait() {
        poll(5, 10, ENDS);
        now += TimeUnit.HOURS.toNanos(1);
        poll(5, 10, ENDS);
        poll(5, 10, ENDS);
        assertThat(catchUp.isComplete()).isFalse();
    }
}
