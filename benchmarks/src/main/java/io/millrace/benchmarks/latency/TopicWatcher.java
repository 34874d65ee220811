package io.millrace.benchmarks.latency;

import io.millrace.testing.servers.KafkaBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Sees records become visible to a consumer that reads committed ones, as the sink's does. The topic has one partition, and a
 * record for each order in the order of their ids, which begin at 1.
 */
final class TopicWatcher implements AutoCloseable {
    private static final Duration LONGEST_POLL = Duration.ofMillis(100);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final WallClock clock = new WallClock();
    private final long[] sentAt;
    private final long[] visibleAt;
    private final Thread thread = new Thread(this::watchTopic, "topic-watcher");
    private volatile int records;
    private volatile boolean closed;

    /** Begins to watch; there are up to {@code most} records. */
    TopicWatcher(KafkaBroker broker, String topic, int most) {
        sentAt = new long[most + 1];
        visibleAt = new long[most + 1];
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", broker.bootstrapServers(),
                        "isolation.level", "read_committed",
                        "enable.auto.commit", "false",
                        "max.poll.records", "2000"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        thread.start();
    }

    /** When the source handed the record to its producer, in {@link System#nanoTime}, exact to a millisecond. */
    long sentAt(int id) {
        return sentAt[id];
    }

    /** When the consumer had the record, in {@link System#nanoTime}. */
    long visibleAt(int id) {
        return visibleAt[id];
    }

    /**
     * Waits for the record of this order, which is in the view already.
     *
     * @throws IllegalStateException if it does not come, or others come too
     */
    void awaitRecord(int id) throws InterruptedException {
        for (int tries = 0; records < id; tries++) {
            if (tries > 2_000 || !thread.isAlive()) {
                throw new IllegalStateException("The topic has " + records + " records and not " + id);
            }
            Thread.sleep(5);
        }
        if (records > id) {
            throw new IllegalStateException("The topic has " + records + " records and not " + id);
        }
    }

    private void watchTopic() {
        try (consumer) {
            while (!closed) {
                Iterable<ConsumerRecord<byte[], byte[]>> polled = consumer.poll(LONGEST_POLL);
                long now = System.nanoTime();
                int last = records;
                for (ConsumerRecord<byte[], byte[]> record : polled) {
                    last++;
                    sentAt[last] = clock.ofMillis(record.timestamp());
                    visibleAt[last] = now;
                }
                records = last;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
