package io.millrace.client.context;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs refused values, without their text and without flooding the log. For use by any thread. */
final class RefusedValues {
    /** After the first refused value of a key, one line is logged for so many. */
    static final int PER_LINE = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(RefusedValues.class);
    /** Keys are the service's own, not a caller's; the bound is for a service that makes up keys. */
    private static final int MAX_COUNTS = 256;

    private static final Map<String, AtomicLong> COUNTS = new ConcurrentHashMap<>();

    private RefusedValues() {}

    /**
     * Counts a refused value.
     *
     * @param key a valid key
     * @param reason the reason, without the value
     */
    static void count(String key, String reason) {
        String counted = COUNTS.size() < MAX_COUNTS || COUNTS.containsKey(key) ? key : "others";
        long count = COUNTS.computeIfAbsent(counted, name -> new AtomicLong()).incrementAndGet();
        if (count % PER_LINE == 1) {
            LOG.warn(
                    "Ignoring a value of '{}' for the request's context: {} ({} so far; one line for {})",
                    key,
                    reason,
                    count,
                    PER_LINE);
        }
    }
}
