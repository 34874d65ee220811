package io.millrace.tools.deadletters;

import io.millrace.connectors.redrive.letters.DeadLetter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records that were refused for one reason.
 *
 * @param connector the connector that refused them; empty if the records do not have it
 * @param reason the reason
 * @param records how many there are
 * @param oldestMs the lowest timestamp
 * @param newestMs the highest timestamp
 */
public record ReasonCount(String connector, String reason, long records, long oldestMs, long newestMs) {
    /** Counts records by connector and reason; for one thread. */
    public static final class Tally {
        private record Key(String connector, String reason) {}

        private final Map<Key, ReasonCount> counts = new LinkedHashMap<>();

        /** Counts a record. */
        public void add(DeadLetter letter) {
            Key key = new Key(letter.connector().orElse(""), letter.reason());
            long time = letter.timestampMs();
            counts.merge(
                    key,
                    new ReasonCount(key.connector(), key.reason(), 1, time, time),
                    (one, other) -> new ReasonCount(
                            key.connector(),
                            key.reason(),
                            one.records() + other.records(),
                            Math.min(one.oldestMs(), other.oldestMs()),
                            Math.max(one.newestMs(), other.newestMs())));
        }

        /** The counts, the highest first. */
        public List<ReasonCount> counts() {
            List<ReasonCount> sorted = new ArrayList<>(counts.values());
            sorted.sort(Comparator.comparing(ReasonCount::records).reversed());
            return sorted;
        }
    }
}
