package io.millrace.connectors.schedule;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happened to commands and occurrences. Safe for use by many threads. */
final class ScheduleCounts {
    private final Map<Event, LongAdder> counts = new EnumMap<>(Event.class);

    /** What happens. */
    enum Event {
        ACCEPTED,
        REPLACED,
        CANCELLED,
        TOO_LATE,
        UNKNOWN,
        REFUSED,
        FIRED,
        PAST_DUE,
        SKIPPED,
        HELD,
        TARGET_QUERY_FAILED
    }

    ScheduleCounts() {
        for (Event event : Event.values()) {
            counts.put(event, new LongAdder());
        }
    }

    void count(Event event) {
        adder(event).increment();
    }

    long get(Event event) {
        return adder(event).sum();
    }

    private LongAdder adder(Event event) {
        return java.util.Objects.requireNonNull(counts.get(event));
    }
}
