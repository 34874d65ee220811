package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.database.RetryWindow;
import io.millrace.connectors.projection.ledger.FencedException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Partitions that another task has claimed although Connect has not revoked them here. A rebalance should do so soon;
 * without one, the partition would stand still and no error would show it, so then the task fails.
 */
final class LostPartitions {
    /** Connect needs a few polls to learn that a partition was revoked. */
    private static final int MAX_FENCED_ATTEMPTS = 5;

    /** By then every member of the consumer group knows its partitions. */
    private static final Duration TIME_TO_REBALANCE = Duration.ofSeconds(60);

    private final String connector;
    private final SinkTaskContext context;
    private final Map<TopicPartition, FencedException> lost = new HashMap<>();
    private final RetryWindow attempts = new RetryWindow(Long.MAX_VALUE / 1_000_000);
    private long lostSinceNanos;

    LostPartitions(String connector, SinkTaskContext context) {
        this.connector = connector;
        this.context = context;
    }

    void add(TopicPartition partition, FencedException reason) {
        if (lost.isEmpty()) {
            lostSinceNanos = System.nanoTime();
        }
        lost.put(partition, reason);
    }

    void remove(Collection<TopicPartition> partitions) {
        lost.keySet().removeAll(partitions);
    }

    /** Records were taken, so the next loss is a first one. */
    void resetAttempts() {
        attempts.reset();
    }

    /**
     * Has Connect call again soon while partitions are lost.
     *
     * @throws ConnectException if no rebalance explains it within the time
     */
    void requireRebalance() {
        if (lost.isEmpty()) {
            return;
        }
        if (System.nanoTime() - lostSinceNanos > TIME_TO_REBALANCE.toNanos()) {
            throw claimedElsewhere(List.copyOf(lost.values()).get(0));
        }
        context.timeout(RunningSink.CALL_AGAIN_MS);
    }

    /**
     * Refuses to take records of lost partitions.
     *
     * @throws RetriableException a few times, so that Connect learns of the rebalance
     */
    void requireNone(Collection<SinkRecord> records) {
        if (lost.isEmpty()) {
            return;
        }
        for (SinkRecord record : records) {
            FencedException reason =
                    lost.get(new TopicPartition(record.originalTopic(), record.originalKafkaPartition()));
            if (reason != null) {
                throw refusal(reason);
            }
        }
    }

    private RuntimeException refusal(FencedException reason) {
        if (!attempts.permitsRetry() || attempts.faults() > MAX_FENCED_ATTEMPTS) {
            return claimedElsewhere(reason);
        }
        context.timeout(attempts.waitMs());
        return new RetriableException(reason.getMessage() + "; nothing was written", reason);
    }

    private ConnectException claimedElsewhere(FencedException reason) {
        return new ConnectException(
                reason.getMessage() + ". If no rebalance explains it, another connector named '" + connector
                        + "' uses the same ledger",
                reason);
    }
}
