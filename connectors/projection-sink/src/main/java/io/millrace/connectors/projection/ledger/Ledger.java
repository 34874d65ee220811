package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.LedgerStatements;
import io.millrace.connectors.projection.database.TableCreation;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * The table that says from which offset each partition goes on, and which epoch owns it. A batch's transaction moves its
 * partitions from the offset and epoch that the task believes in to the next offset, and so writes rows only if no other
 * task took a partition over and no earlier attempt committed the same records. Methods work within the caller's
 * transaction, and take partitions in one order, so that two tasks never wait for each other.
 */
public final class Ledger {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition);

    private final String connector;
    private final TableName table;
    private final Dialect dialect;
    private final LedgerStatements statements;
    private final String move;
    private final String read;

    /** The ledger of a connector, whose name tells its rows from those of others. */
    public Ledger(String connector, TableName table, Dialect dialect) {
        this.connector = connector;
        this.table = table;
        this.dialect = dialect;
        this.statements = dialect.ledger(table);
        String name = dialect.quote(table);
        String row = " WHERE connector = ? AND topic = ? AND partition_id = ?";
        this.move = "UPDATE " + name + " SET next_offset = ?, updated_at = CURRENT_TIMESTAMP(6)" + row
                + " AND next_offset = ? AND epoch = ?";
        this.read = "SELECT next_offset, epoch FROM " + name + row + " FOR UPDATE";
    }

    /** Creates the table if it is missing. May end the transaction, as MySQL does. */
    public void create(Connection connection) throws SQLException {
        TableCreation.createIfMissing(connection, dialect, table, List.of(statements.create()));
    }

    /** Takes partitions over: whoever had them before can no longer move them. A new one begins at offset 0. */
    public List<Claim> claim(Connection connection, Collection<TopicPartition> partitions) throws SQLException {
        List<Claim> claims = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(statements.claim())) {
            for (TopicPartition partition : partitions.stream().sorted(ORDER).toList()) {
                setRow(statement, 1, partition);
                statement.executeUpdate();
                claims.add(read(connection, partition)
                        .orElseThrow(() -> new SQLException("The ledger's row of " + partition + " vanished")));
            }
        }
        return claims;
    }

    /**
     * Moves partitions to their next offsets.
     *
     * @param moves what the task believes, and the next offset
     * @throws FencedException where a partition's row is not as the task believes
     */
    public void move(Connection connection, Collection<Move> moves) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(move)) {
            for (Move one : moves.stream()
                    .sorted(Comparator.comparing(m -> m.from().partition(), ORDER))
                    .toList()) {
                statement.setLong(1, one.nextOffset());
                int next = setRow(statement, 2, one.from().partition());
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

    /** Sets offsets by hand; whoever has the partitions is fenced. */
    public void set(Connection connection, TopicPartition partition, long nextOffset) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(statements.set())) {
            statement.setLong(1, nextOffset);
            setRow(statement, 2, partition);
            statement.executeUpdate();
        }
    }

    /**
     * What the ledger says of a partition now; empty where it says nothing. Waits for a transaction that is just moving
     * it, so that a commit whose answer was lost has happened or never will.
     */
    public Optional<Claim> read(Connection connection, TopicPartition partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(read)) {
            setRow(statement, 1, partition);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Claim(partition, row.getLong(2), row.getLong(1)))
                        : Optional.empty();
            }
        }
    }

    private int setRow(PreparedStatement statement, int first, TopicPartition partition) throws SQLException {
        statement.setString(first, connector);
        statement.setString(first + 1, partition.topic());
        statement.setInt(first + 2, partition.partition());
        return first + 3;
    }

    /**
     * A partition's step.
     *
     * @param from what the task believes
     * @param nextOffset the offset behind the last record of the batch
     */
    public record Move(Claim from, long nextOffset) {}
}
