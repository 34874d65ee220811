package io.millrace.connectors.channel.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What the topic has of each channel: the committed events, in the order of the channel's partition. For one thread. */
final class CommittedEvents implements AutoCloseable {
    private static final Pattern NUMBER = Pattern.compile("\\{\"n\":(\\d+),.*");

    private static final OfChannel NONE = new OfChannel(-1, List.of());

    private final KafkaConsumer<String, String> log;
    private final KafkaConsumer<String, String> uncommitted;
    private final Map<String, OfChannel> channels = new HashMap<>();
    private long count;

    /**
     * An event.
     *
     * @param isState whether a newer state may take its place
     */
    record Event(long offset, long number, boolean isState) {}

    /** The events of a channel. */
    record OfChannel(int partition, List<Event> events) {
        /** The index of the first event behind an offset. */
        int indexBehind(long offset) {
            int low = 0;
            int high = events.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (events.get(middle).offset() <= offset) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /** The index of the last state; -1 if there is none. */
        int lastState() {
            int at = events.size() - 1;
            while (at >= 0 && !events.get(at).isState()) {
                at--;
            }
            return at;
        }
    }

    CommittedEvents(String servers, int partitions) {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(EventTraffic.TOPIC, partition))
                .toList();
        this.log = consumer(servers, IsolationLevel.READ_COMMITTED);
        this.uncommitted = consumer(servers, IsolationLevel.READ_UNCOMMITTED);
        log.assign(all);
        log.seekToBeginning(all);
        uncommitted.assign(all);
    }

    private static KafkaConsumer<String, String> consumer(String servers, IsolationLevel level) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "isolation.level", level.toString()),
                new StringDeserializer(),
                new StringDeserializer());
    }

    /** Reads to the end. Returns what is not committed yet, or nothing. */
    Optional<String> readToEnd() {
        Map<TopicPartition, Long> ends = log.endOffsets(log.assignment());
        Map<TopicPartition, Long> lastOffsets = uncommitted.endOffsets(log.assignment());
        if (!ends.equals(lastOffsets)) {
            return Optional.of("a transaction is open: " + ends + " of " + lastOffsets);
        }
        while (ends.entrySet().stream().anyMatch(end -> log.position(end.getKey()) < end.getValue())) {
            log.poll(Duration.ofMillis(200)).forEach(this::add);
        }
        return Optional.empty();
    }

    private void add(ConsumerRecord<String, String> record) {
        if (record.key() == null) {
            return;
        }
        Matcher number = NUMBER.matcher(record.value());
        if (!number.matches()) {
            throw new IllegalStateException(
                    "Expected an event, found another record at " + record.partition() + "@" + record.offset());
        }
        Header type = record.headers().lastHeader("ce_type");
        count++;
        channels.computeIfAbsent(record.key(), name -> new OfChannel(record.partition(), new ArrayList<>()))
                .events()
                .add(new Event(record.offset(), Long.parseLong(number.group(1)), type != null));
    }

    /** The events of a channel; of no partition if it has none yet. */
    OfChannel of(String channel) {
        return channels.getOrDefault(channel, NONE);
    }

    long count() {
        return count;
    }

    @Override
    public void close() {
        log.close();
        uncommitted.close();
    }
}
