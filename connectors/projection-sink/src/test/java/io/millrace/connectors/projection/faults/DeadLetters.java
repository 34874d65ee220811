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
 * The sink's dead letter queue: each poison record that was committed has to be there, at least once, and nothing else. For
 * one thread.
 */
final class DeadLetters implements AutoCloseable {
    static final String TOPIC = "faults.dlq";

    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final Duration TIME_TO_READ = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConsumer<String, String> consumer;
    private final Set<Long> seen = new TreeSet<>();
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
                seen.add(revision(record, places));
            }
        }
    }

    private static long revision(ConsumerRecord<String, String> record, Map<String, Long> places) throws IOException {
        if (record.value() != null) {
            return JSON.readTree(record.value()).path(ViewModel.REVISION).asLong();
        }
        Header place = record.headers().lastHeader(DeadLetterHeaders.RECORD);
        String text = place == null ? "" : new String(place.value(), StandardCharsets.UTF_8);
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
