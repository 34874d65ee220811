package io.millrace.connectors.event.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.millrace.events.EventHeaders;
import io.millrace.payloads.connect.PayloadSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The topics of the events, as a reader of committed records sees them. A picture is replaced by its size and hash, read from
 * where the event refers to. For one thread.
 */
final class EventTopics implements AutoCloseable {
    /** The field that is stored if it is large. */
    static final String PICTURE = "picture";

    /** The value of {@code ce_source}. */
    static final String SOURCE = "/shop";

    private static final Map<String, Integer> PARTITIONS =
            Map.of("orders", 3, "items", 2, "things", 3, "parts", 2, "sites", 1, "bins", 1, "fences", 1);

    private static final Duration TIME_TO_READ = Duration.ofSeconds(60);
    private static final Set<String> CONTEXT = Set.of("requestId", "userId", "traceparent");
    private static final String DEBEZIUM = "__debezium.";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions;
    private final Pictures pictures;
    private final List<SeenEvent> unread = new ArrayList<>();
    private long events;

    private EventTopics(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, Pictures pictures) {
        this.consumer = consumer;
        this.partitions = partitions;
        this.pictures = pictures;
    }

    /** Creates the topics. */
    static EventTopics create(String bootstrapServers, Pictures pictures) throws Exception {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            admin.createTopics(PARTITIONS.entrySet().stream()
                            .map(topic -> new NewTopic(topic.getKey(), topic.getValue(), (short) 1))
                            .toList())
                    .all()
                    .get();
        }
        List<TopicPartition> partitions = new ArrayList<>();
        PARTITIONS.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                partitions.add(new TopicPartition(topic, partition));
            }
        });
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return new EventTopics(consumer, partitions, pictures);
    }

    /** Reads what is there; returns whether the event is among what was read since {@link #takeEvents}. */
    boolean hasRead(ShopEvent event) throws IOException {
        poll(Duration.ofMillis(100));
        return unread.stream().anyMatch(seen -> seen.event().identity().equals(event.identity()));
    }

    /** The states of rows that snapshots have found among what was read since {@link #takeEvents}. */
    Set<String> snapshotStates() {
        return unread.stream()
                .filter(SeenEvent::snapshot)
                .map(seen -> seen.event().state())
                .collect(Collectors.toSet());
    }

    /** Reads to the ends of the topics; returns all events that were not taken yet, each partition in its order. */
    List<SeenEvent> takeEvents() throws IOException {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIME_TO_READ);
        long deadline = System.nanoTime() + TIME_TO_READ.toNanos();
        // Transaction markers have offsets too: only the position shows when the end is reached.
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition, TIME_TO_READ) < ends.get(partition))) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "The topics were not read to their ends within " + TIME_TO_READ.toSeconds() + " s");
            }
            poll(Duration.ofMillis(200));
        }
        List<SeenEvent> taken = List.copyOf(unread);
        unread.clear();
        return taken;
    }

    /** How many events were read. */
    long events() {
        return events;
    }

    private void poll(Duration timeout) throws IOException {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(timeout)) {
            events++;
            unread.add(read(record));
        }
    }

    private SeenEvent read(ConsumerRecord<byte[], byte[]> record) throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        Map<String, String> context = new TreeMap<>(headers);
        context.keySet().retainAll(CONTEXT);
        JsonNode body = EventBody.JSON.readTree(record.value());
        if (body.path(PICTURE).isObject()) {
            ((ObjectNode) body).set(PICTURE, TextNode.valueOf(describe(body.path(PICTURE))));
        }
        ShopEvent event = new ShopEvent(
                record.topic(),
                subject(record.key()),
                headers.getOrDefault(EventHeaders.TYPE, ""),
                headers.getOrDefault(EventHeaders.REVISION, ShopEvent.NO_REVISION),
                context,
                EventBody.normalise(body));
        return new SeenEvent(
                event,
                headers.getOrDefault(EventHeaders.ID, ""),
                headers.containsKey(EventHeaders.SNAPSHOT),
                findFlaw(event, headers));
    }

    private static String subject(byte[] key) throws IOException {
        if (key == null) {
            return ShopEvent.NO_KEY;
        }
        return StreamSupport.stream(EventBody.JSON.readTree(key).spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining("/"));
    }

    private static String findFlaw(ShopEvent event, Map<String, String> headers) {
        if (headers.keySet().stream().anyMatch(name -> name.startsWith(DEBEZIUM))) {
            return "it has headers of Debezium: " + headers.keySet();
        }
        if (!SOURCE.equals(headers.get(EventHeaders.SOURCE))) {
            return "its source is " + headers.get(EventHeaders.SOURCE);
        }
        if (!headers.getOrDefault(EventHeaders.SUBJECT, ShopEvent.NO_KEY).equals(event.subject())) {
            return "its subject is " + headers.get(EventHeaders.SUBJECT);
        }
        Instant time = Instant.parse(headers.getOrDefault(EventHeaders.TIME, Instant.EPOCH.toString()));
        return time.equals(Instant.EPOCH) ? "it has no time" : "";
    }

    private String describe(JsonNode payload) throws IOException {
        return payload.path(PayloadSchema.URI).isNull()
                ? describe(payload.path(PayloadSchema.INLINE).binaryValue())
                : describe(pictures.read(payload));
    }

    /** What the model and the events have in the place of a picture. */
    static String describe(byte[] picture) {
        try {
            return picture.length + " bytes "
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(picture));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
