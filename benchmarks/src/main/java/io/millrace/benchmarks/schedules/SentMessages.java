package io.millrace.benchmarks.schedules;

import io.millrace.benchmarks.harness.Percentiles;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.BitSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Reads the committed messages of a contender as soon as they are visible. */
final class SentMessages implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIME_WITHOUT_MESSAGES = Duration.ofMinutes(3);

    private final KafkaConsumer<byte[], byte[]> consumer;

    /**
     * What became of some messages.
     *
     * @param rate how many were visible in a second, from the time when the first was due until the last was visible
     * @param delays the times from due to visible
     */
    record Arrivals(double rate, Percentiles delays) {}

    SentMessages(KafkaBroker broker, String topic) {
        this.consumer = Topics.readCommitted(broker, topic, ScheduleCommands.PARTITIONS);
    }

    /**
     * Reads all of these messages.
     *
     * @throws IllegalStateException if one comes early, twice, with another value or not at all
     */
    Arrivals await(DueMessages messages) {
        long[] delays = new long[messages.count()];
        BitSet found = new BitSet(messages.count());
        byte[] value = messages.value();
        long last = 0;
        long deadline = deadline();
        while (found.cardinality() < messages.count()) {
            Iterable<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL);
            long visible = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
            for (ConsumerRecord<byte[], byte[]> record : records) {
                int message = messages.messageOf(new String(record.key(), StandardCharsets.UTF_8));
                if (message < 0 || found.get(message) || !Arrays.equals(record.value(), value)) {
                    throw new IllegalStateException("A message that is not expected, or comes twice: " + record);
                }
                found.set(message);
                delays[message] = (visible - messages.due(message) * 1000) * 1000;
                if (delays[message] < 0) {
                    throw new IllegalStateException("A message is " + -delays[message] + " ns early: " + record);
                }
                last = visible;
                deadline = deadline();
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "There are " + found.cardinality() + " messages of " + messages.count() + ", and no more come");
            }
        }
        return new Arrivals(messages.count() * 1e6 / (last - messages.begin() * 1000), Percentiles.of(delays));
    }

    private static long deadline() {
        return System.nanoTime() + TIME_WITHOUT_MESSAGES.toNanos();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
