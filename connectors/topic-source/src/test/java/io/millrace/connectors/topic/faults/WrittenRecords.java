package io.millrace.connectors.topic.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.testing.campaigns.Discrepancy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what the connector has written and committed, and compares it with the traffic. For one thread. */
final class WrittenRecords implements AutoCloseable {
    /** The end of an event's id, and the place of an undecodable record. */
    private static final Pattern PLACE = Pattern.compile("(?:.*:)?([a-z.]+)[:-](\\d+)@(\\d+)");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> topics =
            List.of(new TopicPartition(TopicConnector.EVENTS, 0), new TopicPartition(TopicConnector.UNDECODABLE, 0));
    private final Map<TopicPartition, Map<Long, Integer>> events = new HashMap<>();
    private final Map<TopicPartition, Map<Long, Integer>> undecodable = new HashMap<>();
    private long read;

    WrittenRecords(String brokers) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(topics);
        consumer.seekToBeginning(topics);
    }

    /** The records that were read. */
    long read() {
        return read;
    }

    /** Reads up to the ends of the topics, and compares everything that was ever written. */
    List<Discrepancy> compare(RawTraffic traffic) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(topics);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(this::add);
        }
        List<Discrepancy> found = new ArrayList<>();
        compare("an event", traffic.events(), events, traffic, found);
        compare("an undecodable record", traffic.undecodable(), undecodable, traffic, found);
        return found;
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        boolean isEvent = record.topic().equals(TopicConnector.EVENTS);
        Header header = record.headers().lastHeader(isEvent ? "ce_id" : "millrace.error.record");
        Matcher place = PLACE.matcher(new String(header.value(), UTF_8));
        if (!place.matches()) {
            throw new IllegalStateException("Not a place: " + new String(header.value(), UTF_8));
        }
        TopicPartition partition = new TopicPartition(place.group(1), Integer.parseInt(place.group(2)));
        (isEvent ? events : undecodable)
                .computeIfAbsent(partition, key -> new HashMap<>())
                .merge(Long.parseLong(place.group(3)), 1, Integer::sum);
        read++;
    }

    private static void compare(
            String what,
            Map<TopicPartition, Set<Long>> expected,
            Map<TopicPartition, Map<Long, Integer>> written,
            RawTraffic traffic,
            List<Discrepancy> found) {
        expected.forEach((partition, offsets) -> offsets.stream()
                .filter(offset -> !written.getOrDefault(partition, Map.of()).containsKey(offset))
                .forEach(offset -> found.add(new Discrepancy(
                        Discrepancy.Kind.LOST, "expected " + what + " of " + partition + "@" + offset))));
        written.forEach((partition, offsets) -> offsets.forEach((offset, count) -> {
            boolean isExpected = expected.getOrDefault(partition, Set.of()).contains(offset)
                    || traffic.isUncertain(partition, offset);
            if (count > 1 || !isExpected) {
                found.add(new Discrepancy(
                        Discrepancy.Kind.DUPLICATED,
                        "expected " + (isExpected ? 1 : 0) + " times " + what + " of " + partition + "@" + offset
                                + ", found " + count));
            }
        }));
    }

    @Override
    public void close() {
        consumer.close();
    }
}
