package io.millrace.connectors.projection.write;

import io.millrace.changes.RecordPlace;
import io.millrace.connectors.projection.ledger.HeldRecord;
import io.millrace.connectors.projection.ledger.KeyHash;
import io.millrace.connectors.projection.ledger.RecordOrigin;
import io.millrace.connectors.projection.ledger.RetryTopic;
import io.millrace.events.DeadLetterHeaders;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gate decides about one batch in one transaction: which records are written, which go behind others, and which rows are added
 * and deleted. Records of one key are asked for in their order.
 */
final class GatePass {
    private static final Logger LOG = LoggerFactory.getLogger(GatePass.class);
    private static final String BEHIND = "it is held behind another record of its key";

    private final KeyGate gate;
    private final Connection connection;
    private final KeyHash hash = new KeyHash();
    private final IdentityHashMap<SinkRecord, String> keys = new IdentityHashMap<>();

    /** The next offsets of the partitions, read before the rows. */
    private final Map<TopicPartition, Long> written = new HashMap<>();
    /** The rows of records of the batch that come back. */
    private final Map<RecordOrigin, HeldRecord> retried = new HashMap<>();
    /** The rows of the keys of records that come back, without those of records that are being written. */
    private final Map<String, Deque<HeldRecord>> waiting = new HashMap<>();
    /** The first row of each closed key of the other records. */
    private final Map<String, HeldRecord> first = new HashMap<>();
    /** Keys of which a record of this batch was refused that did not come back; where the first one is. */
    private final Map<String, RecordOrigin> refused = new HashMap<>();
    /** Keys of which a record that came back was refused before the records were selected; where it is. */
    private final Map<String, RecordOrigin> failed = new HashMap<>();
    /** Keys of which the database refused a record that came back and was selected: what is asked for later is behind it. */
    private final Map<String, RecordOrigin> failedInDatabase = new HashMap<>();

    private final List<Refusal> refusedRetries = new ArrayList<>();
    private final List<SinkRecord> selectedRetries = new ArrayList<>();
    private final Set<HeldRecord> released = new LinkedHashSet<>();
    /** Closed keys that have no row any more. */
    private final Set<String> unused = new HashSet<>();
    /** Whether a record of the batch can concern the gate at all. */
    private boolean active;

    /**
     * A record that comes back.
     *
     * @param refusal null if the record can be projected
     * @param isReported whether the dead letter queue has it
     */
    private record Retry(SinkRecord record, @Nullable Refusal refusal, boolean isReported) {}

    private GatePass(KeyGate gate, Connection connection) {
        this.gate = gate;
        this.connection = connection;
    }

    static GatePass begin(KeyGate gate, Connection connection, Batch batch) throws SQLException {
        GatePass pass = new GatePass(gate, connection);
        pass.readRows(batch);
        return pass;
    }

    private void readRows(Batch batch) throws SQLException {
        List<Retry> retries = findRetries(batch);
        active = gate.hasClosedKeys()
                || !retries.isEmpty()
                || !batch.refusals().isEmpty()
                || !batch.reportedRefusals().isEmpty();
        if (!active) {
            return;
        }
        if (!retries.isEmpty()) {
            readRetried(retries);
        }
        Set<String> closed = new HashSet<>();
        batch.records().forEach(record -> addClosed(record.record(), closed));
        first.putAll(gate.rows().held().readFirst(connection, closed));
        closed.stream().filter(key -> !first.containsKey(key)).forEach(unused::add);
        batch.refusals().forEach(refusal -> addRefused(refusal.record()));
        batch.reportedRefusals().forEach(refusal -> addRefused(refusal.record()));
        retries.forEach(this::decide);
    }

    /** The records of the batch that come back, in the order in which they do. */
    private List<Retry> findRetries(Batch batch) {
        List<Retry> retries = new ArrayList<>();
        batch.records().forEach(record -> addRetry(record.record(), null, false, retries));
        batch.refusals().forEach(refusal -> addRetry(refusal.record(), refusal, false, retries));
        batch.reportedRefusals().forEach(refusal -> addRetry(refusal.record(), refusal, true, retries));
        retries.sort(Comparator.comparing((Retry retry) -> retry.record().originalKafkaPartition())
                .thenComparing(retry -> retry.record().originalKafkaOffset()));
        return retries;
    }

    private void addRetry(SinkRecord record, @Nullable Refusal refusal, boolean isReported, List<Retry> retries) {
        if (gate.isRetry(record)) {
            retries.add(new Retry(record, refusal, isReported));
        }
    }

    private void readRetried(List<Retry> retries) throws SQLException {
        Set<RecordOrigin> origins = new HashSet<>();
        retries.forEach(retry -> RetryTopic.findOrigin(retry.record()).ifPresent(origins::add));
        // First, so that a record that is past and has no row was written.
        written.putAll(gate.rows().readOffsets(connection));
        retried.putAll(gate.rows().held().lock(connection, origins));
        Set<String> ofRetries = new HashSet<>();
        retried.values().forEach(held -> ofRetries.add(held.key()));
        gate.rows()
                .held()
                .readByKey(connection, ofRetries)
                .forEach((key, rows) -> waiting.put(key, new ArrayDeque<>(rows)));
    }

    private void addClosed(SinkRecord record, Set<String> closed) {
        String key = gate.isRetry(record) ? null : keyOf(record);
        if (key != null && (gate.isClosed(key) || waiting.containsKey(key))) {
            closed.add(key);
        }
    }

    /** The first record of a key that the batch refuses closes it for those behind it. */
    private void addRefused(SinkRecord record) {
        String key = gate.isRetry(record) ? null : keyOf(record);
        if (key != null) {
            refused.merge(key, placeOf(record), (one, other) -> isBehind(one, other) ? other : one);
        }
    }

    /** The hash of the topic and the key of a record that does not come back; null if it has no key. */
    private @Nullable String keyOf(SinkRecord record) {
        return record.key() == null
                ? null
                : keys.computeIfAbsent(record, any -> hash.hash(record.originalTopic(), record.key()));
    }

    private @Nullable HeldRecord rowOf(SinkRecord retry) {
        return RetryTopic.findOrigin(retry).map(retried::get).orElse(null);
    }

    private static RecordOrigin placeOf(SinkRecord record) {
        return new RecordOrigin(
                new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
                record.originalKafkaOffset());
    }

    private static boolean isBehind(RecordOrigin one, RecordOrigin other) {
        return one.partition().equals(other.partition()) && one.offset() > other.offset();
    }

    /** Each is written if its row is the first one of its key when it is its turn, and waits if it is not. */
    private void decide(Retry retry) {
        SinkRecord record = retry.record();
        Refusal refusal = retry.refusal();
        HeldRecord held = rowOf(record);
        if (held == null) {
            if (!retry.isReported()) {
                decideWithoutRow(record);
            }
        } else if (retry.isReported()) {
            if (refusal != null && !isBehind(refusal)) {
                failed.put(held.key(), held.origin());
            }
        } else if (!hasKeyOf(record, held)) {
            refusedRetries.add(Refusal.of(
                    record,
                    "the record that is held at " + held.origin()
                            + " has another key: its topic was created again, or the header "
                            + DeadLetterHeaders.ORIGIN + " is wrong",
                    null));
        } else if (!released.contains(held)) {
            RecordOrigin head = findHeadOf(held);
            if (head != null) {
                refusedRetries.add(describe(record, head));
            } else if (record.headers().lastWithName(DeadLetterHeaders.RECORD) != null) {
                fail(
                        held,
                        Refusal.of(record, "it came back without its value, which was too large for the queue", null));
            } else if (refusal != null) {
                fail(held, refusal);
            } else {
                waiting.getOrDefault(held.key(), new ArrayDeque<>()).pollFirst();
                released.add(held);
                selectedRetries.add(record);
            }
        }
    }

    /** A record of a topic that was deleted and created again may have the place of another one. */
    private boolean hasKeyOf(SinkRecord record, HeldRecord held) {
        String key = record.key() == null
                ? hash.hash(held.origin())
                : hash.hash(held.origin().partition().topic(), record.key());
        return key.equals(held.key());
    }

    private void fail(HeldRecord held, Refusal refusal) {
        failed.put(held.key(), held.origin());
        refusedRetries.add(refusal);
    }

    private void decideWithoutRow(SinkRecord record) {
        RecordOrigin origin = RetryTopic.findOrigin(record).orElse(null);
        if (origin == null) {
            refusedRetries.add(Refusal.of(
                    record,
                    "it has no header " + DeadLetterHeaders.ORIGIN + " of the form TOPIC-PARTITION@OFFSET",
                    null));
        } else if (written.getOrDefault(origin.partition(), 0L) <= origin.offset()) {
            // Its batch is not committed yet, and will add the row.
            refusedRetries.add(Refusal.of(
                    record, "it came back before the sink had committed " + origin + "; bring it back later", null));
        } else {
            LOG.info(
                    "{} is skipped: {} has no row in {}, because it took effect or was never held",
                    RecordPlace.of(record),
                    origin,
                    gate.rows().held());
        }
    }

    /** The record behind which a held record has to wait; null if it is its turn. */
    private @Nullable RecordOrigin findHeadOf(HeldRecord held) {
        RecordOrigin earlier = failed.get(held.key());
        if (earlier != null && !earlier.equals(held.origin())) {
            return earlier;
        }
        HeldRecord head = waiting.getOrDefault(held.key(), new ArrayDeque<>()).peekFirst();
        return head == null || head.origin().equals(held.origin()) ? null : head.origin();
    }

    private static boolean isBehind(Refusal refusal) {
        return refusal.reason().details().containsKey(DeadLetterHeaders.BEHIND);
    }

    private static Refusal describe(SinkRecord record, RecordOrigin head) {
        return Refusal.of(
                record,
                "it is held behind " + head + ", which has the same key",
                Map.of(DeadLetterHeaders.BEHIND, head.toString()),
                null);
    }

    /**
     * The records to write: first those that come back, in their order.
     *
     * @param refusals takes the refusals of the batch that stand, and of the records that are held
     */
    List<ProjectedRecord> select(Batch batch, Consumer<Refusal> refusals) {
        if (!active) {
            return batch.records();
        }
        batch.refusals().stream()
                .filter(refusal -> !gate.isRetry(refusal.record()))
                .forEach(refusals);
        refusedRetries.forEach(refusals);
        IdentityHashMap<SinkRecord, ProjectedRecord> retries = new IdentityHashMap<>();
        List<ProjectedRecord> others = new ArrayList<>(batch.records().size());
        for (ProjectedRecord record : batch.records()) {
            if (gate.isRetry(record.record())) {
                retries.put(record.record(), record);
                continue;
            }
            RecordOrigin head = findHead(record.record());
            if (head == null) {
                others.add(record);
            } else {
                refusals.accept(describe(record.record(), head));
            }
        }
        List<ProjectedRecord> selected = new ArrayList<>();
        selectedRetries.forEach(record -> {
            ProjectedRecord projected = retries.get(record);
            if (projected != null) {
                selected.add(projected);
            }
        });
        selected.addAll(others);
        return selected;
    }

    /** The record behind which a record has to wait that does not come back; null if there is none. */
    private @Nullable RecordOrigin findHead(SinkRecord record) {
        String key = keyOf(record);
        if (key == null) {
            return null;
        }
        // Also if all of them come back in this batch: the next one will find the key open.
        HeldRecord head = first.get(key);
        return head != null ? head.origin() : findRefusedBefore(record, key);
    }

    private @Nullable RecordOrigin findRefusedBefore(SinkRecord record, String key) {
        RecordOrigin head = refused.get(key);
        RecordOrigin place = placeOf(record);
        return head == null || head.equals(place) || isBehind(head, place) ? null : head;
    }

    /** The database has refused a record that was selected: what comes behind it with its key is not written. */
    void refuse(SinkRecord record) {
        active = true;
        HeldRecord held = gate.isRetry(record) ? rowOf(record) : null;
        if (held == null) {
            addRefused(record);
        } else {
            released.remove(held);
            failedInDatabase.put(held.key(), held.origin());
        }
    }

    /** The records of a part that are still to be written, after records before it were refused. */
    List<ProjectedRecord> selectAgain(List<ProjectedRecord> part, Consumer<Refusal> behind) {
        if (refused.isEmpty() && failedInDatabase.isEmpty()) {
            return part;
        }
        List<ProjectedRecord> selected = new ArrayList<>(part.size());
        for (ProjectedRecord record : part) {
            RecordOrigin head = findRefusedBefore(record.record());
            if (head == null) {
                selected.add(record);
            } else {
                behind.accept(describe(record.record(), head));
            }
        }
        return selected;
    }

    private @Nullable RecordOrigin findRefusedBefore(SinkRecord record) {
        if (gate.isRetry(record)) {
            HeldRecord held = rowOf(record);
            RecordOrigin head = held == null ? null : failedInDatabase.get(held.key());
            if (head != null) {
                released.remove(held);
            }
            return head;
        }
        String key = keyOf(record);
        return key == null ? null : findRefusedBefore(record, key);
    }

    /**
     * Requires room for the rows of refused records, before the dead letter queue gets them. Those that come back have their rows.
     *
     * @param reported what the queue has of the batch already
     * @param more what it is about to get
     */
    void requireRoom(List<Refusal> reported, List<Refusal> more) throws SQLException {
        long rows = Stream.concat(reported.stream(), more.stream())
                .filter(refusal -> !gate.isRetry(refusal.record()))
                .count();
        if (rows > 0) {
            gate.requireRoom(connection, rows);
        }
    }

    /**
     * Opens the keys that have no row. After the commit: if a server that took over has lost the transaction that had deleted the rows, it has
     * lost this one too.
     */
    void openKeys() {
        unused.stream().filter(key -> !refused.containsKey(key)).forEach(gate::open);
    }

    /** Adds and deletes the rows, before the commit. The keys are closed from here on, whatever becomes of the commit. */
    void finish(List<Refusal> reported) throws SQLException {
        if (!active) {
            return;
        }
        Map<RecordOrigin, HeldRecord> added = new LinkedHashMap<>();
        Map<RecordOrigin, HeldRecord> again = new LinkedHashMap<>();
        for (Refusal refusal : reported) {
            SinkRecord record = refusal.record();
            if (!gate.isRetry(record)) {
                HeldRecord held = hold(record, refusal);
                added.put(held.origin(), held);
                gate.close(held.key());
                continue;
            }
            HeldRecord held = rowOf(record);
            if (held != null && !isBehind(refusal)) {
                again.put(held.origin(), new HeldRecord(held.origin(), held.key(), reasonOf(refusal)));
            }
        }
        gate.rows().held().insert(connection, added.values());
        gate.rows().held().raiseAttempts(connection, again.values());
        gate.rows().held().delete(connection, released);
    }

    private HeldRecord hold(SinkRecord record, Refusal refusal) {
        RecordOrigin place = placeOf(record);
        String key = keyOf(record);
        return new HeldRecord(place, key == null ? hash.hash(place) : key, reasonOf(refusal));
    }

    /** Without the record's place, so that equal reasons are equal texts. */
    private static String reasonOf(Refusal refusal) {
        if (isBehind(refusal)) {
            return BEHIND;
        }
        String place = RecordPlace.of(refusal.record()) + ": ";
        String reason = refusal.toString();
        return reason.startsWith(place) ? reason.substring(place.length()) : reason;
    }
}
