package io.millrace.payloads.chunks;

import io.millrace.payloads.PayloadException;
import java.time.Duration;
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

/**
 * The topic of the chunks: created if it is missing, refused if it would delete chunks too early or cannot accept them.
 */
final class ChunkTopic {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkTopic.class);
    private static final long LEADERS_TIMEOUT_MS = 15_000;
    private static final long LEADERS_PAUSE_MS = 50;
    private static final int SHARE_FOR_REUSE = 10;
    private static final Duration LONGEST_REUSE = Duration.ofDays(1);
    /** Kafka's own default, which no topic of ours goes below. */
    private static final int DEFAULT_MESSAGE_BYTES = 1_048_588;

    private final String topic;
    private final ChunkSettings settings;
    /** How long a payload's chunks may get further references; unknown before the topic was looked at. */
    private volatile Duration reuseTime = Duration.ZERO;

    ChunkTopic(String topic, ChunkSettings settings) {
        this.topic = topic;
        this.settings = settings;
    }

    /**
     * How long after its chunks were written a payload may get further references: at most the time by which the topic keeps them
     * for longer than required, a tenth of its retention, and a day.
     */
    Duration reuseTime() {
        return reuseTime;
    }

    /**
     * Requests the topic from the brokers.
     *
     * @throws PayloadException if they do not answer, or refuse to
     */
    void requireBrokers() {
        try (Admin admin = Admin.create(settings.admin())) {
            describeTopic(admin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PayloadException("Interrupted while kafka:" + topic + " was looked for", e);
        } catch (ExecutionException | RuntimeException e) {
            throw KafkaFaults.translate("Cannot use kafka:" + topic, e);
        }
    }

    /**
     * Logs if a topic of the same brokers may keep a record for longer than this topic keeps the record's chunks. A topic deletes
     * whole segments, so one with few records keeps them for up to its segment.ms longer.
     */
    void warnOfLongerRetention(String recordTopic) {
        try (Admin admin = Admin.create(settings.admin())) {
            ConfigResource records = new ConfigResource(ConfigResource.Type.TOPIC, recordTopic);
            ConfigResource chunks = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            Map<ConfigResource, Config> configs =
                    admin.describeConfigs(List.of(records, chunks)).all().get();
            findLongerRetention(
                            recordTopic,
                            Objects.requireNonNull(configs.get(records)),
                            Objects.requireNonNull(configs.get(chunks)))
                    .ifPresent(LOG::warn);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | RuntimeException e) {
            // The topic may be of other brokers, or hidden from this user.
            LOG.debug("The retention of {} is not known", recordTopic, e);
        }
    }

    Optional<String> findLongerRetention(String recordTopic, Config records, Config chunks) {
        long kept = Long.parseLong(value(chunks, TopicConfig.RETENTION_MS_CONFIG));
        if (kept == -1) {
            return Optional.empty();
        }
        String remedy =
                "; a reference whose chunks are gone is refused as missing. Set " + TopicConfig.RETENTION_MS_CONFIG
                        + " of kafka:" + topic + " and " + ChunkOptions.RETENTION_MS + " to more";
        String cleanup = value(records, TopicConfig.CLEANUP_POLICY_CONFIG);
        String retention = value(records, TopicConfig.RETENTION_MS_CONFIG);
        if (!cleanup.contains(TopicConfig.CLEANUP_POLICY_DELETE) || retention.equals("-1")) {
            return Optional.of("The topic " + recordTopic + " keeps records for ever, and kafka:" + topic
                    + " keeps their chunks for " + kept + " ms" + remedy);
        }
        String segment = value(records, TopicConfig.SEGMENT_MS_CONFIG);
        return Long.parseLong(retention) + Long.parseLong(segment) <= kept
                ? Optional.empty()
                : Optional.of("The topic " + recordTopic + " keeps records for up to " + retention + " ms ("
                        + TopicConfig.RETENTION_MS_CONFIG + ") and " + segment + " ms (" + TopicConfig.SEGMENT_MS_CONFIG
                        + "), and kafka:" + topic + " keeps their chunks for " + kept + " ms" + remedy);
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
        reuseTime = reuseTime(kept, wanted);
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

    private static Duration reuseTime(long kept, long wanted) {
        long spare = kept == -1 ? LONGEST_REUSE.toMillis() : Math.min(kept - wanted, kept / SHARE_FOR_REUSE);
        return Duration.ofMillis(Math.min(spare, LONGEST_REUSE.toMillis()));
    }

    private static String value(Config config, String setting) {
        return config.get(setting).value();
    }

    private PayloadException unfit(String setting, String value, String reason) {
        return new PayloadException(
                "kafka:" + topic + " cannot keep chunks: its " + setting + " is " + value + ", and " + reason);
    }
}
