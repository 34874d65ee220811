package io.millrace.payloads.chunks;

import io.millrace.payloads.PayloadException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topic that has the chunks: made where it is missing, refused where it would lose or not take them. */
final class ChunkTopic {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkTopic.class);
    private static final long LEADERS_TIMEOUT_MS = 15_000;
    private static final long LEADERS_PAUSE_MS = 50;
    /** Kafka's own default, which no topic of ours goes below. */
    private static final int DEFAULT_MESSAGE_BYTES = 1_048_588;

    private final String topic;
    private final ChunkSettings settings;

    ChunkTopic(String topic, ChunkSettings settings) {
        this.topic = topic;
        this.settings = settings;
    }

    /**
     * Returns when the topic is there, is fit for chunks, and all its partitions have leaders: an idempotent producer may
     * lose its sequence on a partition that does not have one yet.
     *
     * @return how many partitions it has
     * @throws PayloadException if it is unfit, naming its setting
     */
    int prepareTopic() {
        try (Admin admin = Admin.create(settings.admin())) {
            if (describeTopic(admin).isEmpty()) {
                createTopic(admin);
            }
            int partitions = awaitLeaders(admin);
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            checkSettings(Objects.requireNonNull(
                    admin.describeConfigs(List.of(resource)).all().get().get(resource)));
            return partitions;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PayloadException("Interrupted while kafka:" + topic + " was prepared", e);
        } catch (ExecutionException | RuntimeException e) {
            throw KafkaFaults.translate("Cannot prepare kafka:" + topic, e);
        }
    }

    private Optional<TopicDescription> describeTopic(Admin admin) throws InterruptedException, ExecutionException {
        try {
            return Optional.ofNullable(
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void createTopic(Admin admin) throws InterruptedException, ExecutionException {
        NewTopic created = new NewTopic(
                        topic,
                        Optional.of(settings.partitions()),
                        settings.replicationFactor() == -1
                                ? Optional.empty()
                                : Optional.of(settings.replicationFactor()))
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.COMPRESSION_TYPE_CONFIG,
                        "producer",
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(settings.retentionMs()),
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        "-1",
                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                        Integer.toString(Math.max(DEFAULT_MESSAGE_BYTES, settings.recordBytes()))));
        try {
            admin.createTopics(List.of(created)).all().get();
            LOG.info("Created kafka:{} with {}", topic, settings);
        } catch (ExecutionException e) {
            // Another task was quicker; what it made is checked as any other topic.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private int awaitLeaders(Admin admin) throws InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEADERS_TIMEOUT_MS);
        while (true) {
            Optional<TopicDescription> description = describeTopic(admin);
            if (description.isPresent()) {
                List<TopicPartitionInfo> partitions = description.get().partitions();
                if (partitions.stream().allMatch(partition -> partition.leader() != null)) {
                    return partitions.size();
                }
            }
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("a partition has no leader for " + LEADERS_TIMEOUT_MS + " ms");
            }
            Thread.sleep(LEADERS_PAUSE_MS);
        }
    }

    void checkSettings(Config config) {
        String cleanup = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
        if (!cleanup.equals(TopicConfig.CLEANUP_POLICY_DELETE)) {
            throw unfit(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup, "chunks need " + TopicConfig.CLEANUP_POLICY_DELETE);
        }
        String bytes = value(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (Long.parseLong(bytes) < settings.recordBytes()) {
            throw unfit(
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    bytes,
                    ChunkOptions.CHUNK_BYTES + " = " + settings.chunkBytes() + " needs " + settings.recordBytes());
        }
        String retention = value(config, TopicConfig.RETENTION_MS_CONFIG);
        long wanted = settings.retentionMs();
        long kept = Long.parseLong(retention);
        if (kept != -1 && (wanted == -1 || kept < wanted)) {
            throw unfit(
                    TopicConfig.RETENTION_MS_CONFIG,
                    retention,
                    ChunkOptions.RETENTION_MS + " = " + wanted + " is longer");
        }
        String limit = value(config, TopicConfig.RETENTION_BYTES_CONFIG);
        if (!limit.equals("-1")) {
            LOG.warn(
                    "kafka:{} has {} = {}, which may delete chunks before {} have passed",
                    topic,
                    TopicConfig.RETENTION_BYTES_CONFIG,
                    limit,
                    ChunkOptions.RETENTION_MS);
        }
    }

    private static String value(Config config, String setting) {
        return config.get(setting).value();
    }

    private PayloadException unfit(String setting, String value, String reason) {
        return new PayloadException(
                "kafka:" + topic + " cannot keep chunks: its " + setting + " is " + value + ", and " + reason);
    }
}
