package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.ledger.FencedException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Partitions that another task has claimed although Connect has not revoked them here; their records are skipped,
 * because the other task reads them. A rebalance should revoke them soon; without one, the task fails, because the
 * partition would make no progress without an error.
 */
final class LostPartitions {
    private final String connector;
    private final SinkTaskContext context;
    private final Duration timeToRebalance;
    private final Map<TopicPartition, FencedException> lost = new HashMap<>();
    private long lostSinceNanos;

    /**
     * No partition is lost yet.
     *
     * @param timeToRebalance after this, no rebalance is expected any more
     */
    LostPartitions(String connector, SinkTaskContext context, Duration timeToRebalance) {
        this.connector = connector;
        this.context = context;
        this.timeToRebalance = timeToRebalance;
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

    /**
     * Has Connect call again soon while partitions are lost.
     *
     * @throws ConnectException if no rebalance explains it within the time
     */
    void requireRebalance() {
        if (lost.isEmpty()) {
            return;
        }
        if (System.nanoTime() - lostSinceNanos > timeToRebalance.toNanos()) {
            FencedException reason = List.copyOf(lost.values()).get(0);
            throw new ConnectException(
                    reason.getMessage() + ". There was no rebalance, so another connector named '" + connector
                            + "' uses the same ledger: give one of them another name, or a ledger.table of its own",
                    reason);
        }
        context.timeout(RunningSink.CALL_AGAIN_MS);
    }
}
