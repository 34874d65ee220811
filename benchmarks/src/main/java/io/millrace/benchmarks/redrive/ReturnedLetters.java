package io.millrace.benchmarks.redrive;

import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;

/** Reads the committed letters that have come back, as soon as they are visible. */
final class ReturnedLetters implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIME_WITHOUT_LETTERS = Duration.ofMinutes(2);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BitSet found = new BitSet();
    private long headerBytes;

    ReturnedLetters(KafkaBroker broker, String topic) {
        this.consumer = Topics.readCommitted(broker, topic, Letters.PARTITIONS);
    }

    /**
     * Waits until so many have come back.
     *
     * @param arrival takes the number of a letter, and the milliseconds from its time to its arrival
     * @throws IllegalStateException if one comes twice, or none for two minutes
     */
    int await(int count, BiConsumer<Integer, Long> arrival) {
        long deadline = System.nanoTime() + TIME_WITHOUT_LETTERS.toNanos();
        while (found.cardinality() < count) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            long now = System.currentTimeMillis();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                int letter = Integer.parseInt(new String(record.key(), StandardCharsets.UTF_8));
                if (found.get(letter)) {
                    throw new IllegalStateException("A letter has come back twice: " + letter);
                }
                found.set(letter);
                headerBytes += bytesOf(record);
                arrival.accept(letter, now - record.timestamp());
                deadline = System.nanoTime() + TIME_WITHOUT_LETTERS.toNanos();
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        found.cardinality() + " letters of " + count + " have come back, and no more come");
            }
        }
        return found.cardinality();
    }

    private static long bytesOf(ConsumerRecord<byte[], byte[]> record) {
        long bytes = 0;
        for (Header header : record.headers()) {
            bytes += header.key().length() + header.value().length;
        }
        return bytes;
    }

    /** The letters that have come back. */
    BitSet letters() {
        return found;
    }

    /** The bytes of the headers of a letter, on average. */
    double meanHeaderBytes() {
        return (double) headerBytes / found.cardinality();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
