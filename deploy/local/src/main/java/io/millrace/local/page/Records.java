package io.millrace.local.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.RecordJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The last committed events of all topics, and the last dead letters, read without a consumer group. For one thread. */
final class Records implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(5);
    private static final int KEPT = 200;
    private static final int LONGEST_VALUE = 4_000;

    private final KafkaConsumer<String, String> consumer;
    private final Deque<Event> events = new ArrayDeque<>();
    private final Deque<ConsumerRecord<String, String>> deadLetters = new ArrayDeque<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private Set<String> deadLetterTopics = Set.of();

    Records(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
    }

    /** Reads the topics that exist now; the last records of those that are new. */
    void follow(Connectors connectors) {
        deadLetterTopics = connectors.deadLetterTopics();
        Set<TopicPartition> known = consumer.assignment();
        List<TopicPartition> all = new ArrayList<>();
        consumer.listTopics().forEach((topic, partitions) -> {
            if (!topic.startsWith("_") && !topic.startsWith("connect-")) {
                for (PartitionInfo partition : partitions) {
                    all.add(new TopicPartition(topic, partition.partition()));
                }
            }
        });
        Map<TopicPartition, Long> positions = new HashMap<>();
        known.forEach(partition -> positions.put(partition, consumer.position(partition)));
        consumer.assign(all);
        ends.clear();
        ends.putAll(consumer.endOffsets(all));
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(all);
        for (TopicPartition partition : all) {
            long end = ends.getOrDefault(partition, 0L);
            long first = Math.max(beginnings.getOrDefault(partition, 0L), end - KEPT / 4);
            consumer.seek(partition, positions.getOrDefault(partition, first));
        }
    }

    /** Takes the records that have come. */
    void poll() {
        for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
            ends.merge(new TopicPartition(record.topic(), record.partition()), record.offset() + 1, Math::max);
            if (deadLetterTopics.contains(record.topic())) {
                keep(deadLetters, record);
            } else if (record.headers().lastHeader("ce_type") != null) {
                keep(events, new Event(record));
            }
        }
    }

    private static <T> void keep(Deque<T> kept, T one) {
        kept.addLast(one);
        if (kept.size() > KEPT) {
            kept.removeFirst();
        }
    }

    /** The last events, in the order in which they came. */
    Collection<Event> events() {
        return events;
    }

    /** The last stable offset of each partition, as far as it was read. */
    Map<TopicPartition, Long> endOffsets() {
        return ends;
    }

    ArrayNode describeEvents(Connectors connectors, Statements statements) {
        ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        for (Event event : events) {
            ObjectNode line = lines.addObject();
            line.setAll(describe(event.record()));
            line.put("rule", connectors.rules().get(header(event.record(), "ce_type")));
            statements.findStatement(event.record()).ifPresent(statement -> line.put("statement", statement));
            line.set("views", event.describeViews());
        }
        return lines;
    }

    ArrayNode describeDeadLetters() {
        ArrayNode lines = JsonNodeFactory.instance.arrayNode();
        deadLetters.forEach(record -> lines.add(describe(record)));
        return lines;
    }

    private static ObjectNode describe(ConsumerRecord<String, String> record) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("place", record.topic() + "-" + record.partition() + "@" + record.offset());
        line.put("key", payloadOf(record.key()));
        line.put("value", payloadOf(record.value()));
        ObjectNode headers = line.putObject("headers");
        record.headers().forEach(header -> headers.put(header.key(), textOf(header)));
        return line;
    }

    /** The last header of this name as text; an empty text if there is none. */
    static String header(ConsumerRecord<?, ?> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : textOf(header);
    }

    private static String textOf(Header header) {
        return header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** The text without the envelope of the schema, shortened. */
    private static String payloadOf(String json) {
        String text = RecordJson.payloadOf(json);
        if (text == null) {
            return null;
        }
        return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE) + "…" : text;
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
    }
}
