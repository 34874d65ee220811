package io.millrace.connectors.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.config.Payloads;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolFormat;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recovery of several producers, of which one cannot be recovered now. */
class SpoolRecoveryTest {
    private static final Incarnation FIRST = new Incarnation("a", "0".repeat(32));
    private static final Incarnation SECOND = new Incarnation("b", "0".repeat(32));

    @TempDir
    private Path folder;

    /** What each look at the clock takes: longer than every pause. */
    private Duration step = Duration.ofMinutes(1);

    private final FakeBrokers brokers = new FakeBrokers();
    private HangingObjects objects;
    private SpoolStore store;
    private SpoolRecovery recovery;

    @BeforeEach
    void openStore() {
        String location = "file:" + folder;
        objects = new HangingObjects(Payloads.openNamed(Map.of("spool.store", location), "spool.store", location));
        store = new SpoolStore(objects);
        AtomicLong nanos = new AtomicLong();
        recovery = new SpoolRecovery(
                new SpoolRecovery.Settings(0, 1, 100, LogVerification.LOG, Duration.ZERO, false, Set.of()),
                store,
                new SpoolRecords("s"),
                brokers,
                new SpoolSourceMetrics("recovery", "0"),
                partition -> SpoolPosition.START,
                () -> nanos.addAndGet(step.toNanos()));
    }

    @AfterEach
    void close() {
        objects.hangs = false;
        recovery.close();
    }

    /** Objects in a store that may hang when it writes. */
    private static final class HangingObjects implements NamedObjects {
        private final NamedObjects objects;
        private volatile boolean hangs;
        private final List<String> read = new CopyOnWriteArrayList<>();

        HangingObjects(NamedObjects objects) {
            this.objects = objects;
        }

        @Override
        public CompletableFuture<Void> put(String name, byte[] content) {
            return hangs ? new CompletableFuture<>() : objects.put(name, content);
        }

        @Override
        public CompletableFuture<byte[]> get(String name, int maxBytes) {
            read.add(name);
            return objects.get(name, maxBytes);
        }

        @Override
        public List<Entry> list(String prefix) {
            return objects.list(prefix);
        }

        @Override
        public void delete(Collection<String> names) {
            objects.delete(names);
        }

        @Override
        public String toString() {
            return objects.toString();
        }

        @Override
        public void close() {
            objects.close();
        }
    }

    @Test
    void sendsWhatOneProducerHasSpooledIfTheLogOfAnotherOneCannotBeRead() throws Exception {
        put(FIRST, 1, "present");
        put(SECOND, 1, "present");
        brokers.unread.add(SECOND.writer());
        assertThat(commit(recovery.next())).containsExactly("a1");
        assertThat(recovery.next()).isEmpty();
        assertThat(brokers.probed).as("asked while something waits").isTrue();
        brokers.unread.clear();
        assertThat(commit(recovery.next())).containsExactly("b1");
        assertThat(recovery.next()).isEmpty();
        assertThat(brokers.probed).isFalse();
        assertThat(store.list().incarnations().values())
                .allSatisfy(waiting -> assertThat(waiting.objects()).isEmpty());
        assertThat(store.readRecovered(FIRST).join()).isOne();
        assertThat(store.readRecovered(SECOND).join()).isOne();
    }

    @Test
    void sendsWhatComesBehindAProducerWhoseLogCannotBeRead() throws Exception {
        put(FIRST, 1, "present");
        put(SECOND, 1, "present");
        brokers.unread.add(FIRST.writer());
        step = Duration.ofSeconds(2);
        assertThat(commit(recovery.next())).containsExactly("b1");
        assertThat(recovery.next()).isEmpty();
        brokers.unread.clear();
        assertThat(commit(recovery.next())).containsExactly("a1");
    }

    @Test
    void recoversWhatIsInFrontOfAMissingTopicAndFailsThere() throws Exception {
        put(FIRST, 1, "present");
        put(FIRST, 2, "absent");
        put(FIRST, 3, "present");
        assertThat(commit(recovery.next())).containsExactly("a1");
        assertThatThrownBy(recovery::next)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("object 2 of " + FIRST + ": 1 records: expected the topic absent");
        assertThat(store.readRecovered(FIRST).join()).isOne();
        brokers.partitions.put("absent", 1);
        assertThat(commit(recovery.next())).containsExactly("a2", "a3");
    }

    @Test
    void readsTheNextObjectsWhileABatchIsSent() throws Exception {
        for (int sequence = 1; sequence <= 150; sequence++) {
            put(FIRST, sequence, "present");
        }
        List<SourceRecord> batch = recovery.next();
        assertThat(batch).hasSize(63);
        // Eight objects are read ahead of those that were returned, or a few more that were read with them.
        assertThat(objects.read).filteredOn(name -> name.endsWith(".spool")).hasSizeBetween(63 + 8, 64 + 8 + 8);
        List<String> all = new ArrayList<>(commit(batch));
        while (all.size() < 150) {
            all.addAll(commit(recovery.next()));
        }
        assertThat(all).startsWith("a1", "a2").endsWith("a149", "a150");
        assertThat(objects.read)
                .filteredOn(name -> name.endsWith(".spool"))
                .as("none is read twice")
                .doesNotHaveDuplicates();
    }

    @Test
    void keepsTheMarkerOfAProducerThatWasNotClosed() throws Exception {
        store.putRecovered(FIRST, 1).join();
        store.putRecovered(SECOND, 1).join();
        store.putClosed(SECOND).join();
        Path marker = folder.resolve("v1/" + FIRST + "/recovered");
        Files.setLastModifiedTime(marker, FileTime.from(Instant.now().minus(Duration.ofDays(30))));
        assertThat(recovery.next()).isEmpty();
        assertThat(store.list().incarnations().keySet()).containsExactly(FIRST);
        // Its records had all been in Kafka, so that no position was committed.
        put(FIRST, 2, "present");
        assertThat(commit(recovery.next())).containsExactly("a2");
    }

    @Test
    void marksWhatIsCommittedWhenTheTaskEnds() throws Exception {
        put(FIRST, 1, "present");
        put(SECOND, 1, "present");
        List<SourceRecord> batch = recovery.next();
        recovery.confirm(batch.get(0));
        recovery.close();
        try (SpoolStore after = SpoolStore.open(Map.of("spool.store", "file:" + folder))) {
            assertThat(after.readRecovered(FIRST).join()).isOne();
            assertThat(after.readRecovered(SECOND).join()).isZero();
            assertThat(after.list().incarnations().get(SECOND).objects()).hasSize(1);
        }
    }

    @Test
    void endsAlthoughTheStoreDoesNotRespond() throws Exception {
        put(FIRST, 1, "present");
        commit(recovery.next());
        objects.hangs = true;
        assertTimeoutPreemptively(Duration.ofSeconds(30), recovery::close);
        assertThat(folder.resolve("v1/" + FIRST + "/recovered")).doesNotExist();
    }

    private List<String> commit(List<SourceRecord> records) {
        records.forEach(recovery::confirm);
        return records.stream()
                .map(record -> new String((byte[]) record.value(), UTF_8))
                .toList();
    }

    /** Stores an object with one record, which may be in Kafka already. */
    private void put(Incarnation incarnation, long sequence, String topic) {
        String value = incarnation.writer() + sequence;
        SpooledRecord record = new SpooledRecord(
                true, topic, 0, 1, 1, SpooledRecord.NO_FLOOR, value, null, value.getBytes(UTF_8), List.of());
        byte[] bytes =
                SpoolFormat.write(new SpoolObject(incarnation, sequence, sequence - 1, 1, "ce_id", List.of(record)));
        store.put(SpoolKey.of(incarnation, sequence, bytes), bytes).join();
    }

    /** Brokers with empty logs. */
    private static final class FakeBrokers implements BrokerQueries {
        private final Map<String, Integer> partitions = new HashMap<>(Map.of("present", 1));
        /** The producers whose records cannot be looked up. */
        private final Set<String> unread = new HashSet<>();

        private boolean probed;

        @Override
        public void requireAnswer() {
            probed = true;
        }

        @Override
        public void pause() {
            probed = false;
        }

        @Override
        public boolean haveAnsweredFor(Duration duration, long sinceNanos) {
            return true;
        }

        @Override
        public Map<String, Integer> countPartitions(Collection<String> topics) {
            Map<String, Integer> found = new HashMap<>(partitions);
            found.keySet().retainAll(topics);
            return found;
        }

        @Override
        public Set<SpooledRecord> findWritten(List<AmbiguityCheck.Candidate> candidates) {
            for (AmbiguityCheck.Candidate candidate : candidates) {
                if (unread.contains(candidate.record().eventId().substring(0, 1))) {
                    throw new TimeoutException("A transaction is open");
                }
            }
            return Set.of();
        }

        @Override
        public void stop() {
            // Nothing waits.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
