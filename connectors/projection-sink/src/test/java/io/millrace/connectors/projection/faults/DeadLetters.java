package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.events.DeadLetterHeaders;
import io.millrace.testing.campaigns.Discrepancy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * The sink's dead letter queue: each poison record that was committed has to be there, at least once, and each record that is held
 * behind one; nothing else. For one thread.
 */
final class DeadLetters implements AutoCloseable {
    static final String TOPIC = "faults.dlq";

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration TIME_TO_READ = Duration.ofSeconds(60);
    /** How the names of Connect's headers begin. */
    private static final String ERRORS = "__connect.errors.";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConsumer<String, String> consumer;
    private final Set<Long> seen = new TreeSet<>();
    /** The places of the records that were held behind others. */
    private final Set<String> held = new TreeSet<>();

    private final Set<Long> told = new TreeSet<>();
    private long records;

    DeadLetters(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.assign(List.of(PARTITION));
    }

    /** How many records were found, those included that came again. */
    long records() {
        return records;
    }

    /**
     * Reads what is new, and compares all of it with the poison records that were committed.
     *
     * @param poison their revisions
     * @param places their revisions by their places, by which one is found that the queue has without its value
     */
    List<Discrepancy> check(Set<Long> poison, Map<String, Long> places) throws IOException {
        read(places);
        List<Discrepancy> problems = new ArrayList<>();
        for (long revision : poison) {
            if (!seen.contains(revision)) {
                problems.add(new Discrepancy(
                        Discrepancy.Kind.LOST,
                        "dead letter queue: the poison record of revision " + revision + " is not there"));
            }
        }
        for (long revision : seen) {
            if (!poison.contains(revision) && told.add(revision)) {
                problems.add(new Discrepancy(
                        Discrepancy.Kind.LOST,
                        "dead letter queue: revision " + revision + " is there, and is no poison"));
            }
        }
        return problems;
    }

    /** Compares the records that were held, by their places, with those that were read. */
    List<Discrepancy> checkHeld(Set<String> places) {
        return places.stream()
                .filter(place -> !held.contains(place))
                .map(place -> new Discrepancy(
                        Discrepancy.Kind.LOST, "dead letter queue: the held record " + place + " is not there"))
                .toList();
    }

    /** The topic is a new one, and empty. Called when everything of the former one was read. */
    void beginAnew() {
        consumer.seekToBeginning(List.of(PARTITION));
    }

    /** Reads what is new. */
    void read(Map<String, Long> places) throws IOException {
        long end = consumer.endOffsets(List.of(PARTITION), TIME_TO_READ).get(PARTITION);
        long deadline = System.nanoTime() + TIME_TO_READ.toNanos();
        while (consumer.position(PARTITION, TIME_TO_READ) < end) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "The dead letter queue was not read to its end within " + TIME_TO_READ.toSeconds() + " s");
            }
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                records++;
                if (isHeld(record)) {
                    held.add(place(record));
                } else {
                    seen.add(revision(record, places));
                }
            }
        }
    }

    /** Whether the record is there only because it is behind another one, or came back too early. */
    private static boolean isHeld(ConsumerRecord<String, String> record) {
        return record.headers().lastHeader(DeadLetterHeaders.BEHIND) != null
                || record.headers().lastHeader(DeadLetterHeaders.ORIGIN) != null;
    }

    /** Where the record is, or was before it came back. */
    private static String place(ConsumerRecord<String, String> record) {
        String origin = text(record, DeadLetterHeaders.ORIGIN);
        return origin.isEmpty()
                ? text(record, ERRORS + "topic") + "-" + text(record, ERRORS + "partition") + "@"
                        + text(record, ERRORS + "offset")
                : origin;
    }

    private static String text(ConsumerRecord<String, String> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static long revision(ConsumerRecord<String, String> record, Map<String, Long> places) throws IOException {
        if (record.value() != null) {
            return JSON.readTree(record.value()).path(ViewModel.REVISION).asLong();
        }
        String text = text(record, DeadLetterHeaders.RECORD);
        Long revision = places.get(text);
        if (revision == null) {
            throw new IOException("The dead letter queue has a record without a value, and its place is '" + text
                    + "', where no poison is");
        }
        return revision;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
