package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegressedOffsetsTest {
    private static final Map<String, ?> SERVER = Map.of("server", "shop");

    private @Nullable Map<String, Object> stored = null;

    private final RegressedOffsets offsets = new RegressedOffsets(new OffsetStorageReader() {
        @Override
        public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
            return partition.equals(SERVER) ? stored : null;
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            throw new UnsupportedOperationException();
        }
    });

    @Test
    void keepsTheStoredOffsetUntilTheInterruptedTransactionGoesOn() {
        stored = withGtids("a:1-8", 1076229L, 9, 1);
        SourceRecord first = heartbeat(Map.of("file", "f", "pos", 4L, "gtids", "a:1-8"));
        SourceRecord change = change(withGtids("a:1-8", 1076229L, 9, 2));
        SourceRecord behind = heartbeat(Map.of("file", "f", "pos", 2076229L, "gtids", "a:1-9"));

        List<SourceRecord> kept = offsets.replaceRegressed(List.of(first, change, behind));

        assertThat(kept.get(0).sourceOffset()).isEqualTo(stored);
        assertThat(kept.get(0).topic()).isEqualTo(first.topic());
        assertThat(kept.subList(1, 3)).containsExactly(change, behind);
    }

    @Test
    void keepsTheOffsetOfALaterChangeIfTheConnectionIsLostInItsTransaction() {
        SourceRecord change = change(withGtids("a:1-8", 10L, 9, 1));
        SourceRecord again = heartbeat(Map.of("file", "g", "pos", 4L, "gtids", "a:1-8"));
        SourceRecord next = heartbeat(withGtids("a:1-8", 10L, 9, 2));

        List<SourceRecord> kept = offsets.replaceRegressed(List.of(change, again, next));

        assertThat(kept.get(0)).isSameAs(change);
        assertThat(kept.get(1).sourceOffset()).isEqualTo(change.sourceOffset());
        assertThat(kept.get(2)).isSameAs(next);
    }

    /** The statement has no commit, so Debezium counts it only with the next transaction. */
    @Test
    void keepsTheOffsetOfATruncatedTable() {
        SourceRecord truncated = change(Map.of("file", "f", "pos", 20L, "gtids", "a:1-9,b:1-3"), "t");
        SourceRecord beat = heartbeat(Map.of("file", "f", "pos", 20L, "gtids", "b:1-3,a:1-8"));
        SourceRecord next = heartbeat(Map.of("file", "f", "pos", 90L, "gtids", "a:1-10,b:1-3"));

        List<SourceRecord> kept = offsets.replaceRegressed(List.of(truncated, beat, next));

        assertThat(kept.get(1).sourceOffset()).isEqualTo(truncated.sourceOffset());
        assertThat(kept.get(2)).isSameAs(next);
    }

    @Test
    void comparesPositionsOfAServerWithoutGtids() {
        stored = Map.of("file", "f", "pos", 500L, "event", 9L, "row", 1L);
        SourceRecord begin = heartbeat(Map.of("file", "f", "pos", 500L));
        SourceRecord behind = heartbeat(Map.of("file", "f", "pos", 900L));

        List<SourceRecord> kept = offsets.replaceRegressed(List.of(begin, behind));

        assertThat(kept.get(0).sourceOffset()).isEqualTo(stored);
        assertThat(kept.get(1)).isSameAs(behind);
    }

    @Test
    void passesOffsetsOutsideOfATransactionAndOfOtherPartitionsAndChangesOfRows() {
        stored = Map.of("file", "f", "pos", 500L, "gtids", "a:1-8");
        SourceRecord start = heartbeat(Map.of("file", "f", "pos", 4L, "gtids", "a:1-8"));
        SourceRecord change = change(withGtids("a:1-8", 10L, 9, 1));
        // The first two transactions of a task that started without an offset have the same set.
        SourceRecord other = change(withGtids("a:1-8", 20L, 2, 1));
        SourceRecord elsewhere =
                new SourceRecord(Map.of("server", "b"), Map.of("gtids", "a:1-8"), "beats", null, Map.of("ts_ms", 1L));
        SourceRecord nowhere = new SourceRecord(null, null, "beats", null, Map.of("ts_ms", 1L));
        List<SourceRecord> all = List.of(start, change, other, elsewhere, nowhere);

        assertThat(offsets.replaceRegressed(all)).isSameAs(all);
    }

    @Test
    void readsTheStoredOffsetAgainIfTheTaskStartsAgain() {
        offsets.replaceRegressed(List.of(change(withGtids("a:1-8", 10L, 9, 5))));
        stored = withGtids("a:1-8", 10L, 9, 1);

        offsets.forgetOffsets();

        SourceRecord beat = heartbeat(Map.of("file", "f", "pos", 4L, "gtids", "a:1-8"));
        assertThat(offsets.replaceRegressed(List.of(beat)).get(0).sourceOffset())
                .isEqualTo(stored);
    }

    private static Map<String, Object> withGtids(String gtids, long position, long event, long row) {
        return new HashMap<>(Map.of("file", "f", "pos", position, "gtids", gtids, "event", event, "row", row));
    }

    private static SourceRecord heartbeat(Map<String, ?> offset) {
        return new SourceRecord(SERVER, offset, "beats", null, Map.of("ts_ms", 1L));
    }

    private static SourceRecord change(Map<String, ?> offset) {
        return change(offset, "u");
    }

    private static SourceRecord change(Map<String, ?> offset, String operation) {
        return new SourceRecord(
                SERVER,
                offset,
                "t",
                null,
                Map.of("op", operation, "source", Map.of("gtid", "a:9"), "after", Map.of("id", 1)));
    }
}
