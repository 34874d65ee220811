package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RepeatedChangesTest {
    private final RepeatedChanges changes = new RepeatedChanges();

    @Test
    void dropsWhatIsReadAgainAfterALostConnection() {
        SourceRecord one = change("a:4", 2, 1, "c");
        SourceRecord two = change("a:4", 2, 2, "c");
        SourceRecord three = change("a:4", 4, 1, "u");
        SourceRecord next = change("a:5", 2, 1, "c");
        assertThat(changes.dropRepeated(List.of(one, two))).containsExactly(one, two);

        assertThat(changes.dropRepeated(List.of(change("a:4", 2, 1, "c"), change("a:4", 2, 2, "c"), three, next)))
                .containsExactly(three, next);
    }

    @Test
    void keepsTheSecondTransactionOfATaskThatStartedWithoutAnOffset() {
        SourceRecord first = change("a:4", 2, 1, "c");
        SourceRecord second = change("a:5", 2, 1, "c");

        assertThat(changes.dropRepeated(List.of(first, second))).containsExactly(first, second);
    }

    @Test
    void dropsTheOnlyChangeOfATransactionThatIsReadAgain() {
        SourceRecord one = change("a:4", 2, 1, "u");

        assertThat(changes.dropRepeated(List.of(one, change("a:4", 2, 1, "u")))).containsExactly(one);
    }

    @Test
    void dropsATruncateThatIsReadAgain() {
        SourceRecord one = change("a:4", Map.of("file", "f", "pos", 1L), "t");
        SourceRecord other = change("a:5", Map.of("file", "f", "pos", 2L), "t");

        assertThat(changes.dropRepeated(List.of(one, one, other))).containsExactly(one, other);
    }

    @Test
    void keepsTheHalvesOfAKeyChangeAndDropsThemIfTheyAreReadAgain() {
        SourceRecord delete = keyChange(change("a:4", 2, 1, "d"));
        SourceRecord tombstone = tombstone(2, 1);
        SourceRecord create = change("a:4", 2, 1, "c");
        SourceRecord next = change("a:4", 2, 2, "d");

        assertThat(changes.dropRepeated(List.of(
                        delete,
                        tombstone,
                        create,
                        keyChange(change("a:4", 2, 1, "d")),
                        tombstone(2, 1),
                        change("a:4", 2, 1, "c"),
                        next)))
                .containsExactly(delete, tombstone, create, next);
    }

    @Test
    void keepsWhatHasNoPlaceInATransaction() {
        SourceRecord xa = change("a:4", Map.of("file", "f", "pos", 1L), "c");
        SourceRecord withoutGtids = change(null, Map.of("event", 2L, "row", 1L, "file", "f", "pos", 1L), "c");
        SourceRecord heartbeat =
                new SourceRecord(Map.of(), Map.of("event", 1L, "row", 1L), "beats", null, Map.of("ts_ms", 1L));
        SourceRecord found = change("a:4", 2, 1, "r");
        List<SourceRecord> all = List.of(
                change("a:4", 2, 1, "c"), found, found, xa, xa, withoutGtids, withoutGtids, heartbeat, heartbeat);

        assertThat(changes.dropRepeated(all)).isEqualTo(all);
    }

    @Test
    void keepsWhatIsReadAgainByATaskThatStartsAgain() {
        SourceRecord one = change("a:4", 2, 1, "c");
        changes.dropRepeated(List.of(one, change("a:4", 2, 2, "c")));

        changes.forgetPlace();

        assertThat(changes.dropRepeated(List.of(one))).containsExactly(one);
    }

    private static SourceRecord keyChange(SourceRecord delete) {
        delete.headers().addString("__debezium.newkey", "{}");
        return delete;
    }

    private static Map<String, Object> offset(long event, long row) {
        return Map.of("file", "f", "pos", 1L, "gtids", "a:1-3", "event", event, "row", row);
    }

    private static SourceRecord tombstone(long event, long row) {
        return new SourceRecord(Map.of(), offset(event, row), "t", null, Map.of("id", 1), null, null);
    }

    private static SourceRecord change(String gtid, long event, long row, String op) {
        return change(gtid, offset(event, row), op);
    }

    private static SourceRecord change(String gtid, Map<String, Object> offset, String op) {
        Map<String, Object> source = new HashMap<>();
        source.put("gtid", gtid);
        return new SourceRecord(Map.of(), offset, "t", null, Map.of("id", 1), null, Map.of("op", op, "source", source));
    }
}
