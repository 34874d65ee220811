package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.Offsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;

/** The partitions that a task owns: how far their records were handed to the writer, and how far they are committed. */
final class PartitionClaims {
    /** With the offset up to which records were handed to the writer. */
    private final Map<TopicPartition, Claim> claims = new HashMap<>();

    private final Map<TopicPartition, Long> committed = new HashMap<>();
    /** The tickets; read by the thread that claims, too. */
    private final Map<TopicPartition, Long> expected = new ConcurrentHashMap<>();

    private long lastTicket;

    /**
     * Starts a claim of partitions.
     *
     * @return a ticket that identifies the claim when it is complete
     */
    long expect(Collection<TopicPartition> partitions) {
        long ticket = ++lastTicket;
        partitions.forEach(partition -> expected.put(partition, ticket));
        return ticket;
    }

    /** Whether a partition is still wanted, and was not claimed again since. For any thread. */
    boolean isExpected(TopicPartition partition, long ticket) {
        return expected.getOrDefault(partition, 0L) == ticket;
    }

    /** Adds a partition, or moves it back to what is committed. */
    void resumeAt(Claim claim) {
        claims.put(claim.partition(), claim);
        committed.put(claim.partition(), claim.nextOffset());
    }

    /**
     * Adds the partitions of records that are not claimed; each resumes at its first record.
     *
     * @param isOpened whether Connect assigned a partition
     */
    void claimPositions(Collection<SinkRecord> records, Predicate<TopicPartition> isOpened) {
        TopicPartition last = null;
        for (SinkRecord record : records) {
            boolean same = last != null
                    && last.partition() == record.originalKafkaPartition()
                    && last.topic().equals(record.originalTopic());
            if (!same) {
                last = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
                if (!claims.containsKey(last) && isOpened.test(last)) {
                    resumeAt(new Claim(last, 0, record.originalKafkaOffset()));
                }
            }
        }
    }

    /** The claims, which change with this object. */
    Map<TopicPartition, Claim> claimed() {
        return Collections.unmodifiableMap(claims);
    }

    /** The claims as far as they are committed. */
    List<Claim> committedClaims() {
        return claims.values().stream()
                .map(claim -> claim.at(committed.getOrDefault(claim.partition(), claim.nextOffset())))
                .toList();
    }

    /** Records that were handed to the writer. */
    void advance(Collection<Offsets.Move> moves) {
        for (Offsets.Move move : moves) {
            claims.put(move.from().partition(), move.from().at(move.nextOffset()));
        }
    }

    /** Records what the writer has committed, of partitions that are still claimed. */
    void markCommitted(Map<TopicPartition, Long> nextOffsets) {
        nextOffsets.forEach((partition, offset) -> committed.computeIfPresent(partition, (k, v) -> offset));
    }

    /** The next offsets behind what is committed, of these partitions. */
    Map<TopicPartition, Long> committedOffsets(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> nextOffsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long offset = committed.getOrDefault(partition, 0L);
            if (offset > 0) {
                nextOffsets.put(partition, offset);
            }
        }
        return nextOffsets;
    }

    void release(Collection<TopicPartition> partitions) {
        claims.keySet().removeAll(partitions);
        committed.keySet().removeAll(partitions);
        expected.keySet().removeAll(partitions);
    }
}
