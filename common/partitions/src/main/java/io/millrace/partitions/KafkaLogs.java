package io.millrace.partitions;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ids of cluster and topics, the start and the end of logs, and the offsets of a consumer group from the
 * brokers, and creates topics. Needs Describe on the topics. The client is created when it is first needed. Safe for use by many threads.
 */
public final class KafkaLogs implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;

    private final Map<String, Object> settings;
    private @Nullable Admin admin;
    private boolean closed;

    /** With settings of Kafka's admin client. */
    public KafkaLogs(Map<String, Object> settings) {
        this.settings = new HashMap<>(settings);
        this.settings.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        this.settings.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    }

    private synchronized Admin connect() {
        if (closed) {
            throw new TimeoutException("The client of the brokers is closed");
        }
        Admin connected = admin;
        if (connected == null) {
            connected = Admin.create(settings);
            admin = connected;
        }
        return connected;
    }

    /**
     * Reads the logs of partitions, within a bound of time.
     *
     * @return without the partitions that do not exist
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public Map<TopicPartition, PartitionLog> readLogs(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return Map.of();
        }
        Admin client = connect();
        KafkaFuture<String> cluster = client.describeCluster().clusterId();
        Set<String> topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
        Map<String, KafkaFuture<TopicDescription>> asked =
                client.describeTopics(topics).topicNameValues();
        Map<String, Uuid> ids = new HashMap<>();
        Map<TopicPartition, OffsetSpec> present = new HashMap<>();
        asked.forEach((topic, future) -> {
            TopicDescription description = await(future);
            if (description != null) {
                ids.put(topic, description.topicId());
                partitions.stream()
                        .filter(partition -> partition.topic().equals(topic)
                                && partition.partition()
                                        < description.partitions().size())
                        .forEach(partition -> present.put(partition, OffsetSpec.earliest()));
            }
        });
        ListOffsetsResult starts = client.listOffsets(present);
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        present.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        ListOffsetsResult ends = client.listOffsets(latest);
        String clusterId = await(cluster);
        Map<TopicPartition, PartitionLog> logs = new HashMap<>();
        for (TopicPartition partition : present.keySet()) {
            ListOffsetsResult.ListOffsetsResultInfo start = await(starts.partitionResult(partition));
            ListOffsetsResult.ListOffsetsResultInfo end = await(ends.partitionResult(partition));
            if (start != null && end != null) {
                Uuid id = ids.getOrDefault(partition.topic(), Uuid.ZERO_UUID);
                logs.put(
                        partition,
                        new PartitionLog(
                                clusterId,
                                id.equals(Uuid.ZERO_UUID) ? null : id.toString(),
                                start.offset(),
                                end.offset()));
            }
        }
        return logs;
    }

    /**
     * Reads the id of the cluster, within a bound of time.
     *
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public String readClusterId() {
        return String.valueOf(await(connect().describeCluster().clusterId()));
    }

    /**
     * Lists the topics that the client's user may describe, within a bound of time.
     *
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public Set<String> listTopics() {
        Set<String> topics = await(connect().listTopics().names());
        return topics == null ? Set.of() : topics;
    }

    /**
     * Counts the partitions of topics, within a bound of time.
     *
     * @return without the topics that do not exist
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public Map<String, Integer> countPartitions(Collection<String> topics) {
        Map<String, Integer> counts = new HashMap<>();
        connect().describeTopics(topics).topicNameValues().forEach((topic, future) -> {
            TopicDescription description = await(future);
            if (description != null) {
                counts.put(topic, description.partitions().size());
            }
        });
        return counts;
    }

    /**
     * Creates a topic unless there is one of this name, within a bound of time. Needs Create on the topic.
     *
     * @return whether it was created
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public boolean createTopic(NewTopic topic) {
        try {
            await(connect().createTopics(List.of(topic)).all());
            return true;
        } catch (TopicExistsException e) {
            return false;
        }
    }

    /**
     * Checks whether a topic could be created, within a bound of time, and creates nothing. Needs Create on the topic.
     *
     * @throws ApiException if the brokers refuse the topic, for example because of a policy or of the names of others; or do not answer
     */
    public void requireCreatable(NewTopic topic) {
        try {
            await(connect()
                    .createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true))
                    .all());
        } catch (TopicExistsException e) {
            // It was created a moment ago.
            return;
        }
    }

    /**
     * Reads the settings of topics, within a bound of time. Needs DescribeConfigs on the topics.
     *
     * @return the values by their names, without the topics that do not exist
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public Map<String, Map<String, String>> readSettings(Collection<String> topics) {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        Map<String, Map<String, String>> read = new HashMap<>();
        connect().describeConfigs(resources).values().forEach((resource, future) -> {
            Config config = await(future);
            if (config != null) {
                Map<String, String> values = new HashMap<>();
                config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
                read.put(resource.name(), values);
            }
        });
        return read;
    }

    /**
     * Finds the first records from a time on, within a bound of time.
     *
     * @return the offset of the first record whose timestamp is not before the time; the end of the log if there is none. Without
     *     the partitions that do not exist
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public Map<TopicPartition, Long> findOffsets(Collection<TopicPartition> partitions, Instant time) {
        // The ends are read first: what is appended in between is then not skipped.
        Map<TopicPartition, Long> offsets = listOffsets(partitions, OffsetSpec.latest());
        listOffsets(partitions, OffsetSpec.forTimestamp(time.toEpochMilli())).forEach((partition, offset) -> {
            if (offset >= 0) {
                offsets.replace(partition, offset);
            }
        });
        return offsets;
    }

    /**
     * Reads the offsets up to which read_committed consumers can read, within a bound of time: the first record of the first open
     * transaction, or the end of the log.
     *
     * @return without the partitions that do not exist
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public Map<TopicPartition, Long> readStableEnds(Collection<TopicPartition> partitions) {
        return listOffsets(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    }

    private Map<TopicPartition, Long> listOffsets(Collection<TopicPartition> partitions, OffsetSpec spec) {
        return listOffsets(partitions, spec, IsolationLevel.READ_UNCOMMITTED);
    }

    private Map<TopicPartition, Long> listOffsets(
            Collection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
        partitions.forEach(partition -> specs.put(partition, spec));
        ListOffsetsResult listed = connect().listOffsets(specs, new ListOffsetsOptions(isolation));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            ListOffsetsResult.ListOffsetsResultInfo found = await(listed.partitionResult(partition));
            if (found != null) {
                offsets.put(partition, found.offset());
            }
        }
        return offsets;
    }

    /**
     * Reads the offsets that a consumer group has committed, within a bound of time. Needs Describe on the group.
     *
     * @return without the partitions for which the group has committed nothing
     * @throws ApiException if the brokers do not answer, or refuse to
     */
    public Map<TopicPartition, Long> readCommitted(String group, Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                await(connect().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (committed != null) {
            committed.forEach((partition, offset) -> {
                if (offset != null && partitions.contains(partition)) {
                    offsets.put(partition, offset.offset());
                }
            });
        }
        return offsets;
    }

    /** Null if the topic or the partition does not exist. */
    private static <T> @Nullable T await(KafkaFuture<T> future) {
        try {
            return future.get(2L * TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof UnknownTopicOrPartitionException || cause instanceof UnknownTopicIdException) {
                return null;
            }
            throw cause instanceof ApiException failure
                    ? failure
                    : new KafkaException("Querying the brokers failed", cause);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("The brokers did not respond", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
    }
}
