package io.millrace.benchmarks.source;

import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.storage.Converter;

/**
 * Reads the committed records of a contender: counts those of each topic, and keeps the last record of some keys. Topics have
 * one partition. For use by one thread.
 */
public final class CommittedChanges implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final long CHECK_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration TIME_WITHOUT_CHANGES = Duration.ofMinutes(3);
    private static final Duration TIME_FOR_FURTHER = Duration.ofSeconds(3);

    /** A key of so many records is kept. */
    private static final int SAMPLED = 997;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<ByteBuffer, ConsumerRecord<byte[], byte[]>> samples = new HashMap<>();
    private int count;

    /** A check whether the connector runs, which throws if it has failed. */
    public interface Health {
        void check() throws IOException;
    }

    /** Reads these topics from their beginning. */
    public CommittedChanges(KafkaBroker broker, List<String> topics) {
        consumer = Topics.readCommitted(
                broker,
                topics.stream().map(topic -> new TopicPartition(topic, 0)).toList());
    }

    /**
     * Returns how many records there are as soon as there are so many.
     *
     * @throws IllegalStateException if no more come for three minutes
     */
    public int awaitCount(int expected, Health health) throws IOException {
        long moved = System.nanoTime();
        long checked = moved;
        while (count < expected) {
            boolean read = readRecords();
            long now = System.nanoTime();
            if (read) {
                moved = now;
            } else if (now - moved > TIME_WITHOUT_CHANGES.toNanos()) {
                throw new IllegalStateException(
                        "There are " + count + " records of " + expected + ", and no more come: " + counts);
            } else if (now - checked > CHECK_NANOS) {
                health.check();
                checked = now;
            }
        }
        return count;
    }

    private boolean readRecords() {
        int before = count;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            ByteBuffer key = ByteBuffer.wrap(record.key());
            if (count % SAMPLED == 0 || samples.containsKey(key)) {
                record.headers().forEach(CommittedChanges::detach);
                samples.put(key, record);
            }
            counts.merge(record.topic(), 1, Integer::sum);
            count++;
        }
        return count > before;
    }

    /** A header refers to the whole response of the broker until its key and value have been read. */
    private static void detach(Header header) {
        header.key();
        header.value();
    }

    /**
     * Waits for records that should not come, and compares the number of each topic's records, and the last record of the
     * kept keys, with what was written.
     *
     * @param rows how many rows were inserted and updated
     * @throws IllegalStateException if anything differs
     */
    void requireChanges(SourceContender contender, SourceShape shape, int rows, Converter converter) {
        readFurther();
        RowStatements statements = new RowStatements(shape);
        Map<String, Integer> expected = new HashMap<>();
        for (int id = 1; id <= rows; id++) {
            expected.merge(contender.topic(contender.connector(shape), statements.tableOf(id)), 2, Integer::sum);
        }
        if (!counts.equals(expected)) {
            throw new IllegalStateException(
                    contender.label() + " has sent " + counts + " records, expected " + expected);
        }
        for (ConsumerRecord<byte[], byte[]> record : samples.values()) {
            requireLast(contender, shape, statements, record, converter);
        }
    }

    /**
     * Waits for records that should not come.
     *
     * @throws IllegalStateException if there are not as many as expected, in all topics together
     */
    public void requireCount(int expected) {
        readFurther();
        if (count != expected) {
            throw new IllegalStateException("There are " + counts + " records, expected " + expected);
        }
    }

    private void readFurther() {
        long end = System.nanoTime() + TIME_FOR_FURTHER.toNanos();
        while (System.nanoTime() < end) {
            readRecords();
        }
    }

    private static void requireLast(
            SourceContender contender,
            SourceShape shape,
            RowStatements statements,
            ConsumerRecord<byte[], byte[]> record,
            Converter converter) {
        Struct value = (Struct) converter
                .toConnectData(record.topic(), record.headers(), record.value())
                .value();
        Struct row = contender == SourceContender.DEBEZIUM ? value.getStruct("after") : value;
        long id = row.getInt64("id");
        Map<String, Object> expected = Map.of(
                "topic",
                contender.topic(contender.connector(shape), statements.tableOf((int) id)),
                "customer_id",
                id,
                "status",
                RowStatements.LAST_STATUS,
                "version",
                RowStatements.LAST_VERSION,
                "columns",
                shape.columns().size(),
                "request",
                contender.hasContext() ? RowStatements.requestId(statements.firstOf((int) id)) : "none");
        Header request = record.headers().lastHeader("requestId");
        Map<String, Object> found = Map.of(
                "topic", record.topic(),
                "customer_id", row.get("customer_id"),
                "status", row.get("status"),
                "version", row.get("version"),
                "columns", row.schema().fields().size(),
                "request", request == null ? "none" : new String(request.value(), StandardCharsets.UTF_8));
        if (!found.equals(expected)) {
            throw new IllegalStateException(
                    contender.label() + " has sent " + found + " as the last of row " + id + ", expected " + expected);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
