package io.millrace.partitions;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Where a partition begins that has no committed position. There is no {@code latest}: a partition that is added, or a restart
 * before the first commit, would skip records.
 *
 * @param time records with an earlier timestamp are skipped; empty for the first existing record
 */
public record StartPosition(Optional<Instant> time) {
    /** The name of the first existing record. */
    public static final String EARLIEST = "earliest";

    /**
     * The position in a text: {@code earliest}, or a time as RFC 3339.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static StartPosition parse(String text) {
        if (text.equals(EARLIEST)) {
            return new StartPosition(Optional.empty());
        }
        try {
            return new StartPosition(Optional.of(Instant.parse(text)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("expected " + EARLIEST + ", or a time such as 2026-01-31T12:00:00Z", e);
        }
    }

    @Override
    public String toString() {
        return time.map(Instant::toString).orElse(EARLIEST);
    }
}
