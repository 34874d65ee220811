package io.millrace.connectors.projection.ledger;

import java.sql.Connection;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The consumer group's offsets alone: a partition goes on behind what Connect committed, which is never more than what the
 * views have, and may be less. So records come again after a crash, and a task that lost its partition may write once more;
 * rows have to be such that neither does harm.
 */
public final class ConsumerOffsets implements Offsets {
    @Override
    public void prepare(Connection connection) {
        // Keeps nothing in the database.
    }

    @Override
    public List<Claim> claim(Connection connection, Collection<TopicPartition> partitions) {
        return List.of();
    }

    @Override
    public void move(Connection connection, Collection<Move> moves) {
        // Connect asks what was committed.
    }

    @Override
    public boolean hasMoved(Connection connection, Collection<Move> moves) {
        return false;
    }

    @Override
    public Optional<Claim> read(Connection connection, Claim committed) {
        return Optional.of(committed);
    }
}
