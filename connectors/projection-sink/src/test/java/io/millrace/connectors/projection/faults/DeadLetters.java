package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.testing.campaigns.Discrepancy;
import java.io.IOException;
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

    /** Reads what is new, and compares all of it with the revisions of the poison records that were committed. */
    List<Discrepancy> check(Set<Long> poison) throws IOException {
        read();
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

    private void read() throws IOException {
        long end = consumer.endOffsets(List.of(PARTITION), TIME_TO_READ).get(PARTITION);
        long deadline = System.nanoTime() + TIME_TO_READ.toNanos();
        while (consumer.position(PARTITION, TIME_TO_READ) < end) {
            if (System.nanoTime() > deadline) {
                throw new IOException(
                        "The dead letter queue was not read to its end within " + TIME_TO_READ.toSeconds() + " s");
            }
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                records++;
                seen.add(JSON.readTree(record.value()).path(ViewModel.REVISION).asLong());
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
