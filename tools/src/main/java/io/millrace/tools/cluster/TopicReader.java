package io.millrace.tools.cluster;

import io.millrace.tools.input.UsageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the records that topics of one cluster have now, including those of open and aborted transactions unless it is made by
 * {@link #ofCommitted}. Joins no consumer group. For one thread.
 */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String brokers;
    private final List<String> topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Map<String, Long> counts = new HashMap<>();

    /**
     * A reader before the first records, which also reads those of open and aborted transactions.
     *
     * @param topics the names of existing topics
     * @param client the consumer's settings, including bootstrap.servers
     * @throws UsageException if a topic does not exist, or the brokers cannot be reached
     */
    public TopicReader(List<String> topics, Map<?, ?> client) {
        this(topics, client, "read_uncommitted");
    }

    /**
     * A reader of committed records only, before the first of them.
     *
     * @throws UsageException if a topic does not exist, or the brokers cannot be reached
     */
    public static TopicReader ofCommitted(List<String> topics, Map<?, ?> client) {
        return new TopicReader(topics, client, "read_committed");
    }

    private TopicReader(List<String> topics, Map<?, ?> client, String isolation) {
        Object servers = client.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
        this.brokers = servers == null ? "" : servers.toString();
        this.topics = topics;
        Properties settings = new Properties();
        settings.putAll(client);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        // Records that retention deletes meanwhile are passed over.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "20000");
        try {
            this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        } catch (KafkaException e) {
            throw unreadable(e);
        }
        try {
            this.partitions = findPartitions();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (KafkaException e) {
            consumer.close();
            throw unreadable(e);
        } catch (UsageException e) {
            consumer.close();
            throw e;
        }
    }

    private UsageException unreadable(KafkaException e) {
        return new UsageException("cannot read the topics " + topics + " of " + brokers + ": " + e.getMessage(), e);
    }

    private List<TopicPartition> findPartitions() {
        List<TopicPartition> found = new ArrayList<>();
        for (String topic : topics) {
            List<PartitionInfo> infos = consumer.partitionsFor(topic);
            if (infos == null || infos.isEmpty()) {
                throw new UsageException("the topic " + topic + " does not exist on " + brokers);
            }
            infos.forEach(info -> found.add(new TopicPartition(topic, info.partition())));
        }
        return found;
    }

    /**
     * Passes over all but the newest records.
     *
     * @param most how many offsets of each partition are read at most
     * @throws UsageException if the brokers do not answer
     */
    public void skipToNewest(long most) {
        try {
            consumer.endOffsets(partitions).forEach((partition, end) -> {
                if (end - most > consumer.position(partition)) {
                    consumer.seek(partition, end - most);
                }
            });
        } catch (KafkaException e) {
            throw unreadable(e);
        }
    }

    /**
     * Reads the records that were not read yet, up to the end of the log at the time of the call. If a record may be copied to
     * another topic and deleted while topics are read, call this again when all topics of all clusters were read.
     *
     * @return the number of records that were read
     * @throws UsageException if not all of them can be read
     */
    public long readToEnd(Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try {
            consumer.resume(partitions);
            return readRecords(consumer.endOffsets(partitions), each);
        } catch (KafkaException e) {
            throw unreadable(e);
        }
    }

    private long readRecords(Map<TopicPartition, Long> ends, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        long records = 0;
        long progress = System.nanoTime();
        long position = -1;
        while (true) {
            // By positions and not by the last record, since markers of transactions take offsets too.
            long reached = 0;
            List<TopicPartition> read = new ArrayList<>();
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                long at = consumer.position(end.getKey());
                reached += at;
                if (at >= end.getValue()) {
                    read.add(end.getKey());
                }
            }
            if (read.size() == ends.size()) {
                return records;
            }
            consumer.pause(read);
            if (reached != position) {
                position = reached;
                progress = System.nanoTime();
            } else if (System.nanoTime() - progress > PATIENCE.toNanos()) {
                throw new UsageException(
                        "no further record was received for " + PATIENCE.toSeconds() + " s, after " + records);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                records++;
                counts.merge(record.topic(), 1L, Long::sum);
                each.accept(record);
            }
        }
    }

    /** The number of records that were read of a topic. */
    public long count(String topic) {
        return counts.getOrDefault(topic, 0L);
    }

    /** The number of records that were read. */
    public long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The brokers, for messages. */
    @Override
    public String toString() {
        return brokers;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
