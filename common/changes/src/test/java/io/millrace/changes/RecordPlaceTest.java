package io.millrace.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RecordPlaceTest {
    @Test
    void namesTopicPartitionAndOffsetOfASinksRecord() {
        SinkRecord record = new SinkRecord("events", 3, null, "secret", null, "secret", 42);

        assertThat(RecordPlace.of(record)).isEqualTo("events-3@42");
        assertThat(RecordPlace.of(record.newRecord("renamed", 1, null, null, null, null, null)))
                .isEqualTo("events-3@42");
        assertThat(RecordPlace.of("events", 3, 42)).isEqualTo("events-3@42");
    }

    @Test
    void namesTheBinlogPositionOfAChange() {
        Map<String, Object> offset = Map.of("file", "binlog.000002", "pos", 157L, "event", 3L, "row", 1L);

        assertThat(RecordPlace.of(source(offset))).isEqualTo("A record for t at binlog.000002:157, event 3, row 1");
    }

    @Test
    void namesPartitionAndOffsetOfAnotherSource() {
        assertThat(RecordPlace.of(source(Map.of("pos", 7)))).isEqualTo("A record for t of {server=shop} at {pos=7}");
        assertThat(RecordPlace.of(source(null))).isEqualTo("A record for t of {server=shop} at null");
    }

    @Test
    void namesThePlaceInTheTopicThatASourceReads() {
        TopicPosition position = new TopicPosition("raw", 3, 43, "cluster", "topic");
        SourceRecord record = new SourceRecord(
                TopicPosition.toSourcePartition("raw", 3), position.toSourceOffset(), "events", null, "secret");

        assertThat(RecordPlace.of(record)).isEqualTo("raw-3@42");
        assertThat(TopicPosition.find(record.sourcePartition(), record.sourceOffset()))
                .contains(position);
    }

    @Test
    void isNeverLong() {
        assertThat(RecordPlace.of(source(Map.of("file", "x".repeat(100_000), "pos", 1))))
                .hasSizeLessThan(1_000);
        assertThat(RecordPlace.of(source(Map.of("x", "x".repeat(100_000))))).hasSizeLessThan(1_000);
    }

    private static SourceRecord source(Map<String, ?> offset) {
        return new SourceRecord(Map.of("server", "shop"), offset, "t", null, "secret");
    }
}
