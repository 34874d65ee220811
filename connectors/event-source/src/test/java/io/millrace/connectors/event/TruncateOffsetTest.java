package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class TruncateOffsetTest {
    @Test
    void addsTheStatementsOwnTransaction() {
        SourceRecord change = record("c", Map.of("gtids", "a-b:1-4", "event", 2L), "a-b:5");
        SourceRecord truncate = record("t", Map.of("gtids", "a-b:1-5", "file", "f"), "a-b:6");

        List<SourceRecord> completed = TruncateOffset.complete(List.of(change, truncate));

        assertThat(completed).hasSize(2);
        assertThat(completed.get(0)).isSameAs(change);
        assertThat(completed.get(1).sourceOffset()).isEqualTo(Map.of("gtids", "a-b:1-6", "file", "f"));
        assertThat(completed.get(1).value()).isSameAs(truncate.value());
    }

    @Test
    void leavesWhatHasNoGtids() {
        SourceRecord truncate = record("t", Map.of("file", "f", "pos", 3L), null);
        SourceRecord tombstone = new SourceRecord(Map.of(), Map.of("gtids", "a-b:1"), "t", null, null, null, null);
        List<SourceRecord> records = List.of(truncate, tombstone);

        assertThat(TruncateOffset.complete(records)).isSameAs(records);
    }

    private static SourceRecord record(String operation, Map<String, ?> offset, String gtid) {
        Map<String, Object> source = gtid == null ? Map.of() : Map.of("gtid", gtid);
        return new SourceRecord(Map.of(), offset, "t", null, null, null, Map.of("op", operation, "source", source));
    }
}
