package io.millrace.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    @ParameterizedTest
    @CsvSource({"1, 100, 200", "2, 200, 400", "5, 1600, 3200", "6, 2500, 5000", "1000, 2500, 5000"})
    void waitsLongerWithEachAttemptUpToALimit(int attempts, long shortest, long longest) {
        for (int i = 0; i < 1000; i++) {
            assertThat(Backoff.OF_SERVERS.waitMs(attempts)).isBetween(shortest, longest);
        }
    }

    @Test
    void refusesWaitsThatAreNotPositiveOrNotAscending() {
        assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
