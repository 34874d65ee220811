package io.millrace.connectors.projection.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ConsumedOffsetsTest {
    private static final TopicPartition PARTITION = new TopicPartition("events", 0);

    private final ConsumedOffsets consumed = new ConsumedOffsets();

    @Test
    void knowsWhatConnectSaidLast() {
        assertThat(consumed.offsetOf(PARTITION)).isZero();
        consumed.remember(Map.of(PARTITION, new OffsetAndMetadata(7)));
        assertThat(consumed.offsetOf(PARTITION)).isEqualTo(7);
        consumed.forget(List.of(PARTITION));
        assertThat(consumed.offsetOf(PARTITION)).isZero();
    }

    /** Connect commits between the call that seeks and the seek: what it says then is where the consumer was. */
    @Test
    void believesNothingBetweenTheWishToSeekAndTheNextRecords() {
        consumed.remember(Map.of(PARTITION, new OffsetAndMetadata(90)));
        consumed.awaitSeek();
        consumed.remember(Map.of(PARTITION, new OffsetAndMetadata(90)));
        assertThat(consumed.offsetOf(PARTITION)).isZero();
        consumed.endSeek();
        consumed.remember(Map.of(PARTITION, new OffsetAndMetadata(10)));
        assertThat(consumed.offsetOf(PARTITION)).isEqualTo(10);
    }
}
