package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class KeyChangeBufferTest {
    private final KeyChangeBuffer changes = new KeyChangeBuffer();

    @Test
    void keepsTheDeleteForTheCreateThatComesWithTheNextBatch() {
        assertThat(names(changes.addBatch(List.of(record("a"), delete("b"))))).containsExactly("a");

        assertThat(names(changes.addBatch(List.of(record("create"), record("c")))))
                .containsExactly("b", "create", "c");
    }

    @Test
    void keepsTheTombstoneWithTheDelete() {
        assertThat(names(changes.addBatch(List.of(delete("b"), tombstone("t")))))
                .isEmpty();

        assertThat(names(changes.addBatch(List.of(record("create"))))).containsExactly("b", "t", "create");
    }

    @Test
    void keepsThemApartInThreeBatches() {
        assertThat(names(changes.addBatch(List.of(delete("b"))))).isEmpty();
        assertThat(names(changes.addBatch(List.of(tombstone("t"))))).isEmpty();

        assertThat(names(changes.addBatch(List.of(record("create"))))).containsExactly("b", "t", "create");
    }

    @Test
    void passesWhatIsWhole() {
        List<SourceRecord> whole = List.of(delete("b"), tombstone("t"), record("create"), tombstone("other"));

        assertThat(changes.addBatch(whole)).isSameAs(whole);
        assertThat(changes.addBatch(List.of())).isEmpty();
    }

    private static Stream<String> names(List<SourceRecord> records) {
        return records.stream().map(record -> (String) record.key());
    }

    private static SourceRecord record(String name) {
        return new SourceRecord(Map.of(), Map.of(), "topic", null, null, name, null, "value");
    }

    private static SourceRecord tombstone(String name) {
        return new SourceRecord(Map.of(), Map.of(), "topic", null, null, name, null, null);
    }

    private static SourceRecord delete(String name) {
        SourceRecord record = record(name);
        record.headers().addString("__debezium.newkey", "{}");
        return record;
    }
}
