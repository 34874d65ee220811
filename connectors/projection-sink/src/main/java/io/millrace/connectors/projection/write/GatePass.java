package io.millrace.connectors.projection.write;

import io.millrace.changes.RecordPlace;
import io.millrace.connectors.projection.ledger.HeldRecord;
import io.millrace.connectors.projection.ledger.KeyHash;
import io.millrace.connectors.projection.ledger.RecordOrigin;
import io.millrace.connectors.projection.ledger.RetryTopic;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the gate decides about one batch in one transaction: which records are written, which go behind others, and which rows are added
 * and deleted. Records of one key are asked for in their order.
 */
final class GatePass {
    private final KeyGate gate;
    private final Connection connection;
    private final KeyHash hash = new KeyHash();
    private final IdentityHashMap<SinkRecord, String> keys = new IdentityHashMap<>();

    /** The rows of records of the batch that come back. */
    private final Map<RecordOrigin, HeldRecord> retried = new HashMap<>();
    /** The rows of the keys in the batch that are closed, without those of records that are being written. */
    private final Map<String, Deque<HeldRecord>> waiting = new HashMap<>();
    /** Keys of which a record of this batch was refused that did not come back; where the first one is. */
    private final Map<String, RecordOrigin> refused = new HashMap<>();

    /** Keys of which a record that came back was refused before the records were selected; where it is. */
    private final Map<String, RecordOrigin> failed = new HashMap<>();
    /** Keys of which the database refused a record that came back and was selected: what is asked for later is behind it. */
    private final Map<String, RecordOrigin> failedInDatabase = new HashMap<>();
    /** What becomes of records that come back: empty for those that are written. */
    private final IdentityHashMap<SinkRecord, Optional<Refusal>> decided = new IdentityHashMap<>();

    private final Set<HeldRecord> released = new LinkedHashSet<>();
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
        active = gate.hasClosedKeys()
                || batch.records().stream().anyMatch(record -> gate.isRetry(record.record()))
                || !batch.refusals().isEmpty()
                || !batch.reportedRefusals().isEmpty();
        if (!active) {
            return;
        }
        List<SinkRecord> records = new ArrayList<>();
        batch.records().forEach(record -> records.add(record.record()));
        batch.refusals().forEach(refusal -> records.add(refusal.record()));
        batch.reportedRefusals().forEach(refusal -> records.add(refusal.record()));
        Set<RecordOrigin> origins = new HashSet<>();
        for (SinkRecord record : records) {
            if (gate.isRetry(record)) {
                RetryTopic.findOrigin(record).ifPresent(origins::add);
            }
        }
        if (!origins.isEmpty()) {
            retried.putAll(gate.rows().lock(connection, origins));
        }
        Set<String> concerned = new HashSet<>();
        retried.values().forEach(held -> concerned.add(held.key()));
        for (SinkRecord record : records) {
            String key = keyOf(record);
            if (key != null && gate.isClosed(key)) {
                concerned.add(key);
            }
        }
        gate.rows().readByKey(connection, concerned).forEach((key, held) -> waiting.put(key, new ArrayDeque<>(held)));
        for (String key : concerned) {
            if (!waiting.containsKey(key)) {
                gate.open(key);
            }
        }
        batch.refusals().forEach(refusal -> addRefused(refusal.record()));
        batch.reportedRefusals().forEach(refusal -> addRefused(refusal.record()));
        decideRetries(batch);
    }

    /** The first record of a key that the batch refuses closes it for those behind it. */
    private void addRefused(SinkRecord record) {
        String key = keyOf(record);
        RecordOrigin origin = originOf(record);
        if (key != null && origin != null && !gate.isRetry(record)) {
            refused.merge(key, origin, (first, other) -> isBehind(first, other) ? other : first);
        }
    }

    /** Its topic's and key's hash; null if it has no key, or comes back and has no row. */
    private @Nullable String keyOf(SinkRecord record) {
        if (gate.isRetry(record)) {
            HeldRecord held = rowOf(record);
            return held == null ? null : held.key();
        }
        return record.key() == null
                ? null
                : keys.computeIfAbsent(record, any -> hash.hash(record.originalTopic(), record.key()));
    }

    private @Nullable HeldRecord rowOf(SinkRecord retry) {
        return RetryTopic.findOrigin(retry).map(retried::get).orElse(null);
    }

    private @Nullable RecordOrigin originOf(SinkRecord record) {
        if (gate.isRetry(record)) {
            HeldRecord held = rowOf(record);
            return held == null ? null : held.origin();
        }
        return new RecordOrigin(
                new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
                record.originalKafkaOffset());
    }

    private static boolean isBehind(RecordOrigin one, RecordOrigin other) {
        return one.partition().equals(other.partition()) && one.offset() > other.offset();
    }

    /**
     * The records of the batch that come back, in the order in which they do. Each is written if its row is the first one of its key
     * when it is its turn, is passed over if it has none, and waits otherwise.
     */
    private void decideRetries(Batch batch) {
        List<Retry> retries = new ArrayList<>();
        batch.records().forEach(record -> addRetry(record.record(), null, false, retries));
        batch.refusals().forEach(refusal -> addRetry(refusal.record(), refusal, false, retries));
        batch.reportedRefusals().forEach(refusal -> addRetry(refusal.record(), refusal, true, retries));
        retries.sort(Comparator.comparing((Retry retry) -> retry.record().originalKafkaPartition())
                .thenComparing(retry -> retry.record().originalKafkaOffset()));
        retries.forEach(this::decide);
    }

    private void addRetry(SinkRecord record, @Nullable Refusal refusal, boolean isReported, List<Retry> retries) {
        if (gate.isRetry(record)) {
            retries.add(new Retry(record, refusal, isReported));
        }
    }

    private void decide(Retry retry) {
        HeldRecord held = rowOf(retry.record());
        if (held == null || released.contains(held)) {
            return;
        }
        Refusal refusal = retry.refusal();
        if (retry.isReported()) {
            if (refusal != null && !isBehind(refusal)) {
                failed.put(held.key(), held.origin());
            }
            return;
        }
        RecordOrigin head = findHeadOf(held);
        if (head != null) {
            decided.put(retry.record(), Optional.of(describe(retry.record(), head)));
        } else if (refusal == null) {
            waiting.getOrDefault(held.key(), new ArrayDeque<>()).pollFirst();
            released.add(held);
            decided.put(retry.record(), Optional.empty());
        } else {
            failed.put(held.key(), held.origin());
            decided.put(retry.record(), Optional.of(refusal));
        }
    }

    /** The record behind which a held record has to wait; null if it is its turn. */
    private @Nullable RecordOrigin findHeadOf(HeldRecord held) {
        RecordOrigin earlier = failed.get(held.key());
        if (earlier != null) {
            return earlier;
        }
        HeldRecord first = waiting.getOrDefault(held.key(), new ArrayDeque<>()).peekFirst();
        return first == null || first.origin().equals(held.origin()) ? null : first.origin();
    }

    private static boolean isBehind(Refusal refusal) {
        return refusal.reason().details().containsKey(ErrorHeaders.BEHIND);
    }

    /**
     * The records to write.
     *
     * @param refusals takes the refusals of the batch that stand, and of the records that are held
     */
    List<ProjectedRecord> select(Batch batch, Consumer<Refusal> refusals) {
        if (!active) {
            return batch.records();
        }
        for (Refusal refusal : batch.refusals()) {
            if (!gate.isRetry(refusal.record())) {
                refusals.accept(refusal);
            }
        }
        decided.values().forEach(refusal -> refusal.ifPresent(refusals));
        List<ProjectedRecord> selected = new ArrayList<>(batch.records().size());
        for (ProjectedRecord record : batch.records()) {
            if (gate.isRetry(record.record())) {
                Optional<Refusal> decision = decided.get(record.record());
                if (decision != null && decision.isEmpty()) {
                    selected.add(record);
                }
                continue;
            }
            Optional<RecordOrigin> head = findHead(record.record());
            if (head.isPresent()) {
                refusals.accept(describe(record.record(), head.get()));
            } else {
                selected.add(record);
            }
        }
        return selected;
    }

    /** The record behind which a record has to wait; empty if there is none. */
    private Optional<RecordOrigin> findHead(SinkRecord record) {
        String key = keyOf(record);
        if (key == null) {
            return Optional.empty();
        }
        Deque<HeldRecord> rows = waiting.get(key);
        if (rows != null) {
            // Also if all of them come back in this batch: the next one will find the key open.
            HeldRecord first = rows.peekFirst();
            return Optional.of(first == null ? lastReleased(key) : first.origin());
        }
        RecordOrigin head = refused.get(key);
        return head != null && !isBehind(head, requireOrigin(record)) && !head.equals(requireOrigin(record))
                ? Optional.of(head)
                : Optional.empty();
    }

    private RecordOrigin lastReleased(String key) {
        return released.stream()
                .filter(held -> held.key().equals(key))
                .reduce((first, second) -> second)
                .orElseThrow()
                .origin();
    }

    private RecordOrigin requireOrigin(SinkRecord record) {
        RecordOrigin origin = originOf(record);
        if (origin == null) {
            throw new IllegalStateException("No row of " + RecordPlace.of(record));
        }
        return origin;
    }

    private static Refusal describe(SinkRecord record, RecordOrigin head) {
        return Refusal.of(
                record,
                "it is held behind " + head + ", which has the same key",
                Map.of(ErrorHeaders.BEHIND, String.valueOf(head)),
                null);
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
        RecordOrigin head = key == null ? null : refused.get(key);
        return head == null || isBehind(head, requireOrigin(record)) ? null : head;
    }

    /** Adds and deletes the rows, before the commit. The keys are closed from here on, whatever becomes of the commit. */
    void finish(List<Refusal> reported) throws SQLException {
        if (!active) {
            return;
        }
        List<HeldRecord> added = new ArrayList<>();
        List<HeldRecord> again = new ArrayList<>();
        for (Refusal refusal : reported) {
            SinkRecord record = refusal.record();
            String key = keyOf(record);
            RecordOrigin origin = originOf(record);
            if (key == null || origin == null) {
                continue;
            }
            HeldRecord held = new HeldRecord(origin, key, refusal.toString());
            if (!gate.isRetry(record)) {
                added.add(held);
            } else if (!isBehind(refusal)) {
                again.add(held);
            }
            gate.close(key);
        }
        gate.rows().insert(connection, added);
        gate.rows().raiseAttempts(connection, again);
        gate.rows().delete(connection, released);
        if (!added.isEmpty()) {
            gate.requireRoom(connection);
        }
    }
}
