package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.StateException;
import io.millrace.partitions.PartitionLog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * The next offset and the epoch of each partition, in a table of the views' database. The transaction of a batch moves
 * its partitions from the offset and epoch that the task has claimed to the next offset. It therefore writes rows only
 * if no other task has claimed a partition and no earlier attempt has committed the same records. Methods take
 * partitions in one order, so that two tasks never wait for each other.
 */
public final class Ledger implements Offsets {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private final ConnectorRows rows;
    private final LedgerTable table;
    private final LogCheck logCheck;
    private final String move;
    private final String read;
    private final String identify;

    /** A row of the table. */
    private record Entry(
            Claim claim,
            @Nullable String clusterId,
            @Nullable String topicId) {}

    /** The ledger of a connector, whose name identifies its rows. */
    public Ledger(ConnectorRows rows) {
        this.rows = rows;
        this.table = rows.table();
        this.logCheck = new LogCheck(rows.connector(), rows.retryTopic());
        String row = " WHERE connector = ? AND topic = ? AND partition_id = ?";
        this.move = "UPDATE " + table.quotedName() + " SET next_offset = ?, updated_at = CURRENT_TIMESTAMP(6)" + row
                + " AND next_offset = ? AND epoch = ?";
        this.read = "SELECT next_offset, epoch, successor, cluster_id, topic_id FROM " + table.quotedName() + row
                + " FOR UPDATE";
        this.identify = "UPDATE " + table.quotedName() + " SET next_offset = ?, cluster_id = ?, topic_id = ?" + row;
    }

    /**
     * Creates or upgrades the tables, and requires that no other connector took this one's place.
     *
     * @throws ConnectException if one did
     */
    @Override
    public void prepareTask(Connection connection) throws SQLException {
        rows.prepare(connection);
        rows.requireNotRetired(connection);
    }

    /**
     * Claims all of the partitions: their previous owners can no longer move them. A new one begins at the first
     * record.
     *
     * @param logs Kafka's state of the partitions; empty if it was not queried
     * @throws ConnectException if another connector took this one's place, or a partition is not the one that was read
     */
    @Override
    public List<Claim> claimPartitions(
            Connection connection, Collection<TopicPartition> partitions, Map<TopicPartition, PartitionLog> logs)
            throws SQLException {
        rows.requireNotRetired(connection);
        List<Claim> claims = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement(table.statements().claim())) {
            for (TopicPartition partition : partitions.stream().sorted(ORDER).toList()) {
                rows.setRow(statement, 1, partition);
                statement.executeUpdate();
                Entry entry = readEntry(connection, partition)
                        .orElseThrow(
                                () -> new StateException("The ledger's row of " + partition + " vanished", "02000"));
                PartitionLog log = logs.get(partition);
                claims.add(log == null ? entry.claim() : matchLog(connection, entry, log));
            }
        }
        return claims;
    }

    private Claim matchLog(Connection connection, Entry entry, PartitionLog log) throws SQLException {
        Claim claim = entry.claim();
        long resume = logCheck.findResumeOffset(
                claim.partition(), claim.nextOffset(), entry.clusterId(), entry.topicId(), log);
        try (PreparedStatement statement = connection.prepareStatement(identify)) {
            statement.setLong(1, resume);
            statement.setString(2, log.clusterId());
            statement.setString(3, log.topicId());
            rows.setRow(statement, 4, claim.partition());
            statement.executeUpdate();
        }
        return claim.at(resume);
    }

    /**
     * Moves partitions to their next offsets.
     *
     * @param moves what the task has claimed, and the next offset
     * @throws FencedException if a partition's row has another offset or epoch
     */
    @Override
    public void moveOffsets(Connection connection, Collection<Move> moves) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(move)) {
            for (Move one : moves.stream()
                    .sorted(Comparator.comparing(m -> m.from().partition(), ORDER))
                    .toList()) {
                statement.setLong(1, one.nextOffset());
                int next = rows.setRow(statement, 2, one.from().partition());
                statement.setLong(next, one.from().nextOffset());
                statement.setLong(next + 1, one.from().epoch());
                if (statement.executeUpdate() != 1) {
                    throw new FencedException(table + ": " + one.from().partition() + " is no longer at offset "
                            + one.from().nextOffset() + " with epoch "
                            + one.from().epoch());
                }
            }
        }
    }

    /** Whether the ledger already has the offsets of the moves. */
    @Override
    public boolean hasMoved(Connection connection, Collection<Move> moves) throws SQLException {
        boolean moved = false;
        for (Move one : moves) {
            TopicPartition partition = one.from().partition();
            Claim found = readEntry(connection, partition)
                    .orElseThrow(() -> new FencedException("The ledger's row of " + partition + " is gone"))
                    .claim();
            if (found.epoch() != one.from().epoch()) {
                throw FencedException.of(partition, one.from().epoch(), found.epoch());
            }
            // A batch moves all of its partitions or none.
            moved = found.nextOffset() == one.nextOffset();
        }
        return moved;
    }

    @Override
    public boolean hasLost(Connection connection, Collection<Claim> committed) throws SQLException {
        Map<TopicPartition, Claim> found = rows.readClaims(connection);
        for (Claim claim : committed) {
            Claim row = found.get(claim.partition());
            boolean fenced = row != null && row.epoch() > claim.epoch();
            if (!fenced && (row == null || row.epoch() < claim.epoch() || row.nextOffset() < claim.nextOffset())) {
                return true;
            }
        }
        return false;
    }

    /** The content of the ledger, independent of what the task has committed. */
    @Override
    public Optional<Claim> readClaim(Connection connection, Claim committed) throws SQLException {
        return readEntry(connection, committed.partition()).map(Entry::claim);
    }

    /**
     * Reads a partition's row. Waits for a transaction that moves it, so that the result of a commit whose response was
     * lost is final.
     *
     * @return empty if there is no row
     * @throws ConnectException if another connector took this one's place
     */
    private Optional<Entry> readEntry(Connection connection, TopicPartition partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(read)) {
            rows.setRow(statement, 1, partition);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(makeEntry(partition, row)) : Optional.empty();
            }
        }
    }

    private Entry makeEntry(TopicPartition partition, ResultSet row) throws SQLException {
        String successor = row.getString(3);
        if (successor != null) {
            throw rows.retiredBy(successor);
        }
        return new Entry(new Claim(partition, row.getLong(2), row.getLong(1)), row.getString(4), row.getString(5));
    }
}
