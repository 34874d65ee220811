package io.millrace.connectors.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.changes.TopicPosition;
import io.millrace.events.Heartbeat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class ReadProgressTest {
    private long now = 1_000;
    private final ReadProgress progress = new ReadProgress("beats", "shop", 100, 3, () -> now);

    @Test
    void sendsTheLastPositionOfDroppedRecordsAfterTheInterval() {
        progress.addStart(position("a", 10));
        progress.addStart(position("b", 0));
        progress.addRecord(position("a", 11));
        progress.addRecord(position("a", 12));
        assertThat(progress.takeDueHeartbeats()).isEmpty();

        now += 100;
        List<SourceRecord> heartbeats = progress.takeDueHeartbeats();
        assertThat(heartbeats).hasSize(1);
        SourceRecord heartbeat = heartbeats.get(0);
        assertThat(heartbeat.topic()).isEqualTo("beats");
        assertThat(Heartbeat.isHeartbeat(heartbeat)).isTrue();
        assertThat(heartbeat.sourcePartition()).isEqualTo(Map.of("kafka_topic", "a", "kafka_partition", 0));
        assertThat(heartbeat.sourceOffset())
                .isEqualTo(Map.of("kafka_offset", 12L, "kafka_cluster_id", "c", "kafka_topic_id", "t"));

        // It has been sent, so nothing is left to send.
        progress.addSent(position("a", 12));
        now += 100;
        assertThat(progress.takeDueHeartbeats()).isEmpty();
    }

    @Test
    void sendsNothingForWhatWasSent() {
        progress.addStart(position("a", 10));
        progress.addRecord(position("a", 11));
        progress.addSent(position("a", 11));
        now += 1_000;
        assertThat(progress.takeDueHeartbeats()).isEmpty();
    }

    @Test
    void sendsAPositionBehindTheMarkersOfTransactions() {
        progress.addStart(position("a", 10));
        progress.addRecord(position("a", 11));
        progress.addSent(position("a", 11));
        progress.addPosition(position("a", 13));
        now += 100;
        assertThat(progress.takeDueHeartbeats())
                .extracting(heartbeat -> heartbeat.sourceOffset().get("kafka_offset"))
                .isEqualTo(List.of(13L));
    }

    /** Connect keeps dropped records in memory until a transaction has a record. */
    @Test
    void doesNotWaitIfManyRecordsInARowWereDropped() {
        progress.addStart(position("a", 0));
        progress.addRecord(position("a", 1));
        progress.addRecord(position("a", 2));
        progress.addSent(position("a", 1));
        progress.addRecord(position("a", 3));
        progress.addRecord(position("a", 4));
        assertThat(progress.takeDueHeartbeats()).isEmpty();
        progress.addRecord(position("a", 5));
        assertThat(progress.takeDueHeartbeats()).hasSize(1);
        assertThat(progress.takeDueHeartbeats()).isEmpty();
    }

    private static TopicPosition position(String topic, long nextOffset) {
        return new TopicPosition(topic, 0, nextOffset, "c", "t");
    }
}
