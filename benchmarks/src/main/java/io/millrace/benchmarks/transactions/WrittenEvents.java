package io.millrace.benchmarks.transactions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Reads the committed events of a contender. Its reads are bounded by the speed at which they become visible. */
final class WrittenEvents implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration TIME_WITHOUT_EVENTS = Duration.ofMinutes(2);

    private final ObjectMapper json = new ObjectMapper();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long count;

    WrittenEvents(KafkaBroker broker, String topic) {
        this.consumer = Topics.readCommitted(broker, topic, RawOrders.PARTITIONS);
    }

    private void rewind() {
        consumer.seekToBeginning(consumer.assignment());
        count = 0;
    }

    /** Returns how many there are as soon as there are so many. */
    long awaitCount(long expected) {
        long deadline = System.nanoTime() + TIME_WITHOUT_EVENTS.toNanos();
        while (count < expected) {
            int read = consumer.poll(POLL).count();
            count += read;
            if (read > 0) {
                deadline = System.nanoTime() + TIME_WITHOUT_EVENTS.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new IllegalStateException("There are " + count + " events of " + expected + ", and no more come");
            }
        }
        return count;
    }

    /** Reads all events again, and compares each with its order. */
    void requireEvents(int orders, boolean once) throws IOException {
        rewind();
        BitSet found = new BitSet(orders);
        long read = 0;
        long deadline = System.nanoTime() + TIME_WITHOUT_EVENTS.toNanos();
        while (found.cardinality() < orders && System.nanoTime() < deadline) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                JsonNode event = json.readTree(record.value());
                int id = event.path("order_id").intValue();
                if (!event.path("status").asText().equals(RawOrders.status(id))) {
                    throw new IllegalStateException("Another event than that of order " + id + ": " + event);
                }
                found.set(id);
                read++;
            }
        }
        if (found.cardinality() != orders || (once && read != orders)) {
            throw new IllegalStateException(
                    read + " events of " + found.cardinality() + " orders, expected those of " + orders);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
