package io.millrace.local.quickstart;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The committed events of a topic, read without a consumer group. For one thread. */
public final class OfficialEvents implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long SEARCHED = 100;

    private final KafkaConsumer<String, String> consumer;

    public OfficialEvents(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    /** The event that this request caused, if it is among the last hundred of a partition. */
    public Optional<ConsumerRecord<String, String>> lastOfRequest(String topic, String requestId) {
        return first(topic, SEARCHED, event -> header(event, "requestId").equals(requestId));
    }

    /** The first record of this key among the last hundred of its partition. */
    Optional<ConsumerRecord<String, String>> firstOfKey(String topic, String key) {
        return first(topic, SEARCHED, event -> key.equals(event.key()));
    }

    /** How many events the topic holds; 0 if the topic does not exist. */
    public long count(String topic) {
        long[] count = {0};
        forEach(topic, event -> count[0]++);
        return count[0];
    }

    /** Passes each event that the topic holds now, in the order of each partition; none if the topic does not exist. */
    void forEach(String topic, Consumer<ConsumerRecord<String, String>> taker) {
        var unused = first(topic, Long.MAX_VALUE, event -> {
            taker.accept(event);
            return false;
        });
    }

    /** Waits for the topic to exist; returns whether it exists. */
    public boolean awaitTopic(String topic, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (partitions(topic).isEmpty()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL.toMillis());
        }
        return true;
    }

    /**
     * Passes the events of an existing topic to the printer, old and then new ones, until it has passed the maximum or the
     * thread is interrupted.
     */
    public void follow(String topic, long max, Consumer<ConsumerRecord<String, String>> printer) {
        List<TopicPartition> partitions = partitions(topic);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        long passed = 0;
        while (passed < max && !Thread.currentThread().isInterrupted()) {
            for (ConsumerRecord<String, String> event : consumer.poll(POLL)) {
                if (passed < max) {
                    printer.accept(event);
                    passed++;
                }
            }
        }
    }

    /** The last header of this name as text; empty text if there is none. */
    public static String header(ConsumerRecord<?, ?> event, String name) {
        Header header = event.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Optional<ConsumerRecord<String, String>> first(
            String topic, long searched, Predicate<ConsumerRecord<String, String>> wanted) {
        List<TopicPartition> partitions = partitions(topic);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        ends.forEach((partition, end) -> consumer.seek(partition, Math.max(0, end - Math.min(end, searched))));
        // Transaction markers take offsets, so the position tells the end, and not the last event.
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<String, String> event : consumer.poll(POLL)) {
                if (wanted.test(event)) {
                    return Optional.of(event);
                }
            }
        }
        return Optional.empty();
    }

    private List<TopicPartition> partitions(String topic) {
        return consumer.listTopics().getOrDefault(topic, List.of()).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }
}
