package io.millrace.clients.spooling;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The logs of a topic's partitions, and producers that write them as an idempotent producer does: in order, so that a beginning of what
 * was sent to a partition is written when the producer is closed.
 */
final class FakeCluster {
    static final int PARTITIONS = 3;

    /** The ids of the events in each partition. */
    final Map<Integer, List<String>> logs = new HashMap<>();

    private final List<FakeProducer> producers = new ArrayList<>();
    /** Without metadata, nothing is sent. */
    boolean hasMetadata = true;

    RuntimeException refusal;
    Map<String, Object> settings = Map.of();

    /** A record that is on its way. */
    private record Sent(ProducerRecord<byte[], byte[]> record, int partition, Callback callback) {}

    Producer<byte[], byte[]> create(Map<String, Object> newSettings) {
        settings = newSettings;
        FakeProducer producer = new FakeProducer();
        producers.add(producer);
        return producer;
    }

    int created() {
        return producers.size();
    }

    long open() {
        return producers.stream().filter(producer -> !producer.closed()).count();
    }

    static int partitionOf(ProducerRecord<byte[], byte[]> record) {
        return record.partition() != null
                ? record.partition()
                : record.key() == null ? 0 : Math.floorMod(Arrays.hashCode(record.key()), PARTITIONS);
    }

    static String idOf(ProducerRecord<byte[], byte[]> record) {
        return new String(record.headers().lastHeader("ce_id").value(), UTF_8);
    }

    /** Writes the next records of the present producer. */
    void write(int count, boolean acknowledged) {
        FakeProducer producer = producers.get(producers.size() - 1);
        for (int i = 0; i < count && producer.written < producer.sent.size(); i++) {
            Sent next =
                    producer.sent.stream().skip(producer.written).findFirst().orElseThrow();
            append(next.partition(), idOf(next.record()));
            producer.written++;
        }
        while (acknowledged && producer.written > 0) {
            Sent next = producer.sent.remove();
            producer.written--;
            long offset = logs.get(next.partition()).indexOf(idOf(next.record()));
            next.callback()
                    .onCompletion(
                            new RecordMetadata(
                                    new TopicPartition(next.record().topic(), next.partition()), offset, 0, 1, 1, 1),
                            null);
        }
    }

    void append(int partition, String id) {
        logs.computeIfAbsent(partition, missing -> new ArrayList<>()).add(id);
    }

    private final class FakeProducer extends MockProducer<byte[], byte[]> {
        private final Deque<Sent> sent = new ArrayDeque<>();
        /** How many of those are in the log, without an answer. */
        private int written;

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            if (closed()) {
                throw new IllegalStateException("Cannot perform operation after producer has been closed");
            }
            if (refusal != null || !hasMetadata) {
                RuntimeException failure = refusal != null
                        ? refusal
                        : new TimeoutException("Topic " + record.topic() + " not present in metadata after 2000 ms.");
                callback.onCompletion(
                        new RecordMetadata(new TopicPartition(record.topic(), -1), -1, 0, -1, -1, -1), failure);
            } else {
                sent.add(new Sent(record, partitionOf(record), callback));
            }
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public synchronized void flush() {
            // What is on its way stays there.
        }

        @Override
        public synchronized void close(Duration timeout) {
            super.close(timeout);
            for (Sent next = sent.poll(); next != null; next = sent.poll()) {
                next.callback()
                        .onCompletion(
                                new RecordMetadata(
                                        new TopicPartition(next.record().topic(), next.partition()), -1, 0, -1, -1, -1),
                                new KafkaException("The producer is closed forcefully."));
            }
        }
    }
}
