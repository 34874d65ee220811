package io.millrace.connectors.projection.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** Who says from where partitions go on. Methods work within the caller's transaction. */
public interface Offsets {
    /** Gets ready for a task that starts. May end the transaction. */
    void prepare(Connection connection) throws SQLException;

    /** Takes partitions over; those that are not in the answer go on where the consumer does. */
    List<Claim> claim(Connection connection, Collection<TopicPartition> partitions) throws SQLException;

    /**
     * Moves partitions to their next offsets, together with the rows of the transaction.
     *
     * @throws FencedException where another task has a partition
     */
    void move(Connection connection, Collection<Move> moves) throws SQLException;

    /**
     * Whether a transaction with these moves was committed, whose answer was lost.
     *
     * @return false also where nobody knows, and writing it again does no harm
     * @throws FencedException where another task has a partition
     */
    boolean hasMoved(Connection connection, Collection<Move> moves) throws SQLException;

    /**
     * From where a partition goes on after something was given up.
     *
     * @param committed what this task knows to be committed
     * @return empty where the partition is nobody's any more
     */
    Optional<Claim> read(Connection connection, Claim committed) throws SQLException;

    /**
     * A partition's step.
     *
     * @param from what the task believes
     * @param nextOffset the offset behind the last record of the batch
     */
    record Move(Claim from, long nextOffset) {}
}
