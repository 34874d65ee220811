package io.millrace.connectors.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.events.EventId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WalOffsetsTest {
    private static final Map<String, ?> SERVER = Map.of("server", "shop");

    private @Nullable Map<String, Object> stored = null;
    private final List<SourceRecord> messages = new ArrayList<>();

    private final WalOffsets offsets = new WalOffsets(
            new OffsetStorageReader() {
                @Override
                public <T> @Nullable Map<String, Object> offset(Map<String, T> partition) {
                    return partition.equals(SERVER) ? stored : null;
                }

                @Override
                public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
                    throw new UnsupportedOperationException();
                }
            },
            messages::add);

    @Test
    void numbersTheChangesOfOneRecordOfTheLog() {
        assertThat(ids(change(7, 100, "c"), change(7, 100, "c"), change(7, 100, "c"), change(7, 160, "u")))
                .containsExactly("7:100:0:c", "7:100:1:c", "7:100:2:c", "7:160:0:u");
    }

    @Test
    void sendsTheTransactionAgainAndDropsWhatWasSent() {
        List<SourceRecord> transaction =
                List.of(change(7, 100, "c"), change(7, 100, "c"), change(7, 130, "d"), tombstone(7, 130));
        Map<String, Object> afterSecond = offsetOf(offsets.complete(transaction).get(1));
        assertThat(afterSecond)
                .containsEntry("lsn", 90L)
                .containsEntry("lsn_proc", 90L)
                .containsEntry("lsn_commit", 90L)
                .containsEntry("messageType", "MESSAGE");

        restartAt(afterSecond);
        assertThat(offsets.complete(transaction))
                .extracting(SourceRecord::value)
                .containsExactly(transaction.get(2).value(), null);

        restartAt(offsets.complete(List.of(heartbeat(130, 90))).get(0).sourceOffset());
        assertThat(offsets.complete(transaction)).isEmpty();
        assertThat(ids(change(8, 110, "c", 140))).containsExactly("8:110:0:c");
    }

    /** While the server sends the transaction again, a heartbeat must not store less than was sent before. */
    @Test
    void keepsThePlaceInHeartbeatsWhileChangesAreRepeated() {
        Map<String, ?> sent = offsets.complete(List.of(change(7, 100, "c"), change(7, 130, "u")))
                .get(1)
                .sourceOffset();
        restartAt(sent);

        List<SourceRecord> again = offsets.complete(List.of(change(7, 100, "c"), heartbeat(100, 90)));

        assertThat(again).hasSize(1);
        restartAt(again.get(0).sourceOffset());
        assertThat(offsets.complete(List.of(change(7, 100, "c"), change(7, 130, "u"))))
                .isEmpty();
    }

    @Test
    void forgetsThePlaceWhenItsTransactionIsComplete() {
        offsets.complete(List.of(change(7, 100, "c")));
        Map<String, Object> complete =
                offsetOf(offsets.complete(List.of(heartbeat(140, 140))).get(0));

        assertThat(complete).containsEntry("lsn_commit", 140L).doesNotContainKey("change_lsn");
    }

    @Test
    void passesOnTheOffsetsOfAnInitialSnapshotAndResumesBehindIt() {
        SourceRecord row = record(
                Map.of("op", "r"), offset(5, 80, null, Map.of("snapshot", "INITIAL", "last_snapshot_record", false)));
        assertThat(offsets.complete(List.of(row))).containsExactly(row);
        SourceRecord first = change(7, 100, "c");
        Map<String, Object> withoutCommit = new HashMap<>(first.sourceOffset());
        withoutCommit.remove("lsn_commit");

        assertThat(offsetOf(offsets.complete(List.of(record(first.value(), withoutCommit)))
                        .get(0)))
                .containsEntry("lsn", 80L)
                .containsEntry("change_lsn", 100L);
        assertThat(EventId.snapshot(row.sourceOffset(), "shop.orders", "1")).startsWith("snapshot:80:0:shop.orders:");
    }

    /** Before the first complete transaction Debezium has no end of one. */
    @Test
    void sendsTheFirstTransactionAgainAsAWhole() {
        SourceRecord first = change(7, 100, "c");
        Map<String, Object> withoutCommit = new HashMap<>(first.sourceOffset());
        withoutCommit.remove("lsn_commit");

        assertThat(offsetOf(offsets.complete(List.of(record(first.value(), withoutCommit)))
                        .get(0)))
                .containsEntry("lsn_commit", 99L);
    }

    @Test
    void handsOutMessagesOfThePartThatIsDropped() {
        SourceRecord message = record(Map.of("op", "m"), offset(7, 95, 90L, Map.of()));
        Map<String, ?> sent =
                offsets.complete(List.of(message, change(7, 100, "c"))).get(1).sourceOffset();
        assertThat(messages).isEmpty();
        restartAt(sent);

        assertThat(offsets.complete(List.of(message, change(7, 100, "c"), change(7, 130, "c"))))
                .hasSize(1);
        assertThat(messages).containsExactly(message);
    }

    private static Map<String, Object> offsetOf(SourceRecord record) {
        return new HashMap<>(record.sourceOffset());
    }

    private void restartAt(Map<String, ?> offset) {
        stored = new HashMap<>(offset);
        offsets.forgetOffsets();
    }

    private List<String> ids(SourceRecord... records) {
        return offsets.complete(List.of(records)).stream()
                .map(record -> EventId.streamed(
                        record.sourceOffset(), null, String.valueOf(((Map<?, ?>) record.value()).get("op"))))
                .toList();
    }

    private static SourceRecord change(long transaction, long lsn, String op) {
        return change(transaction, lsn, op, 90);
    }

    private static SourceRecord change(long transaction, long lsn, String op, long commit) {
        return record(Map.of("op", op, "at", lsn), offset(transaction, lsn, commit, Map.of()));
    }

    private static SourceRecord tombstone(long transaction, long lsn) {
        return record(null, offset(transaction, lsn, 90L, Map.of()));
    }

    private static SourceRecord heartbeat(long lsn, long commit) {
        return record(Map.of("ts_ms", 1L), offset(7, lsn, commit, Map.of()));
    }

    private static Map<String, Object> offset(
            long transaction, long lsn, @Nullable Long commit, Map<String, Object> more) {
        Map<String, Object> offset = new HashMap<>(more);
        offset.put("txId", transaction);
        offset.put("lsn", lsn);
        offset.put("lsn_proc", lsn);
        if (commit != null) {
            offset.put("lsn_commit", commit);
        }
        return offset;
    }

    private static SourceRecord record(@Nullable Object value, Map<String, Object> offset) {
        return new SourceRecord(SERVER, offset, "t", null, value);
    }
}
