package io.millrace.partitions;

import io.millrace.retry.Backoff;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A query of the brokers that is retried while they do not answer, within a bound of time. For a connector's start. */
final class RetriedQuery {
    private static final Logger LOG = LoggerFactory.getLogger(RetriedQuery.class);

    private RetriedQuery() {}

    /**
     * The answer.
     *
     * @param what a noun phrase for messages, such as {@code the partitions of [a]}
     * @param patience how long to retry
     * @throws ConnectException if the brokers do not answer in that time, or refuse to
     */
    static <T> T get(String what, Duration patience, Supplier<T> query) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (int attempt = 1; ; attempt++) {
            try {
                return query.get();
            } catch (InterruptException e) {
                throw new ConnectException("Interrupted while the brokers were queried: " + what, e);
            } catch (KafkaException e) {
                if (!(e instanceof RetriableException) || System.nanoTime() >= deadline) {
                    throw new ConnectException("The brokers could not be queried: " + what + ": " + e.getMessage(), e);
                }
                LOG.warn("Querying the brokers failed, retrying: {}: {}", what, e.toString());
                pause(Backoff.OF_SERVERS.waitMs(attempt));
            }
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while the brokers did not answer", e);
        }
    }
}
