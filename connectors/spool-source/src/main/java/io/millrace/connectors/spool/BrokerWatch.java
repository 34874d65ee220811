package io.millrace.connectors.spool;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Since when the brokers have answered without an interruption. A request of a producer that had failed may be in the buffers of a broker
 * that was suspended; it is written soon after the broker goes on. For one thread.
 */
final class BrokerWatch {
    /** An answer that takes longer, and a longer time without a query, count as an interruption. */
    private static final long INTERRUPTION_NANOS = Duration.ofSeconds(2).toNanos();

    private final LongSupplier nanos;
    private long answeredSince;
    private long lastAnswer;

    /** Begins with an interruption. */
    BrokerWatch(LongSupplier nanos) {
        this.nanos = nanos;
        this.answeredSince = nanos.getAsLong();
        this.lastAnswer = answeredSince;
    }

    /** A query of the brokers; its duration and its failure count. */
    interface Query<T> {
        T run();
    }

    <T> T ask(Query<T> query) {
        long begin = nanos.getAsLong();
        try {
            T answer = query.run();
            long end = nanos.getAsLong();
            if (end - begin > INTERRUPTION_NANOS || begin - lastAnswer > INTERRUPTION_NANOS) {
                answeredSince = end;
            }
            lastAnswer = end;
            return answer;
        } catch (RuntimeException e) {
            answeredSince = nanos.getAsLong();
            lastAnswer = answeredSince;
            throw e;
        }
    }

    /** Whether the brokers have answered for this long, also since this time. */
    boolean hasAnsweredFor(Duration duration, long sinceNanos) {
        long now = nanos.getAsLong();
        return now - answeredSince >= duration.toNanos() && now - sinceNanos >= duration.toNanos();
    }
}
