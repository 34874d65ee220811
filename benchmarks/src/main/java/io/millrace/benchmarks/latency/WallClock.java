package io.millrace.benchmarks.latency;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Converts times of the machine's clock to {@link System#nanoTime}. */
final class WallClock {
    private final Instant instant;
    private final long nanoTime;

    /** Reads both clocks. */
    WallClock() {
        nanoTime = System.nanoTime();
        instant = Instant.now();
    }

    /** The {@link System#nanoTime} of a time in milliseconds since 1970, which stands for the middle of its millisecond. */
    long ofMillis(long millis) {
        return nanoTime + instant.until(Instant.ofEpochMilli(millis), ChronoUnit.NANOS) + 500_000;
    }

    /** The {@link System#nanoTime} of a time in UTC. */
    long ofUtc(LocalDateTime time) {
        return nanoTime + instant.until(time.toInstant(ZoneOffset.UTC), ChronoUnit.NANOS);
    }
}
