package io.millrace.transforms.context;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that values were not taken, without their text and without flooding the log. For one thread. */
final class Refusals {
    /** After the first refusal of a key, each so many further ones are one line. */
    static final int PER_LINE = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    private final Map<String, Long> counts = new HashMap<>();

    /**
     * Counts a refusal.
     *
     * @param key the header that the value was meant for
     * @param place where it was found, e.g. {@code the SQL comment}
     * @param reason why it was not taken, without the value
     */
    void add(String key, String place, String reason) {
        long count = counts.merge(key, 1L, Long::sum);
        if (count % PER_LINE == 1) {
            LOG.warn(
                    "Did not take a value for the header '{}' from {}, because {} ({} so far; one line for {})",
                    key,
                    place,
                    reason,
                    count,
                    PER_LINE);
        }
    }

    long count(String key) {
        return counts.getOrDefault(key, 0L);
    }
}
