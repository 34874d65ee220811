package io.millrace.benchmarks.spool;

import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The committed {@link NumberedRecords} of a topic. For one thread. */
final class NumberedLog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIME_WITHOUT_RECORDS = Duration.ofSeconds(30);
    private static final Duration TIME_TO_COME = Duration.ofMinutes(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BitSet numbers = new BitSet();
    private final int[] last = new int[NumberedRecords.KEYS];
    private int repeated;
    private int overtaken;

    NumberedLog(KafkaBroker broker, String topic) {
        this.consumer = Topics.readCommitted(broker, topic, NumberedRecords.PARTITIONS);
        Arrays.fill(last, -1);
    }

    /**
     * Reads until there are so many records.
     *
     * @return records a second, without those of the first poll
     */
    double awaitAll(int count) {
        long deadline = System.nanoTime() + TIME_TO_COME.toNanos();
        int before = 0;
        long begin = 0;
        while (numbers.cardinality() < count) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("The topic has " + numbers.cardinality() + " records of " + count);
            }
            poll();
            if (begin == 0 && !numbers.isEmpty()) {
                begin = System.nanoTime();
                before = numbers.cardinality();
            }
        }
        return (count - before) * 1e9 / (System.nanoTime() - begin);
    }

    /** Reads to the present end. */
    void readToEnd() {
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(consumer.assignment()));
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
    }

    /** Reads until there are so many records, or none has come for half a minute. */
    void awaitQuiet(int count) {
        long last = System.nanoTime();
        while (numbers.cardinality() < count && System.nanoTime() - last < TIME_WITHOUT_RECORDS.toNanos()) {
            int before = numbers.cardinality();
            poll();
            if (numbers.cardinality() > before) {
                last = System.nanoTime();
            }
        }
    }

    private void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            int number = NumberedRecords.numberOf(record);
            if (numbers.get(number)) {
                repeated++;
                continue;
            }
            numbers.set(number);
            int key = number % NumberedRecords.KEYS;
            if (number < last[key]) {
                overtaken++;
            }
            last[key] = number;
        }
    }

    /** How many of these are not there. */
    int countMissing(BitSet acknowledged) {
        BitSet missing = (BitSet) acknowledged.clone();
        missing.andNot(numbers);
        return missing.cardinality();
    }

    int repeated() {
        return repeated;
    }

    /** How many are behind a later one of their key. */
    int overtaken() {
        return overtaken;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
