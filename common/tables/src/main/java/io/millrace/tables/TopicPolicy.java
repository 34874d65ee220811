package io.millrace.tables;

import java.time.Duration;
import java.util.List;

/**
 * What of a topic's settings concerns a table.
 *
 * @param cleanup the parts of {@code cleanup.policy}
 * @param deleteRetention for how long a compacted topic has a tombstone at least
 */
record TopicPolicy(List<String> cleanup, Duration deleteRetention) {
    /** Of a topic whose settings are not read: Kafka's default. */
    static final TopicPolicy UNKNOWN = new TopicPolicy(List.of(), Duration.ofDays(1));

    /** A table is behind for that long in its everyday work. */
    private static final Duration SHORTEST = Duration.ofSeconds(5);

    TopicPolicy {
        cleanup = List.copyOf(cleanup);
    }

    /** Whether a reader that was behind for this time may have missed tombstones. */
    boolean mayHaveDropped(Duration behind) {
        return behind.compareTo(deleteRetention) > 0 && behind.compareTo(SHORTEST) > 0;
    }
}
