package io.millrace.tools.deadletters;

import io.millrace.partitions.PartitionLog;
import io.millrace.tools.cluster.KafkaCluster;
import io.millrace.tools.cluster.UnreachableException;
import io.millrace.tools.input.UsageException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Whether a plan is still one of the queue that the brokers have. */
final class PlanChecks {
    /** The group with the progress is deleted by the brokers seven days after its last commit, by default. */
    static final Duration LIFETIME = Duration.ofDays(3);

    private PlanChecks() {}

    /**
     * Requires a plan that is young enough, and the queue of which it was made.
     *
     * @throws UsageException if it is not, or the brokers do not answer
     */
    static void requireValid(RedrivePlan plan, KafkaCluster kafka, Instant now) {
        if (plan.created().plus(LIFETIME).isBefore(now)) {
            throw new UsageException("the " + plan + " was made at " + plan.created()
                    + ": expected a plan not older than "
                    + LIFETIME.toHours() + " hours, because the brokers forget later which letters were sent. Make"
                    + " another plan");
        }
        Map<TopicPartition, PartitionLog> logs = readLogs(plan, kafka);
        plan.byPartition().keySet().forEach(number -> {
            TopicPartition partition = new TopicPartition(plan.queue(), number);
            PartitionLog log = logs.get(partition);
            if (log == null) {
                throw new UsageException("the queue's partition " + partition + " does not exist");
            }
            requireSame(plan, "cluster", plan.clusterId(), log.clusterId());
            requireSame(plan, "topic", plan.topicId(), log.topicId());
        });
    }

    private static void requireSame(RedrivePlan plan, String what, String expected, @Nullable String found) {
        if (!expected.equals(found)) {
            throw new UsageException("the " + plan + " is of another " + what + ": expected the id " + expected
                    + ", found " + found + ". Make another plan");
        }
    }

    /**
     * The logs of the plan's partitions, without those that do not exist.
     *
     * @throws UsageException if the brokers do not answer
     */
    static Map<TopicPartition, PartitionLog> readLogs(RedrivePlan plan, KafkaCluster kafka) {
        try {
            return kafka.readLogs(plan.byPartition().keySet().stream()
                    .map(partition -> new TopicPartition(plan.queue(), partition))
                    .toList());
        } catch (UnreachableException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }
}
