package io.millrace.connectors.projection.ledger;

import io.millrace.partitions.PartitionLog;
import java.sql.Connection;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumer group's offsets alone: a partition resumes behind what Connect committed, which is never more than what
 * the views have, and may be less. Records are therefore redelivered after a crash, and a task that lost its partition
 * may write once more. <b>Precondition:</b> both are harmless to the rows.
 */
public final class ConsumerOffsets implements Offsets {
    @Override
    public void prepareTask(Connection connection) {
        // Keeps nothing in the database.
    }

    @Override
    public List<Claim> claimPartitions(
            Connection connection, Collection<TopicPartition> partitions, Map<TopicPartition, PartitionLog> logs) {
        return List.of();
    }

    @Override
    public void moveOffsets(Connection connection, Collection<Move> moves) {
        // Connect reads what was committed.
    }

    @Override
    public boolean hasMoved(Connection connection, Collection<Move> moves) {
        return false;
    }

    @Override
    public boolean hasLost(Connection connection, Collection<Claim> committed) {
        return false;
    }

    @Override
    public Optional<Claim> readClaim(Connection connection, Claim committed) {
        return Optional.of(committed);
    }
}
