package io.millrace.connectors.redrive;

import io.millrace.partitions.KafkaLogs;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many partitions topics have. The brokers are queried on a thread of its own, so that a task that waits for them can be stopped. For use by
 * one thread.
 */
final class TopicSizes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSizes.class);
    private static final long LIFETIME_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final KafkaLogs logs;
    private final Duration patience;
    private final ExecutorService queries;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<String> topics = new HashSet<>();
    private @Nullable CompletableFuture<Map<String, Integer>> query;
    private Set<String> asked = Set.of();
    private long answeredNanos;
    private long silentSinceNanos;

    /**
     * No sizes yet.
     *
     * @param logs queries the brokers; closed with this
     * @param patience how long to wait for brokers that do not answer
     */
    TopicSizes(KafkaLogs logs, String thread, Duration patience) {
        this.logs = logs;
        this.patience = patience;
        this.queries = Executors.newSingleThreadExecutor(task -> {
            Thread created = new Thread(task, thread);
            created.setDaemon(true);
            return created;
        });
    }

    /**
     * Queries the sizes of topics, and of all those that were required before.
     *
     * @param timeout the longest wait
     * @return whether all are there
     * @throws ConnectException if the brokers have not answered for too long, or refuse to
     */
    boolean require(Set<String> needed, Duration timeout) throws InterruptedException {
        topics.addAll(needed);
        boolean isKnown = counts.keySet().containsAll(topics);
        if (isKnown && System.nanoTime() - answeredNanos < LIFETIME_NANOS) {
            return true;
        }
        if (query == null) {
            asked = Set.copyOf(topics);
            Set<String> all = asked;
            query = CompletableFuture.supplyAsync(() -> logs.countPartitions(all), queries);
            silentSinceNanos = silentSinceNanos == 0 ? System.nanoTime() : silentSinceNanos;
        }
        return takeAnswer(isKnown ? Duration.ZERO : timeout) || isKnown;
    }

    private boolean takeAnswer(Duration timeout) throws InterruptedException {
        CompletableFuture<Map<String, Integer>> asking = Objects.requireNonNull(query);
        try {
            Map<String, Integer> answer = asking.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            query = null;
            silentSinceNanos = 0;
            answeredNanos = System.nanoTime();
            asked.forEach(topic -> counts.put(topic, answer.getOrDefault(topic, 0)));
            return counts.keySet().containsAll(topics);
        } catch (TimeoutException e) {
            requirePatience(null);
            return false;
        } catch (ExecutionException | CompletionException e) {
            query = null;
            Throwable cause = Objects.requireNonNull(e.getCause());
            if (!(cause instanceof RetriableException)) {
                throw new ConnectException("The brokers refused a query about topics: " + cause.getMessage(), cause);
            }
            LOG.debug("Querying the brokers failed, retrying", cause);
            requirePatience(cause);
            TimeUnit.MILLISECONDS.sleep(Math.min(timeout.toMillis(), 500));
            return false;
        }
    }

    private void requirePatience(@Nullable Throwable cause) {
        Duration silence = Duration.ofNanos(System.nanoTime() - silentSinceNanos);
        if (silence.compareTo(patience) > 0) {
            throw new ConnectException(
                    "The brokers have not answered for " + silence.toMillis() + " ms, expected an answer within "
                            + patience.toMillis() + " ms",
                    cause);
        }
    }

    /** How many partitions a topic has that was required; 0 if it does not exist. */
    int count(String topic) {
        return Objects.requireNonNull(counts.get(topic), () -> "The topic was not required: " + topic);
    }

    @Override
    public void close() {
        queries.shutdownNow();
        logs.close();
    }
}
