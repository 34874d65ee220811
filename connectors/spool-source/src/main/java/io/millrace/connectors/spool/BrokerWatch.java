package io.millrace.connectors.spool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Since when the brokers have answered without an interruption. A request of a producer that had failed may be in the buffers of a broker
 * that was suspended; it is written soon after the broker resumes. Safe for use by many threads, whose queries run at the same time.
 */
final class BrokerWatch {
    /** An answer that takes longer, and a longer time without an answer, count as an interruption. */
    private static final long INTERRUPTION_NANOS = Duration.ofSeconds(2).toNanos();

    private final LongSupplier nanos;

    @GuardedBy("this")
    private long answeredSince;

    @GuardedBy("this")
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
            end(begin, true);
            return answer;
        } catch (RuntimeException e) {
            end(begin, false);
            throw e;
        }
    }

    private synchronized void end(long begin, boolean isAnswered) {
        long end = nanos.getAsLong();
        if (!isAnswered || end - begin > INTERRUPTION_NANOS || begin - lastAnswer > INTERRUPTION_NANOS) {
            answeredSince = end;
        }
        lastAnswer = end;
    }

    /** Whether the brokers have answered for this long, also since this time, and still do. */
    synchronized boolean hasAnsweredFor(Duration duration, long sinceNanos) {
        long now = nanos.getAsLong();
        return now - lastAnswer <= INTERRUPTION_NANOS
                && now - answeredSince >= duration.toNanos()
                && now - sinceNanos >= duration.toNanos();
    }
}
