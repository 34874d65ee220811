package io.millrace.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicConsumerTest {
    private static final TopicPartition PARTITION = new TopicPartition("topic", 0);

    private final Client client = new Client();
    private final TopicConsumer consumer = new TopicConsumer(() -> client);

    /** A client whose position is not available at times. */
    private static final class Client extends MockConsumer<ByteBuffer, ByteBuffer> {
        private @Nullable KafkaException failure;

        Client() {
            super("none");
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            if (failure != null) {
                throw failure;
            }
            return super.position(partition, timeout);
        }
    }

    private void write(long offset) {
        client.addRecord(new ConsumerRecord<>("topic", 0, offset, ByteBuffer.allocate(0), ByteBuffer.allocate(0)));
    }

    @Test
    void doesNotReadRecordsTwiceWhoseBehindIsBeingCompared() {
        consumer.assign(Map.of(PARTITION, 0L));
        write(0);
        write(3);
        client.failure = new TimeoutException("compared with the leader's log");
        assertThat(consumer.poll(Duration.ZERO).count()).isEqualTo(2);
        assertThat(consumer.positions()).isEqualTo(Map.of(PARTITION, 4L));
        assertThat(consumer.poll(Duration.ZERO).count()).isZero();
        assertThat(consumer.positions()).isEqualTo(Map.of(PARTITION, 4L));
    }

    @Test
    void returnsRecordsBeforeItReportsAFailure() {
        consumer.assign(Map.of(PARTITION, 0L));
        write(0);
        client.failure = new KafkaException("truncated");
        assertThat(consumer.poll(Duration.ZERO).count()).isEqualTo(1);
        assertThat(consumer.positions()).isEqualTo(Map.of(PARTITION, 1L));
        client.failure = null;
        assertThatThrownBy(() -> consumer.poll(Duration.ZERO)).hasMessage("truncated");
        write(1);
        assertThat(consumer.poll(Duration.ZERO).count()).isEqualTo(1);
        assertThat(consumer.positions()).isEqualTo(Map.of(PARTITION, 2L));
    }
}
