package io.millrace.connectors.projection.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.kind.rows.Rows;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.table.View;
import io.millrace.connectors.projection.table.Views;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final TopicPartition EVENTS = new TopicPartition("events", 0);
    private static final BatchLimits UNLIMITED = new BatchLimits(Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);

    private final View view = Views.of("orders", 1, 0, "id", "a");
    private final Map<TopicPartition, Claim> claims = new HashMap<>(Map.of(EVENTS, new Claim(EVENTS, 1, 10)));

    @Test
    void takesRecordsUntilThereAreEnoughRecords() {
        List<Integer> sizes = cut(records(100, "x"), 1, new BatchLimits(30, Long.MAX_VALUE, Long.MAX_VALUE));

        assertThat(sizes).containsExactly(30, 30, 30, 10);
    }

    @Test
    void takesRecordsUntilThereAreEnoughRows() {
        List<Integer> sizes = cut(records(100, "x"), 7, new BatchLimits(1_000, 70, Long.MAX_VALUE));

        assertThat(sizes).hasSize(10).containsOnly(10);
    }

    /** The text itself, the bytes that were consumed, and the driver's copy of a row that does not even have the text. */
    @Test
    void takesRecordsUntilTheyKeepEnoughBytesAlive() {
        List<Integer> sizes = cut(records(100, "x".repeat(500_000)), 1, new BatchLimits(1_000, 1_000, 32L << 20));

        assertThat(sizes).containsExactly(34, 34, 32);
    }

    @Test
    void countsTheRowsOfARecord() {
        List<Integer> sizes = cut(records(100, "x"), 1_000, new BatchLimits(1_000, Long.MAX_VALUE, 4L << 20));

        assertThat(sizes.get(0)).isBetween(5, 20);
    }

    /** Arrays of a thousand small elements, as values and as rows. */
    @Test
    void countsAboutWhatTheHeapHas() {
        long limit = 32L << 20;
        Iterator<SinkRecord> backlog =
                LongStream.range(10, 20_000).mapToObj(BatchTest::array).iterator();
        long before = usedHeap();

        Batch batch = Batch.of(backlog, claims, List.of(this::explode), new BatchLimits(10_000, Long.MAX_VALUE, limit));

        long used = usedHeap() - before;
        assertThat(batch.records()).hasSizeLessThan(200);
        assertThat((double) used / limit).isBetween(0.4, 1.2);
    }

    private static SinkRecord array(long offset) {
        List<Map<String, Object>> items = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Map<String, Object> item = new HashMap<>();
            item.put("id", offset + i);
            item.put("qty", 1_000L + i);
            items.add(item);
        }
        return new SinkRecord("events", 0, null, "k", null, Map.of("items", items), offset);
    }

    private void explode(RecordScope scope, Consumer<RowChange<?>> changes) {
        for (Object item : (List<?>) ((Map<?, ?>) scope.record().value()).get("items")) {
            changes.accept(Rows.upsert(view, ((Map<?, ?>) item).get("id"), ((Map<?, ?>) item).get("qty")));
        }
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }

    @Test
    void takesARecordThatExceedsALimitByItself() {
        List<Integer> sizes = cut(records(3, "x".repeat(500_000)), 1, new BatchLimits(1_000, 1_000, 1));

        assertThat(sizes).containsExactly(1, 1, 1);
    }

    @Test
    void countsARecordThatCannotBeProjected() {
        Projection refusing = (scope, changes) -> {
            throw new DataException("no");
        };

        Batch batch = Batch.of(
                records(100, "x".repeat(500_000)).iterator(),
                claims,
                List.of(refusing),
                new BatchLimits(1_000, 1_000, 32L << 20));

        assertThat(batch.refusals()).hasSize(34);
    }

    @Test
    void countsNothingForRecordsThatItDoesNotKeep() {
        Batch batch = Batch.of(records(100, "x").iterator(), claims, List.of(), UNLIMITED);

        assertThat(batch.size()).isEqualTo(100);
        assertThat(batch.bytes()).isZero();
    }

    @Test
    void statesHowManyRecordsItTook() {
        List<SinkRecord> records = new ArrayList<>(records(5, "x"));
        records.add(0, new SinkRecord("events", 1, null, "k", null, "not claimed", 3));

        Batch batch = Batch.of(records.iterator(), claims, List.of(upserts(1)), UNLIMITED);

        assertThat(batch.taken()).isEqualTo(6);
        assertThat(batch.size()).isEqualTo(5);
    }

    @Test
    void leavesOutWhatTheDeadLetterQueueHas() {
        Batch batch = Batch.of(records(5, "x").iterator(), claims, List.of(upserts(1)), UNLIMITED);

        batch.markReported(List.of(Refusal.of(batch.records().get(2).record(), "no", null)));

        assertThat(batch.records()).hasSize(4);
        assertThat(batch.reported()).isEqualTo(1);
        assertThat(batch.size()).isEqualTo(5);
        assertThat(batch.moves()).extracting(Offsets.Move::nextOffset).containsExactly(15L);
    }

    /** The sizes of the batches that records are cut into, each behind the one before. */
    private List<Integer> cut(List<SinkRecord> records, int rows, BatchLimits limits) {
        List<Integer> sizes = new ArrayList<>();
        Iterator<SinkRecord> untaken = records.iterator();
        while (untaken.hasNext()) {
            Batch batch = Batch.of(untaken, claims, List.of(upserts(rows)), limits);
            batch.moves().forEach(move -> claims.put(EVENTS, move.from().at(move.nextOffset())));
            sizes.add(batch.size());
        }
        assertThat(claims.get(EVENTS).nextOffset()).isEqualTo(10 + records.size());
        return sizes;
    }

    private Projection upserts(int rows) {
        return (scope, changes) -> {
            for (int i = 0; i < rows; i++) {
                changes.accept(Rows.upsert(view, scope.record().originalKafkaOffset() + "/" + i, "short"));
            }
        };
    }

    private static List<SinkRecord> records(int count, String value) {
        return LongStream.range(10, 10 + count)
                .mapToObj(offset -> record(offset, value))
                .toList();
    }

    private static SinkRecord record(long offset, String value) {
        return new SinkRecord("events", 0, null, "k", null, value, offset);
    }
}
