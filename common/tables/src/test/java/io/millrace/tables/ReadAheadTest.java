package io.millrace.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private static final TopicPartition FIRST = new TopicPartition("topic", 0);
    private static final TopicPartition SECOND = new TopicPartition("topic", 1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final List<MockConsumer<ByteBuffer, ByteBuffer>> clients = new ArrayList<>();
    private final ReadAhead reader = new ReadAhead("reader", new TopicConsumer(() -> {
        clients.add(new MockConsumer<>("none"));
        return client();
    }));

    @AfterEach
    void close() {
        reader.close();
        assertThat(clients).allMatch(MockConsumer::closed);
    }

    private MockConsumer<ByteBuffer, ByteBuffer> client() {
        return clients.get(clients.size() - 1);
    }

    private void write(TopicPartition partition, long offset) {
        client().addRecord(new ConsumerRecord<>(
                partition.topic(), partition.partition(), offset, ByteBuffer.allocate(0), ByteBuffer.allocate(0)));
    }

    private List<String> readRecords(int count) {
        List<String> read = new ArrayList<>();
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (read.size() < count && System.nanoTime() < end) {
            reader.poll(TIMEOUT).forEach(record -> read.add(record.partition() + "@" + record.offset()));
        }
        return read;
    }

    @Test
    void returnsRecordsInTheirOrderWithThePositionsBehindThem() {
        reader.assign(Map.of(FIRST, 0L));
        List<String> expected = new ArrayList<>();
        for (int offset = 0; offset < 100; offset++) {
            write(FIRST, offset);
            expected.add("0@" + offset);
        }
        assertThat(readRecords(100)).isEqualTo(expected);
        assertThat(reader.positions()).isEqualTo(Map.of(FIRST, 100L));
    }

    @Test
    void readsAgainWhatWasReadAheadWhenPartitionsAreAdded() {
        reader.assign(Map.of(FIRST, 0L));
        write(FIRST, 0);
        assertThat(readRecords(1)).containsExactly("0@0");
        write(FIRST, 1);
        reader.add(Map.of(SECOND, 5L));
        assertThat(reader.positions()).isEqualTo(Map.of(FIRST, 1L, SECOND, 5L));
        write(FIRST, 1);
        write(SECOND, 5);
        assertThat(readRecords(2)).containsExactlyInAnyOrder("0@1", "1@5");
    }

    @Test
    void continuesBehindTheReturnedRecordsAfterAFailure() {
        reader.assign(Map.of(FIRST, 0L));
        write(FIRST, 0);
        assertThat(readRecords(1)).containsExactly("0@0");
        client().setPollException(new KafkaException("disconnected"));
        assertThatThrownBy(() -> readRecords(1)).hasMessage("disconnected");
        reader.reconnect();
        assertThat(clients).hasSize(2);
        write(FIRST, 1);
        assertThat(readRecords(1)).containsExactly("0@1");
    }

    @Test
    void readsNothingOfPartitionsThatWereTakenAway() {
        reader.assign(Map.of(FIRST, 0L));
        reader.unassign();
        assertThat(reader.poll(Duration.ofMillis(1)).count()).isZero();
        assertThat(reader.positions()).isEmpty();
    }
}
