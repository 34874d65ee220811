package io.millrace.connectors.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolFormat;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolListing;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledHeader;
import io.millrace.spool.SpooledRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The objects of one incarnation: what is returned, refused, deleted, and where a successor goes on. */
class WriterDrainTest {
    private static final Incarnation WRITER = new Incarnation("orders", "00000000000000000000000000000001");

    private static final long BUDGET = 1 << 20;

    @TempDir
    private Path folder;

    private Set<String> skippedIds = Set.of();
    private final ReadBudget budget = new ReadBudget(BUDGET);
    private SpoolStore store;
    private SpoolSourceMetrics metrics;

    @BeforeEach
    void openStore() {
        store = SpoolStore.open(Map.of("spool.store", "file:" + folder));
        metrics = new SpoolSourceMetrics("drain", "0");
    }

    @AfterEach
    void closeStore() {
        store.close();
        metrics.close();
    }

    @Test
    void returnsRecordsInTheirOrderAndDeletesAnObjectWhenAllOfItIsCommitted() {
        put(1, 0, "a", "b");
        put(2, 1, "c");
        WriterDrain drain = drain(SpoolPosition.START, false);
        List<SourceRecord> taken = take(drain, Set.of());
        assertThat(values(taken)).containsExactly("a", "b", "c");
        SourceRecord first = taken.get(0);
        assertThat(first.sourcePartition())
                .isEqualTo(Map.of("spool", "s", "writer", "orders", "incarnation", WRITER.id()));
        assertThat(first.sourceOffset()).isEqualTo(Map.of("sequence", 1L, "index", 0L));
        assertThat(first.headers()).extracting(header -> header.key()).containsExactly("h", "ce_id", "h");
        assertThat(first.timestamp()).isEqualTo(7);

        drain.finish();
        assertThat(sequences()).containsExactly(1L, 2L);
        assertThat(drain.peek(100)).isEmpty();
        confirm(taken.get(0));
        confirm(taken.get(2));
        drain.finish();
        // Half of the first one is not committed, so nothing behind it counts.
        assertThat(sequences()).containsExactly(1L, 2L);
        assertThat(store.readRecovered(WRITER).join()).isZero();
        confirm(taken.get(1));
        drain.finish();
        assertThat(sequences()).isEmpty();
        assertThat(store.readRecovered(WRITER).join()).isEqualTo(2);
        assertThat(drain.isEmpty()).isTrue();
    }

    @Test
    void goesOnWhereThePositionOrTheMarkerIs() {
        put(1, 0, "a", "b", "c");
        put(2, 1, "d");
        WriterDrain half = drain(new SpoolPosition(1, 0), false);
        assertThat(values(take(half, Set.of()))).containsExactly("b", "c", "d");
        // Committed as a whole, and not deleted yet.
        WriterDrain whole = drain(new SpoolPosition(1, 2), false);
        assertThat(values(take(whole, Set.of()))).containsExactly("d");
        whole.finish();
        assertThat(sequences()).containsExactly(2L);
        WriterDrain marked = drain(SpoolPosition.START, false);
        assertThat(values(take(marked, Set.of()))).containsExactly("d");
    }

    @Test
    void leavesOutWhatIsInKafkaAndDeletesAnObjectOfSuchRecordsAlone() {
        put(1, 0, "a", "b", "c");
        put(2, 1, "d");
        WriterDrain drain = drain(SpoolPosition.START, false);
        List<SpoolObject> objects = drain.peek(100);
        Set<SpooledRecord> written = Set.of(
                objects.get(0).records().get(1),
                objects.get(0).records().get(2),
                objects.get(1).records().get(0));
        List<SourceRecord> taken = drain.take(objects, written);
        assertThat(values(taken)).containsExactly("a");
        // The position is behind those that are left out.
        assertThat(taken.get(0).sourceOffset()).isEqualTo(Map.of("sequence", 1L, "index", 2L));
        assertThat(metrics.getDuplicatesDropped()).isEqualTo(3);
        drain.finish();
        assertThat(sequences()).containsExactly(1L, 2L);
        confirm(taken.get(0));
        drain.finish();
        assertThat(sequences()).isEmpty();
    }

    @Test
    void leavesOutEventsByTheirIds() {
        put(1, 0, "a", "b", "c");
        put(2, 1, "b");
        skippedIds = Set.of("id-b");
        WriterDrain drain = drain(SpoolPosition.START, false);
        assertThat(drain.remaining(drain.peek(100).get(0)))
                .extracting(SpooledRecord::eventId)
                .containsExactly("id-a", "id-c");
        List<SourceRecord> taken = take(drain, Set.of());
        assertThat(values(taken)).containsExactly("a", "c");
        // The position is behind the one that is left out.
        assertThat(taken.get(0).sourceOffset()).isEqualTo(Map.of("sequence", 1L, "index", 1L));
        assertThat(metrics.getRecordsSkipped()).isEqualTo(2);
        assertThat(metrics.getDuplicatesDropped()).isZero();
        taken.forEach(WriterDrainTest::confirm);
        drain.finish();
        assertThat(sequences()).isEmpty();
    }

    @Test
    void leavesOutWhatTheProducerGaveUp() {
        put(1, 0, "a");
        put(2, 1, "given up");
        put(3, 1, "b");
        WriterDrain drain = drain(SpoolPosition.START, false);
        List<SourceRecord> taken = take(drain, Set.of());
        assertThat(values(taken)).containsExactly("a", "b");
        taken.forEach(WriterDrainTest::confirm);
        drain.finish();
        assertThat(sequences()).isEmpty();
        // One that appears late is deleted, too.
        put(2, 1, "given up");
        update(drain);
        assertThat(drain.peek(100)).isEmpty();
        drain.finish();
        assertThat(sequences()).isEmpty();
    }

    @Test
    void refusesACorruptObjectBehindGoodOnesAndGoesOnIfItMay() throws IOException {
        put(1, 0, "a");
        SpoolKey corrupt = put(2, 1, "b");
        put(3, 2, "c");
        Path file = folder.resolve(SpoolStore.nameOf(corrupt));
        byte[] bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);

        WriterDrain failing = drain(SpoolPosition.START, false);
        assertThat(values(take(failing, Set.of()))).containsExactly("a");
        assertThatThrownBy(() -> failing.peek(100))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining(SpoolStore.nameOf(corrupt))
                .hasMessageContaining("on.corrupt=skip");
        assertThat(sequences()).containsExactly(1L, 2L, 3L);

        WriterDrain skipping = drain(SpoolPosition.START, true);
        assertThat(values(take(skipping, Set.of()))).containsExactly("a");
        assertThat(skipping.peek(100)).isEmpty();
        update(skipping);
        assertThat(values(take(skipping, Set.of()))).containsExactly("c");
        assertThat(metrics.getRefusedObjects()).isOne();
        assertThat(store.list().refused()).singleElement().satisfies(entry -> assertThat(entry.key())
                .isEqualTo(corrupt));
    }

    @Test
    void doesNotMissAnObjectThatAFormerTaskHasPutAside() throws IOException {
        SpoolKey corrupt = put(1, 0, "a");
        Files.writeString(folder.resolve(SpoolStore.nameOf(corrupt)), "corrupt");
        WriterDrain skipping = drain(SpoolPosition.START, true);
        assertThat(skipping.peek(100)).isEmpty();
        skipping.finish();
        assertThat(store.readRecovered(WRITER).join()).isOne();
        put(2, 1, "b");
        assertThat(values(take(drain(SpoolPosition.START, false), Set.of()))).containsExactly("b");
    }

    @Test
    void refusesAHoleAndASecondObjectOfASequence() {
        put(3, 2, "c");
        assertThatThrownBy(() -> drain(SpoolPosition.START, false).peek(100))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Expected object 2 of " + WRITER + " before 3");
        assertThat(values(take(drain(SpoolPosition.after(2), false), Set.of()))).containsExactly("c");
        assertThat(values(take(drain(SpoolPosition.START, true), Set.of()))).containsExactly("c");
        put(1, 0, "a");
        WriterDrain drain = drain(SpoolPosition.START, false);
        assertThat(values(take(drain, Set.of())))
                .as("what is in front of the hole")
                .containsExactly("a");
        assertThatThrownBy(() -> drain.peek(100)).hasMessageContaining("Expected object 2 of " + WRITER + " before 3");
        put(3, 2, "another");
        assertThatThrownBy(() -> drain(SpoolPosition.after(2), false).peek(100))
                .hasMessageContaining("has its sequence, too");
    }

    @Test
    void returnsWholeObjectsUpToANumberOfRecords() {
        for (int i = 1; i <= 70; i++) {
            put(i, i - 1, "v" + i);
        }
        WriterDrain drain = drain(SpoolPosition.START, false);
        assertThat(drain.peek(10)).hasSize(10);
        // One less than are read at once: the next one could give the last one up.
        assertThat(drain.peek(1000)).hasSize(63);
        List<String> all = new ArrayList<>(values(take(drain, Set.of())));
        all.addAll(values(take(drain, Set.of())));
        assertThat(all).hasSize(70).endsWith("v69", "v70");
    }

    @Test
    void readsOnlyTheFirstObjectsUntilTheyMayBeSentAndTheOthersWithinTheBudget() {
        String large = "x".repeat((int) BUDGET / 30);
        for (int i = 1; i <= 30; i++) {
            // Small in the store, where it is compressed; key, value and id are a tenth of the budget.
            put(i, i - 1, i + large);
        }
        WriterDrain drain = drain(SpoolPosition.START, false);
        assertThat(drain.peek(1)).hasSize(1);
        long two = BUDGET - budget.left();
        assertThat(two).isBetween(BUDGET / 5, BUDGET / 4);
        assertThat(drain.peek(1000)).hasSizeBetween(7, 10);
        drain.drop();
        assertThat(budget.left()).isEqualTo(BUDGET);

        List<String> values = new ArrayList<>();
        while (values.size() < 30) {
            List<SourceRecord> taken = take(drain, Set.of());
            // The batch counts until it is committed; nothing else is held for more than one object.
            assertThat(taken).hasSizeBetween(1, 10);
            taken.forEach(record -> values.add(text(record)));
            budget.beginBatch();
        }
        assertThat(values.get(29)).startsWith("30x");
        assertThat(budget.left()).isEqualTo(BUDGET);
    }

    @Test
    void readsBehindObjectsThatWereGivenUpEvenWithoutABudget() {
        for (int i = 1; i <= 70; i++) {
            put(i, 0, "v" + i);
        }
        budget.add(BUDGET);
        assertThat(values(take(drain(SpoolPosition.START, false), Set.of()))).containsExactly("v70");
    }

    @Test
    void readsAnObjectThatWaitsAgain() {
        put(1, 0, "a");
        WriterDrain drain = drain(SpoolPosition.START, false);
        assertThat(drain.deferredSince()).isEmpty();
        drain.defer(drain.peek(1).get(0));
        assertThat(budget.left()).isEqualTo(BUDGET);
        assertThat(drain.deferredSince()).hasValue(0);
        assertThat(values(take(drain, Set.of()))).containsExactly("a");
        assertThat(drain.deferredSince()).isEmpty();
    }

    @Test
    void checksPositionsThatAreSet() {
        Map<String, Object> partition = Map.of("spool", "s3://b", "writer", "w", "incarnation", WRITER.id());
        SpoolPosition.requireValid("s3://b", Map.of(partition, Map.of("sequence", 3, "index", 0L)));
        assertRefused(Map.of("spool", "s3://b"), Map.of(), "expected the fields [incarnation, spool, writer]");
        assertRefused(Map.of("spool", "s3://c", "writer", "w", "incarnation", WRITER.id()), Map.of(), "found s3://c");
        assertRefused(Map.of("spool", "s3://b", "writer", "w", "incarnation", "x"), Map.of(), "32 hexadecimal");
        assertRefused(partition, Map.of("sequence", 3), "expected the fields [index, sequence]");
        assertRefused(partition, Map.of("sequence", -1, "index", 0), "from 0 on as sequence, found -1");
        assertRefused(partition, Map.of("sequence", 1, "index", "0"), "as index, found 0");
    }

    private static void assertRefused(Map<String, ?> partition, Map<String, ?> offset, String reason) {
        assertThatThrownBy(() -> SpoolPosition.requireValid("s3://b", Map.of(partition, offset)))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("The offsets were not changed")
                .hasMessageContaining(reason);
    }

    @Test
    void countsSlowAnswersFailuresAndPausesAsInterruptions() {
        AtomicLong now = new AtomicLong();
        BrokerWatch watch = new BrokerWatch(now::get);
        Duration delay = Duration.ofSeconds(10);
        advance(now, watch, 10);
        assertThat(watch.hasAnsweredFor(delay, 0)).isTrue();
        assertThat(watch.hasAnsweredFor(delay, seconds(1))).isFalse();
        assertThatThrownBy(() -> watch.ask(() -> {
                    throw new TimeoutException("away");
                }))
                .isInstanceOf(TimeoutException.class);
        assertThat(watch.hasAnsweredFor(delay, 0)).isFalse();
        advance(now, watch, 10);
        assertThat(watch.hasAnsweredFor(delay, 0)).isTrue();
        watch.ask(() -> now.addAndGet(seconds(3)));
        assertThat(watch.hasAnsweredFor(delay, 0)).isFalse();
        advance(now, watch, 10);
        now.addAndGet(seconds(5));
        watch.ask(() -> true);
        assertThat(watch.hasAnsweredFor(delay, 0)).isFalse();
    }

    private static void advance(AtomicLong now, BrokerWatch watch, int seconds) {
        for (int i = 0; i < seconds; i++) {
            now.addAndGet(seconds(1));
            watch.ask(() -> true);
        }
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    private WriterDrain drain(SpoolPosition position, boolean skips) {
        WriterDrain drain = new WriterDrain(
                WRITER,
                new WriterDrain.Shared(store, new SpoolRecords("s"), metrics, budget, skips, skippedIds),
                position);
        update(drain);
        return drain;
    }

    private void update(WriterDrain drain) {
        SpoolListing.Waiting waiting = store.list().incarnations().get(WRITER);
        drain.update(waiting == null ? new SpoolListing.Waiting(List.of(), null, false) : waiting, 0);
    }

    private static void confirm(SourceRecord record) {
        ((RecoveredRecord) record).confirm();
    }

    private static List<SourceRecord> take(WriterDrain drain, Set<SpooledRecord> written) {
        return drain.take(drain.peek(1000), written);
    }

    private List<Long> sequences() {
        SpoolListing.Waiting waiting = store.list().incarnations().get(WRITER);
        return waiting == null
                ? List.of()
                : waiting.objects().stream()
                        .map(entry -> entry.key().sequence())
                        .toList();
    }

    private static List<String> values(List<SourceRecord> records) {
        return records.stream().map(WriterDrainTest::text).toList();
    }

    private static String text(SourceRecord record) {
        return new String((byte[]) record.value(), UTF_8);
    }

    private SpoolKey put(long sequence, long previous, String... values) {
        List<SpooledRecord> records = new ArrayList<>();
        for (String value : values) {
            records.add(new SpooledRecord(
                    false,
                    "t",
                    null,
                    7,
                    7,
                    -1,
                    "id-" + value,
                    value.getBytes(UTF_8),
                    value.getBytes(UTF_8),
                    List.of(
                            new SpooledHeader("h", new byte[] {1}),
                            new SpooledHeader("ce_id", ("id-" + value).getBytes(UTF_8)),
                            new SpooledHeader("h", null))));
        }
        byte[] bytes = SpoolFormat.write(new SpoolObject(WRITER, sequence, previous, 1, "ce_id", records));
        SpoolKey key = SpoolKey.of(WRITER, sequence, bytes);
        Path file = folder.resolve(SpoolStore.nameOf(key));
        try {
            // Unlike the store, without waiting for the disk.
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return key;
    }
}
