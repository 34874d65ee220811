package io.millrace.connectors.projection.task;

import io.millrace.partitions.PartitionLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Since when transactions have been open in the partitions of a task: a read_committed consumer cannot read behind them, and its own lag does
 * not show it. A broker can lose the end of a transaction, and then it stays open. For one thread.
 */
final class OpenTransactions {
    /** Longer than the timeout of usual producers. */
    static final Duration LONG = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(OpenTransactions.class);

    private final Map<TopicPartition, Open> open = new HashMap<>();

    /** The first record of the first open transaction of a partition, and when it was first seen. */
    private record Open(long offset, long sinceNanos) {}

    /**
     * Compares the ends of logs.
     *
     * @param logs the logs of all partitions of the task
     * @param stableEnds up to where they can be read, read before the logs
     * @return for how long the oldest of these transactions has been open; 0 if there is none
     */
    Duration update(Map<TopicPartition, PartitionLog> logs, Map<TopicPartition, Long> stableEnds, long nowNanos) {
        open.keySet().retainAll(logs.keySet());
        Duration longest = Duration.ZERO;
        for (Map.Entry<TopicPartition, PartitionLog> log : logs.entrySet()) {
            TopicPartition partition = log.getKey();
            Long stable = stableEnds.get(partition);
            if (stable == null || stable >= log.getValue().endOffset()) {
                open.remove(partition);
                continue;
            }
            Open now = open.merge(
                    partition,
                    new Open(stable, nowNanos),
                    (before, seen) -> before.offset() == seen.offset() ? before : seen);
            Duration since = Duration.ofNanos(nowNanos - now.sinceNanos());
            longest = since.compareTo(longest) > 0 ? since : longest;
            if (since.compareTo(LONG) >= 0) {
                LOG.warn(
                        "A transaction has been open in {} from offset {} on for {} s, and the sink cannot read what is behind it. If no"
                                + " producer is about to end it, see the runbook, A transaction has no end",
                        partition,
                        now.offset(),
                        since.toSeconds());
            }
        }
        return longest;
    }
}
