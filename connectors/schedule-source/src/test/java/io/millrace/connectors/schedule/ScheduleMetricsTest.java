package io.millrace.connectors.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleMetricsTest {
    private long now = 1_000;

    /** A task that waits for the brokers publishes nothing. */
    @Test
    void countsTheLagAlsoWhileTheTaskDoesNothing() {
        try (ScheduleMetrics metrics = new ScheduleMetrics("metrics-test", "0", new ScheduleCounts(), () -> now)) {
            assertThat(metrics.getLagMillis()).isZero();
            metrics.update(1, 100, 3_000, 0, false);
            assertThat(metrics.getLagMillis()).isZero();
            now = 10_000;
            assertThat(metrics.getLagMillis()).isEqualTo(7_000);
            metrics.update(0, 100, Long.MAX_VALUE, 0, false);
            assertThat(metrics.getLagMillis()).isZero();
        }
    }
}
