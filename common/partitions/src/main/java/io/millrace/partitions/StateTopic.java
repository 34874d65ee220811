package io.millrace.partitions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compacted topic in which a source keeps its state, and which it alone writes. The topic has as many partitions as the topic
 * that the source reads, and the state of a record is in the partition of the record's number; or it has one partition.
 * {@link StateLoader} reads it.
 *
 * @param topic its name
 * @param source the name of the topic that is read; null if this one has one partition
 */
public record StateTopic(String topic, @Nullable String source) {
    private static final Logger LOG = LoggerFactory.getLogger(StateTopic.class);

    /** A topic of one partition, of a source that may read several topics, and topics that grow. */
    public static StateTopic ofOnePartition(String topic) {
        return new StateTopic(topic, null);
    }

    /**
     * Creates the topic if it does not exist, with the brokers' default of replicas, and checks it: it has as many partitions as the
     * source, and {@code cleanup.policy=compact} alone. Needs Describe on both topics, and Create and DescribeConfigs on this one.
     *
     * @param patience how long to retry if the brokers do not answer
     * @return the number of partitions
     * @throws ConnectException if the source does not exist, the topic is not as expected, or the brokers do not answer in that time
     */
    public int prepare(KafkaLogs logs, Duration patience) {
        return RetriedQuery.get(describe(), patience, () -> {
            int partitions = findPartitions(logs);
            Optional<String> objection = findObjection(logs, partitions);
            if (objection.isPresent()) {
                throw new ConnectException(objection.get());
            }
            return partitions;
        });
    }

    /**
     * Requires that the topic exists if positions in the topics that are read are committed: a new topic would be without the state of
     * the records before them.
     *
     * @param offsets what Connect has committed
     * @param read the topics that are read
     * @param connector the connector's name, for the message
     * @param patience how long to retry if the brokers do not answer
     * @throws ConnectException if it does not exist, or the brokers do not answer in that time
     */
    public void requireState(
            KafkaLogs logs, OffsetStorageReader offsets, List<String> read, String connector, Duration patience) {
        List<String> all = new ArrayList<>(read);
        all.add(topic);
        Map<String, Integer> counts = RetriedQuery.get("the topics " + all, patience, () -> logs.countPartitions(all));
        if (!counts.containsKey(topic) && hasPositions(offsets, read, counts)) {
            String names = String.join(", ", read);
            throw new ConnectException(
                    "Expected the topic " + topic + ", which does not exist. It contains the state of"
                            + " the records of " + names
                            + " that have been read. Restore it. To begin without it and to read all"
                            + " records of " + names + " again, stop the connector, DELETE /connectors/" + connector
                            + "/offsets, and resume it");
        }
    }

    private static boolean hasPositions(OffsetStorageReader offsets, List<String> read, Map<String, Integer> counts) {
        List<TopicPartition> partitions = read.stream()
                .flatMap(each -> IntStream.range(0, counts.getOrDefault(each, 0))
                        .mapToObj(partition -> new TopicPartition(each, partition)))
                .toList();
        return !PartitionReader.readCommitted(offsets, partitions).isEmpty();
    }

    /**
     * Checks the topic as {@link #prepare} does, and creates nothing. A topic that does not exist is right.
     *
     * @return the reason why it cannot be used; empty if there is none
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public Optional<String> findObjection(KafkaLogs logs) {
        Integer partitions = findExpected(logs);
        return partitions == null ? Optional.of(missingSource()) : findObjection(logs, partitions);
    }

    private int findPartitions(KafkaLogs logs) {
        Integer partitions = findExpected(logs);
        if (partitions == null) {
            throw new ConnectException(missingSource());
        }
        if (!logs.countPartitions(List.of(topic)).containsKey(topic)) {
            NewTopic created = new NewTopic(topic, Optional.of(partitions), Optional.empty())
                    .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
            if (logs.createTopic(created)) {
                LOG.info("Created the topic {} with {} partitions", topic, partitions);
            }
            if (!logs.countPartitions(List.of(topic)).containsKey(topic)) {
                // Retried: a broker may learn of a new topic later than the controller.
                throw new UnknownTopicOrPartitionException("The topic " + topic + " was created and is not known yet");
            }
        }
        return partitions;
    }

    private Optional<String> findObjection(KafkaLogs logs, int partitions) {
        Integer found = logs.countPartitions(List.of(topic)).get(topic);
        if (found == null) {
            return Optional.empty();
        }
        if (found != partitions) {
            return Optional.of(
                    source == null
                            ? "Expected one partition of " + topic + ", found " + found + ". Name another topic"
                            : "Expected as many partitions of " + topic + " as " + source + " has, which are "
                                    + partitions + ", found " + found
                                    + ". More partitions put the ids of records into other ones, so"
                                    + " the number must not change. Create new topics for both");
        }
        String policy = Objects.requireNonNull(logs.readSettings(List.of(topic))
                .getOrDefault(topic, Map.of())
                .getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, ""));
        return policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)
                ? Optional.empty()
                : Optional.of("Expected " + TopicConfig.CLEANUP_POLICY_CONFIG + "=compact of " + topic + ", found "
                        + policy + ". With another one, state would be deleted or would grow without a bound");
    }

    /** How many partitions the topic has to have; null if the source does not exist. */
    private @Nullable Integer findExpected(KafkaLogs logs) {
        return source == null
                ? Integer.valueOf(1)
                : logs.countPartitions(List.of(source)).get(source);
    }

    private String describe() {
        return source == null ? "the topic " + topic : "the topics " + source + " and " + topic;
    }

    private String missingSource() {
        return "Expected the topic " + source + ", which does not exist. Create it with as many partitions as it will"
                + " ever need, because their number must not change";
    }
}
