package io.millrace.connectors.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SentPositionsTest {
    private long now = 1_000_000_000_000L;
    private final SentPositions positions = new SentPositions(Map.of(0, 7L), () -> now);

    @Test
    void findsPositionsBehindMarkers() {
        assertThat(positions.take(0, 7)).isFalse();
        positions.add(0, 9);
        assertThat(positions.take(0, 9)).isFalse();
        // A marker behind the command at 8.
        assertThat(positions.take(0, 10)).isTrue();
        assertThat(positions.take(0, 10)).isFalse();
    }

    @Test
    void findsThePositionOfAPartitionThatNeverHadACommand() {
        assertThat(positions.take(1, 0)).isTrue();
        assertThat(positions.take(1, 0)).isFalse();
    }

    @Test
    void findsNoMoreThanOneInASecond() {
        assertThat(positions.take(0, 8)).isTrue();
        assertThat(positions.take(0, 9)).isFalse();
        assertThat(positions.take(1, 9)).isTrue();
        now += TimeUnit.SECONDS.toNanos(1);
        assertThat(positions.take(0, 9)).isTrue();
    }
}
