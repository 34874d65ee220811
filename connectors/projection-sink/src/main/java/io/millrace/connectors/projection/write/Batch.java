package io.millrace.connectors.projection.write;

import io.millrace.changes.RecordPlace;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.ledger.RetryTopic;
import io.millrace.lookups.LookupUnavailableException;
import io.millrace.payloads.connect.RestoredFields;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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
    private final Optional<RetryTopic> retries;
    private final List<ProjectedRecord> records = new ArrayList<>();
    private final List<Refusal> refusals = new ArrayList<>();
    /** In the order of their places among the records, where each has no changes yet. */
    private final Queue<Unrestored> unrestored = new ArrayDeque<>();
    /** Among the records, until all payloads are read. */
    private final Set<SinkRecord> unprojected = Collections.newSetFromMap(new IdentityHashMap<>());

    private final Map<TopicPartition, Offsets.Move> moves = new HashMap<>();

    private int size;
    private long bytes;
    private long rowChanges;
    private int taken;
    private final List<Refusal> reported = new ArrayList<>();

    /**
     * A record whose payloads have to be read before it can be projected.
     *
     * @param index its place among the records
     */
    private record Unrestored(int index, SinkRecord record, List<Projection> projections) {
        private Unrestored movedBy(int records) {
            return new Unrestored(index + records, record, projections);
        }

        /** Never the payload. */
        @Override
        public String toString() {
            return RecordPlace.of(record) + " with references";
        }
    }

    private Batch(Optional<RetryTopic> retries) {
        this.retries = retries;
    }

    /**
     * Moves alone, past records that never came.
     *
     * @param retries as in {@link #of}, for what is added to the batch
     */
    public static Batch ofMoves(Collection<Offsets.Move> moves, Optional<RetryTopic> retries) {
        Batch batch = new Batch(retries);
        moves.forEach(move -> batch.moves.put(move.from().partition(), move));
        return batch;
    }

    /** As {@link #of(Iterator, Map, List, BatchLimits, Optional, Optional)}, of records that refer to no payloads. */
    public static Batch of(
            Iterator<SinkRecord> records,
            Map<TopicPartition, Claim> claims,
            List<Projection> projections,
            BatchLimits limits) {
        return of(records, claims, projections, limits, Optional.empty(), Optional.empty());
    }

    /**
     * Takes records until one of the limits is reached, and projects those for which no payload has to be read. Records of
     * partitions that are not claimed are passed over: their owner reads them.
     *
     * @param records where records are taken from; what is left there belongs to a later batch
     * @param payloads the payloads that records refer to; empty if references are not restored
     * @param retries the topic by which refused records come back; projections see these as they were when they were refused
     * @throws ConnectException if a record is before its partition's claim
     */
    public static Batch of(
            Iterator<SinkRecord> records,
            Map<TopicPartition, Claim> claims,
            List<Projection> projections,
            BatchLimits limits,
            Optional<RecordPayloads> payloads,
            Optional<RetryTopic> retries) {
        Batch batch = new Batch(retries);
        RecordScope scope = new RecordScope();
        @Nullable Run run = null;
        while (records.hasNext() && !batch.reaches(limits)) {
            SinkRecord record = records.next();
            batch.taken++;
            if (run == null || !run.holds(record)) {
                if (run != null) {
                    run.end(batch.moves);
                }
                run = Run.begin(record, claims, batch.moves);
            }
            if (run.take(record)) {
                batch.size++;
                if (payloads.isEmpty()) {
                    batch.projectRecord(record, scope.of(batch.asRefused(record)), projections);
                } else {
                    batch.takeRecord(record, scope, projections, payloads.get());
                }
            }
        }
        if (run != null) {
            run.end(batch.moves);
        }
        return batch;
    }

    /** Projects a record that refers to no stored payload, and lets others wait with their references. */
    private void takeRecord(
            SinkRecord record, RecordScope scope, List<Projection> projections, RecordPayloads payloads) {
        try {
            long payloadBytes = payloads.bytesToRead(record);
            if (payloadBytes > 0) {
                unrestored.add(new Unrestored(records.size(), record, projections));
                records.add(new ProjectedRecord(record, List.of()));
                bytes = saturatedSum(bytes, RecordSize.of(record), payloadBytes);
                return;
            }
            SinkRecord restored = payloads.restore(record);
            // Projections are not safe for use by two threads, and the writer's thread projects restored records.
            synchronized (projections) {
                projectRecord(record, scope.of(asRefused(restored)), projections);
            }
        } catch (DataException e) {
            refuseRecord(record, e);
        }
    }

    private boolean comesBack(SinkRecord record) {
        return retries.isPresent() && retries.get().has(record);
    }

    /** A record that comes back, as it was when it was refused; every other record itself. */
    private SinkRecord asRefused(SinkRecord record) {
        return comesBack(record)
                ? RetryTopic.findOrigin(record)
                        .map(origin -> RetryTopic.restoreOrigin(record, origin))
                        .orElse(record)
                : record;
    }

    /** With a payload's own bytes, the value that is made of them, and the driver's copy. */
    private static long saturatedSum(long bytes, long recordBytes, long payloadBytes) {
        return payloadBytes > (Long.MAX_VALUE >> 3) ? Long.MAX_VALUE >> 1 : bytes + recordBytes + 3 * payloadBytes;
    }

    /**
     * Projects a record.
     *
     * @param record the record as it was consumed, which is kept
     * @param scope at the same record, its payloads restored
     */
    private void projectRecord(SinkRecord record, RecordScope scope, List<Projection> projections) {
        List<RowChange<?>> changes;
        try {
            changes = projectChanges(scope, projections);
        } catch (DataException e) {
            refuseRecord(record, e);
            return;
        }
        // A record that comes back without an effect must release its key.
        if (!changes.isEmpty() || comesBack(record)) {
            records.add(new ProjectedRecord(record, changes));
            bytes += RecordSize.of(record);
            for (RowChange<?> change : changes) {
                bytes += change.bytes();
                rowChanges += change.rows();
            }
        }
    }

    /**
     * The rows that the projections derive from a record.
     *
     * @throws DataException if the record is refused, also by an exception that no projection expects
     */
    private static List<RowChange<?>> projectChanges(RecordScope scope, List<Projection> projections) {
        List<RowChange<?>> changes = new ArrayList<>(projections.size());
        try {
            for (Projection projection : projections) {
                projection.project(scope, changes::add);
            }
        } catch (DataException | LookupUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            // Without the cause, whose message may quote a value.
            DataException refusal = new DataException(
                    "the record cannot be projected: " + e.getClass().getName());
            refusal.setStackTrace(e.getStackTrace());
            throw refusal;
        }
        return changes;
    }

    private void refuseRecord(SinkRecord record, DataException reason) {
        String place = RecordPlace.of(record) + ": ";
        String message = String.valueOf(reason.getMessage());
        refusals.add(
                Refusal.of(record, message.startsWith(place) ? message.substring(place.length()) : message, reason));
        bytes += RecordSize.of(record);
    }

    /**
     * Reads the payloads of the records that wait with references, and projects these. For the writer's thread.
     *
     * @param await waits for a record
     * @throws UnavailablePayloadsException if the store is not available; what was projected before stays
     */
    void restoreRecords(RestoredFields fields, Function<CompletableFuture<SinkRecord>, SinkRecord> await) {
        List<CompletableFuture<SinkRecord>> reads = new ArrayList<>();
        unrestored.forEach(waiting -> reads.add(fields.restore(waiting.record())));
        RecordScope scope = new RecordScope();
        for (CompletableFuture<SinkRecord> read : reads) {
            Unrestored waiting = unrestored.element();
            try {
                SinkRecord restored = await.apply(read);
                List<RowChange<?>> changes;
                synchronized (waiting.projections()) {
                    changes = projectChanges(scope.of(asRefused(restored)), waiting.projections());
                }
                records.set(waiting.index(), new ProjectedRecord(waiting.record(), changes));
                changes.forEach(change -> rowChanges += change.rows());
            } catch (DataException e) {
                refuseRecord(waiting.record(), e);
                unprojected.add(waiting.record());
            }
            unrestored.remove();
        }
        // Not before, because the others' places among the records are known.
        records.removeIf(record -> unprojected.contains(record.record()));
        unprojected.clear();
    }

    /** Adds what comes behind this batch. */
    void append(Batch next) {
        next.unrestored.forEach(waiting -> unrestored.add(waiting.movedBy(records.size())));
        records.addAll(next.records);
        refusals.addAll(next.refusals);
        next.moves.forEach((partition, move) ->
                moves.merge(partition, move, (first, last) -> new Offsets.Move(first.from(), last.nextOffset())));
        size += next.size;
        bytes += next.bytes;
        rowChanges += next.rowChanges;
    }

    /** How many records were taken, with those that were passed over. */
    public int taken() {
        return taken;
    }

    /** Whether no more records belong into the batch. */
    boolean reaches(BatchLimits limits) {
        return size >= limits.records() || rowChanges >= limits.rows() || bytes >= limits.bytes();
    }

    /** How many records there are beyond the claims, those included that no projection is about. */
    public int size() {
        return size;
    }

    /** An estimate of the rows that are written or deleted, before they are. */
    long rowChanges() {
        return rowChanges;
    }

    /** About how many bytes of heap the records and their rows keep alive. */
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
        reported.addAll(inQueue);
    }

    /** The records that the dead letter queue has. */
    List<Refusal> reportedRefusals() {
        return reported;
    }

    /** How many records the dead letter queue has. */
    int reported() {
        return reported.size();
    }

    /** The partitions' steps. */
    public Collection<Offsets.Move> moves() {
        return moves.values();
    }

    /** Whether all of it was written before. */
    public boolean isEmpty() {
        return moves.isEmpty();
    }

    /** Neighbouring records of one partition; a batch is ordered by partition, so the map is read once for each. */
    private static final class Run {
        private final String topic;
        private final int partition;
        /** Null if the partition is not claimed. */
        private final @Nullable Claim claim;

        private long nextOffset;

        private Run(String topic, int partition, @Nullable Claim claim, long nextOffset) {
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
                return new Run(topic, partition, null, 0);
            }
            Offsets.Move move = moves.get(key);
            return new Run(topic, partition, claim, move == null ? claim.nextOffset() : move.nextOffset());
        }

        /** Whether the record is to be written. */
        private boolean take(SinkRecord record) {
            if (claim == null) {
                return false;
            }
            long offset = record.originalKafkaOffset();
            if (offset < nextOffset) {
                throw new ConnectException("The record at offset " + offset + " of " + claim.partition()
                        + " was delivered, and the sink has taken the records before offset " + nextOffset
                        + ": the topic was created again, truncated or restored. Stop the connector. To read the topic"
                        + " from its first record, reset the connector's offsets (DELETE /connectors/NAME/offsets); to"
                        + " resume elsewhere, set them (PATCH). Then resume the connector");
            }
            nextOffset = offset + 1;
            return true;
        }

        private boolean holds(SinkRecord record) {
            return record.originalKafkaPartition() == partition
                    && record.originalTopic().equals(topic);
        }

        private void end(Map<TopicPartition, Offsets.Move> moves) {
            if (claim != null && nextOffset > claim.nextOffset()) {
                moves.put(claim.partition(), new Offsets.Move(claim, nextOffset));
            }
        }
    }
}
