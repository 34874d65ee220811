package io.millrace.connectors.projection.ledger;

import io.millrace.partitions.PartitionLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Keeps the offsets at which partitions resume. Methods work within the caller's transaction. */
public interface Offsets {
    /** Prepares for a task that starts. May end the transaction. */
    void prepareTask(Connection connection) throws SQLException;

    /**
     * Claims partitions; those that are not in the result resume at the consumer's position.
     *
     * @param logs Kafka's state of the partitions; empty if it was not queried
     */
    List<Claim> claimPartitions(
            Connection connection, Collection<TopicPartition> partitions, Map<TopicPartition, PartitionLog> logs)
            throws SQLException;

    /**
     * Moves partitions to their next offsets, together with the rows of the transaction.
     *
     * @throws FencedException if another task owns a partition
     */
    void moveOffsets(Connection connection, Collection<Move> moves) throws SQLException;

    /**
     * Whether a transaction with these moves, whose response was lost, was committed.
     *
     * @return false also if that cannot be determined and writing the batch again is harmless
     * @throws FencedException if another task owns a partition
     */
    boolean hasMoved(Connection connection, Collection<Move> moves) throws SQLException;

    /**
     * Whether committed offsets were lost, as in a failover to a server that lacks the last transactions.
     *
     * @param committed what this task has committed
     */
    boolean hasLost(Connection connection, Collection<Claim> committed) throws SQLException;

    /**
     * The offset at which a partition resumes after its batches were rolled back.
     *
     * @param committed the offset that this task has committed
     * @return empty if no task owns the partition any more
     */
    Optional<Claim> readClaim(Connection connection, Claim committed) throws SQLException;

    /**
     * A partition's step.
     *
     * @param from the claim before the batch
     * @param nextOffset the offset behind the last record of the batch
     */
    record Move(Claim from, long nextOffset) {}
}
