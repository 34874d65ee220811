package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.kafka.SinglePartitions;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.LogCheck;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.metrics.SinkMetrics;
import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionLog;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the state of a task with the servers, each minute and after each new connection to the database: the claims
 * with the ledger, which a failover may have set back, idle partitions included; the committed offsets with the topics,
 * which may have been created again; the views' tables, which may have been dropped; and the ends of transactions in the topics.
 */
final class Inspection {
    private static final Logger LOG = LoggerFactory.getLogger(Inspection.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Offsets offsets;
    private final RetryingDatabase database;
    private final BackgroundWork background;
    private final RebuildSteps rebuild;
    private final TopicViews topicViews;
    private final Optional<KafkaLogs> kafka;
    private final SinglePartitions singlePartitions;
    private final String group;
    private final LogCheck logCheck;
    private final OpenTransactions openTransactions = new OpenTransactions();
    private final SinkMetrics metrics;
    private final Map<TopicPartition, PartitionLog> claimed = new ConcurrentHashMap<>();
    private long nextNanos = System.nanoTime() + INTERVAL.toNanos();
    private long inspectedConnections;
    private boolean running;

    Inspection(SinkStart start, SinkMetrics metrics) {
        this.metrics = metrics;
        this.offsets = start.offsets();
        this.database = start.database();
        this.background = start.background();
        this.rebuild = start.rebuild();
        this.topicViews = start.topicViews();
        this.kafka = start.logs();
        this.singlePartitions = start.config().singlePartitions();
        this.group = start.config().consumerGroup();
        this.logCheck =
                new LogCheck(start.config().connectorName(), start.config().retryTopic());
    }

    /**
     * Queries Kafka about partitions before they are claimed.
     *
     * @return empty if topics are not checked
     * @throws ConnectException if a topic must have one partition and has more
     */
    Map<TopicPartition, PartitionLog> readLogs(Collection<TopicPartition> partitions) {
        kafka.ifPresent(logs -> requireSinglePartitions(logs, partitions));
        Map<TopicPartition, PartitionLog> found =
                kafka.map(logs -> logs.readLogs(partitions)).orElse(Map.of());
        claimed.putAll(found);
        return found;
    }

    private void requireSinglePartitions(KafkaLogs logs, Collection<TopicPartition> partitions) {
        singlePartitions.require(
                logs, partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet()));
    }

    /**
     * Compares the committed offsets of the consumer group with the topics: without a ledger, only they determine where
     * a partition resumes. Kafka deletes a group's offsets together with the topic, so the offset alone identifies it.
     *
     * @return where partitions resume whose records were deleted from the topic before they were read; empty if topics
     *     are not checked
     * @throws ConnectException if a log ends before the group's offset
     */
    Map<TopicPartition, Long> compareGroup(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> moved = new HashMap<>();
        Map<TopicPartition, PartitionLog> logs = readLogs(partitions);
        readCommitted(partitions).forEach((partition, offset) -> {
            PartitionLog log = logs.get(partition);
            if (log != null) {
                long resume = logCheck.findResumeOffset(partition, offset, null, null, log);
                if (resume != offset) {
                    moved.put(partition, resume);
                }
            }
        });
        return moved;
    }

    private Map<TopicPartition, Long> readCommitted(Collection<TopicPartition> partitions) {
        try {
            return kafka.map(logs -> logs.readCommitted(group, partitions)).orElse(Map.of());
        } catch (GroupAuthorizationException e) {
            LOG.warn(
                    "Offsets of the group {} are not compared with the topics: the user of kafka.* may not"
                            + " read them. Grant Describe on the group",
                    group);
            return Map.of();
        }
    }

    /**
     * Begins to inspect, if it is time.
     *
     * @param committed the claims as far as they are committed
     * @param connections how many connections were opened so far
     * @param restart called when the ledger is behind what was committed
     */
    void inspectWhenDue(List<Claim> committed, long connections, Runnable restart) {
        if (committed.isEmpty()) {
            metrics.transactionOpen(Duration.ZERO);
            return;
        }
        boolean due = System.nanoTime() - nextNanos >= 0 || connections != inspectedConnections;
        if (!due || running) {
            return;
        }
        running = true;
        inspectedConnections = connections;
        nextNanos = System.nanoTime() + INTERVAL.toNanos();
        background.begin(() -> hasLost(committed), lost -> {
            running = false;
            if (lost) {
                restart.run();
            }
        });
    }

    private boolean hasLost(List<Claim> committed) {
        kafka.ifPresent(logs -> compareLogs(logs, committed));
        return database.tryOnce("inspect the ledger", connected -> {
                    rebuild.requireSameTables(connected);
                    topicViews.requireSameTables(connected, committed);
                    boolean lost = offsets.hasLost(connected.connection(), committed);
                    connected.rollback();
                    return lost;
                })
                .orElse(false);
    }

    private void compareLogs(KafkaLogs logs, List<Claim> committed) {
        try {
            List<TopicPartition> partitions =
                    committed.stream().map(Claim::partition).toList();
            requireSinglePartitions(logs, partitions);
            Map<TopicPartition, Long> stableEnds = logs.readStableEnds(partitions);
            Map<TopicPartition, PartitionLog> found = logs.readLogs(partitions);
            metrics.transactionOpen(openTransactions.update(found, stableEnds, System.nanoTime()));
            for (Claim claim : committed) {
                PartitionLog now = found.get(claim.partition());
                if (now == null) {
                    continue;
                }
                // Without a ledger, no earlier state exists to compare with.
                PartitionLog before = claimed.putIfAbsent(claim.partition(), now);
                if (before != null) {
                    logCheck.requireSame(claim.partition(), claim.nextOffset(), before, now);
                }
            }
        } catch (ApiException e) {
            LOG.warn(
                    "Comparing the committed offsets with the topics failed, retrying in a" + " minute: {}",
                    e.getMessage());
        }
    }
}
