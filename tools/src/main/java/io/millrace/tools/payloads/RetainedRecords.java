package io.millrace.tools.payloads;

import io.millrace.tools.input.UsageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All records that topics hold now, those of transactions that are open or were aborted among them. Joins no consumer group.
 *
 * @param topics all of which have to be there
 * @param client the consumer's settings, bootstrap.servers among them
 */
record RetainedRecords(List<String> topics, Properties client) {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * Reads them, from the earliest offset to what is the end when this begins.
     *
     * @param bytes is given each key, value, and header's name and value; null where there is none
     * @return how many records there were
     * @throws UsageException where a topic is not there or not all of it can be read
     */
    long forEach(Consumer<byte[]> bytes) {
        Properties settings = new Properties();
        settings.putAll(client);
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        // What retention deletes while it is read is retained no more.
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "20000");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = findPartitions(consumer);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return readRecords(consumer, consumer.endOffsets(partitions), bytes);
        } catch (KafkaException e) {
            throw new UsageException("cannot read the topics " + topics + ": " + e.getMessage(), e);
        }
    }

    private List<TopicPartition> findPartitions(KafkaConsumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            List<PartitionInfo> infos = consumer.partitionsFor(topic);
            if (infos == null || infos.isEmpty()) {
                throw new UsageException("there is no topic " + topic);
            }
            infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        return partitions;
    }

    private static long readRecords(
            KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, Consumer<byte[]> bytes) {
        long records = 0;
        long progress = System.nanoTime();
        long position = -1;
        while (true) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                records++;
                bytes.accept(record.key());
                bytes.accept(record.value());
                for (Header header : record.headers()) {
                    bytes.accept(header.key().getBytes(StandardCharsets.UTF_8));
                    bytes.accept(header.value());
                }
            }
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
                throw new UsageException("no further record came for " + PATIENCE.toSeconds() + " s, after " + records);
            }
        }
    }
}
