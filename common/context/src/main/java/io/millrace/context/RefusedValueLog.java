package io.millrace.context;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs refused values, without their text and without flooding the log. For use by one thread. */
final class RefusedValueLog {
    /** After the first refused value of a key, one line is logged for so many. */
    static final int PER_LINE = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(RefusedValueLog.class);

    private final Map<String, Long> counts = new HashMap<>();

    /**
     * Counts a refused value.
     *
     * @param key the header that the value was for
     * @param place the place of the value, e.g. {@code the SQL comment}
     * @param reason the reason, without the value
     */
    void count(String key, String place, String reason) {
        long count = counts.merge(key, 1L, Long::sum);
        if (count % PER_LINE == 1) {
            LOG.warn(
                    "Ignoring a value for the header '{}' from {}: {} ({} so far; one line for {})",
                    key,
                    place,
                    reason,
                    count,
                    PER_LINE);
        }
    }

    /** The number of refused values of this key. */
    long countOf(String key) {
        return counts.getOrDefault(key, 0L);
    }
}
