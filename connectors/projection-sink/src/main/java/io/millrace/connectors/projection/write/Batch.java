package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.Offsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The records of calls of {@code put} that the ledger does not cover: records with their changes, records that cannot be
 * projected, and how far each partition moves. Records are identified by their original topic, partition and offset, which
 * transforms cannot have changed. A partition's offsets have gaps, so that only their order counts.
 */
public final class Batch {
    private final List<ProjectedRecord> records = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    private final Map<TopicPartition, Offsets.Move> moves = new HashMap<>();

    private int size;
    private long bytes;
    private long rowChanges;
    private int duplicates;
    private int reported;

    private Batch() {}

    /** Projects the records that the claims do not cover yet. */
    public static Batch of(
            Collection<SinkRecord> records, Map<TopicPartition, Claim> claims, List<Projection> projections) {
        Batch batch = new Batch();
        RecordScope scope = new RecordScope();
        @Nullable Run run = null;
        for (SinkRecord record : records) {
            if (run == null || !run.holds(record)) {
                if (run != null) {
                    run.end(batch.moves);
                }
                run = Run.begin(record, claims, batch.moves);
            }
            if (record.originalKafkaOffset() >= run.nextOffset) {
                run.nextOffset = record.originalKafkaOffset() + 1;
                batch.size++;
                batch.projectRecord(scope.of(record), projections);
            } else {
                batch.duplicates++;
            }
        }
        if (run != null) {
            run.end(batch.moves);
        }
        return batch;
    }

    private void projectRecord(RecordScope scope, List<Projection> projections) {
        List<RowChange<?>> changes = new ArrayList<>(projections.size());
        try {
            for (Projection projection : projections) {
                projection.project(scope, changes::add);
            }
        } catch (DataException e) {
            refusals.add(Refusal.of(scope.record(), String.valueOf(e.getMessage()), e));
            return;
        }
        if (!changes.isEmpty()) {
            records.add(new ProjectedRecord(scope.record(), changes));
            for (RowChange<?> change : changes) {
                bytes += change.bytes();
                rowChanges += change.rows();
            }
        }
    }

    /** Adds what comes behind this batch. */
    void append(Batch next) {
        records.addAll(next.records);
        refusals.addAll(next.refusals);
        next.moves.forEach((partition, move) ->
                moves.merge(partition, move, (first, last) -> new Offsets.Move(first.from(), last.nextOffset())));
        size += next.size;
        bytes += next.bytes;
        rowChanges += next.rowChanges;
        duplicates += next.duplicates;
    }

    /** How many records there are beyond the claims, those included that no projection is about. */
    public int size() {
        return size;
    }

    /** How many records came besides, which the claims cover. */
    public int duplicates() {
        return duplicates;
    }

    /** How many rows are written or deleted, as far as that is known before they are. */
    long rowChanges() {
        return rowChanges;
    }

    /** About how many bytes the rows have. */
    long bytes() {
        return bytes;
    }

    /** In the order of their offsets within a partition. */
    List<ProjectedRecord> records() {
        return records;
    }

    /** Records that cannot be projected, without those that the dead letter queue has. */
    List<Refusal> refusals() {
        return refusals;
    }

    /** Leaves out records that the dead letter queue has, the unprojected ones among them. */
    void markReported(List<Refusal> inQueue) {
        Set<SinkRecord> left = Collections.newSetFromMap(new IdentityHashMap<>());
        inQueue.forEach(refusal -> left.add(refusal.record()));
        records.removeIf(record -> left.contains(record.record()));
        refusals.removeIf(refusal -> left.contains(refusal.record()));
        reported += inQueue.size();
    }

    /** How many records the dead letter queue has. */
    int reported() {
        return reported;
    }

    /** The partitions' steps. */
    public Collection<Offsets.Move> moves() {
        return moves.values();
    }

    /** Whether all of it was written before. */
    public boolean isEmpty() {
        return moves.isEmpty();
    }

    /** Neighbouring records of one partition; a batch comes partition by partition, so the map is asked once for each. */
    private static final class Run {
        private final String topic;
        private final int partition;
        private final Claim claim;
        private long nextOffset;

        private Run(String topic, int partition, Claim claim, long nextOffset) {
            this.topic = topic;
            this.partition = partition;
            this.claim = claim;
            this.nextOffset = nextOffset;
        }

        private static Run begin(
                SinkRecord record, Map<TopicPartition, Claim> claims, Map<TopicPartition, Offsets.Move> moves) {
            String topic = record.originalTopic();
            int partition = record.originalKafkaPartition();
            TopicPartition key = new TopicPartition(topic, partition);
            Claim claim = claims.get(key);
            if (claim == null) {
                throw new ConnectException("A record of " + key + " was delivered, a partition that was never opened");
            }
            Offsets.Move move = moves.get(key);
            return new Run(topic, partition, claim, move == null ? claim.nextOffset() : move.nextOffset());
        }

        private boolean holds(SinkRecord record) {
            return record.originalKafkaPartition() == partition
                    && record.originalTopic().equals(topic);
        }

        private void end(Map<TopicPartition, Offsets.Move> moves) {
            if (nextOffset > claim.nextOffset()) {
                moves.put(claim.partition(), new Offsets.Move(claim, nextOffset));
            }
        }
    }
}
