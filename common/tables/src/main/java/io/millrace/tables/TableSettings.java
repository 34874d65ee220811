package io.millrace.tables;

import java.time.Duration;
import java.util.Map;

/**
 * The settings of a table.
 *
 * @param clients settings of Kafka's clients, such as {@code bootstrap.servers}; those of reading itself are set by the table
 * @param maxBytes the budget: a table that needs more fails, because a part of a table gives wrong answers
 * @param maxStaleness how far the table may be behind its topic before reads are refused; zero: without a bound
 * @param undecodable what happens with a record that cannot be decoded
 * @param cleanup which topics are accepted
 */
public record TableSettings(
        Map<String, Object> clients,
        long maxBytes,
        Duration maxStaleness,
        UndecodablePolicy undecodable,
        CleanupPolicy cleanup) {

    /** A budget that is a small part of a usual heap. */
    public static final long DEFAULT_MAX_BYTES = 256L << 20;

    public TableSettings {
        clients = Map.copyOf(clients);
        if (maxBytes <= 0 || maxStaleness.isNegative()) {
            throw new IllegalArgumentException(
                    "Expected a positive budget and a bound of staleness of 0 or more; found " + maxBytes + " and "
                            + maxStaleness);
        }
    }

    /** The safe settings, with settings of Kafka's clients. */
    public static TableSettings of(Map<String, Object> clients) {
        return new TableSettings(
                clients, DEFAULT_MAX_BYTES, Duration.ZERO, UndecodablePolicy.FAIL, CleanupPolicy.COMPACT);
    }

    public TableSettings withMaxBytes(long bytes) {
        return new TableSettings(clients, bytes, maxStaleness, undecodable, cleanup);
    }

    public TableSettings withMaxStaleness(Duration bound) {
        return new TableSettings(clients, maxBytes, bound, undecodable, cleanup);
    }

    public TableSettings withUndecodable(UndecodablePolicy policy) {
        return new TableSettings(clients, maxBytes, maxStaleness, policy, cleanup);
    }

    public TableSettings withCleanup(CleanupPolicy policy) {
        return new TableSettings(clients, maxBytes, maxStaleness, undecodable, policy);
    }

    /** Without the clients' settings, which may contain secrets. */
    @Override
    public String toString() {
        return "TableSettings[maxBytes=" + maxBytes + ", maxStaleness=" + maxStaleness + ", undecodable=" + undecodable
                + ", cleanup=" + cleanup + "]";
    }
}
