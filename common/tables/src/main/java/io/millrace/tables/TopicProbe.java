package io.millrace.tables;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Queries the brokers about a topic, without waiting for the answer. Needs Describe on the topic, and DescribeConfigs if its
 * {@code cleanup.policy} is read.
 */
final class TopicProbe implements AutoCloseable {
    private static final int TIMEOUT_MS = 10_000;

    private final String topic;
    private final boolean readsPolicy;
    private final Admin admin;

    TopicProbe(String topic, boolean readsPolicy, String clientId, Map<String, Object> settings) {
        this.topic = topic;
        this.readsPolicy = readsPolicy;
        Map<String, Object> ofAdmin = new HashMap<>(settings);
        ofAdmin.put(AdminClientConfig.CLIENT_ID_CONFIG, clientId);
        ofAdmin.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
        ofAdmin.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
        this.admin = Admin.create(ofAdmin);
    }

    /** The topic now; the future fails with an {@link UnknownTopicOrPartitionException} if the topic does not exist. */
    CompletableFuture<TopicView> ask() {
        CompletableFuture<TopicPolicy> policy =
                readsPolicy ? askPolicy() : CompletableFuture.completedFuture(TopicPolicy.UNKNOWN);
        return admin.describeTopics(Set.of(topic))
                .allTopicNames()
                .toCompletionStage()
                .toCompletableFuture()
                .thenCompose(found -> askOffsets(Objects.requireNonNull(found.get(topic)), policy));
    }

    private CompletableFuture<TopicView> askOffsets(TopicDescription topicNow, CompletableFuture<TopicPolicy> policy) {
        Set<TopicPartition> partitions = topicNow.partitions().stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toSet());
        CompletableFuture<Map<TopicPartition, Long>> starts =
                list(partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
        CompletableFuture<Map<TopicPartition, Long>> ends =
                list(partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
        CompletableFuture<Map<TopicPartition, Long>> stable =
                list(partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
        return CompletableFuture.allOf(starts, ends, stable, policy)
                .thenApply(all ->
                        new TopicView(topicNow.topicId(), starts.join(), ends.join(), stable.join(), policy.join()));
    }

    private CompletableFuture<Map<TopicPartition, Long>> list(
            Set<TopicPartition> partitions, OffsetSpec spec, IsolationLevel isolation) {
        Map<TopicPartition, OffsetSpec> specs =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> spec));
        return admin.listOffsets(specs, new ListOffsetsOptions(isolation))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .thenApply(offsets -> offsets.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().offset())));
    }

    private CompletableFuture<TopicPolicy> askPolicy() {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return admin.describeConfigs(Set.of(resource))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .thenApply(found -> readPolicy(Objects.requireNonNull(found.get(resource))));
    }

    private static TopicPolicy readPolicy(Config config) {
        return new TopicPolicy(
                List.of(config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value().split(",")),
                Duration.ofMillis(Long.parseLong(
                        config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG).value())));
    }

    /** The failure of an answer, without the wrappers of futures. */
    static Throwable reasonOf(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? reasonOf(failure.getCause())
                : failure;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
