package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.LedgerStatements;
import io.millrace.connectors.projection.database.StateException;
import io.millrace.connectors.projection.table.TableName;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The table that says from which offset each partition goes on, and which epoch owns it. A batch's transaction moves its
 * partitions from the offset and epoch that the task believes in to the next offset, and so writes rows only if no other
 * task took a partition over and no earlier attempt committed the same records. Methods work within the caller's
 * transaction, and take partitions in one order, so that two tasks never wait for each other.
 */
public final class Ledger implements Offsets {
    /** In the place of a topic, the name of none: the row that says that the views were rebuilt. */
    private static final String REBUILT = "(rebuilt)";

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
        this.read = "SELECT next_offset, epoch, successor FROM " + name + row + " FOR UPDATE";
    }

    /**
     * Creates the table, and makes sure that no other connector took this one's place.
     *
     * @throws ConnectException where one did
     */
    @Override
    public void prepare(Connection connection) throws SQLException {
        create(connection);
        requireNoSuccessor(connection);
    }

    /** Creates the table if it is missing. May end the transaction, as MySQL does. */
    public void create(Connection connection) throws SQLException {
        // Looked for first, because CREATE TABLE IF NOT EXISTS needs the privilege even where there is nothing to do.
        if (dialect.describe(connection, table).isPresent()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(statements.create());
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            // Two tasks that create it at once do not both succeed in PostgreSQL.
            if (dialect.describe(connection, table).isEmpty()) {
                throw e;
            }
        }
    }

    /** All of them: whoever had them before can no longer move them. A new one begins at offset 0. */
    @Override
    public List<Claim> claim(Connection connection, Collection<TopicPartition> partitions) throws SQLException {
        List<Claim> claims = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(statements.claim())) {
            for (TopicPartition partition : partitions.stream().sorted(ORDER).toList()) {
                setRow(statement, 1, partition);
                statement.executeUpdate();
                claims.add(read(connection, partition)
                        .orElseThrow(
                                () -> new StateException("The ledger's row of " + partition + " vanished", "02000")));
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
    @Override
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

    /** Whether the ledger is already where the moves lead. */
    @Override
    public boolean hasMoved(Connection connection, Collection<Move> moves) throws SQLException {
        boolean moved = false;
        for (Move move : moves) {
            TopicPartition partition = move.from().partition();
            Claim found = read(connection, partition)
                    .orElseThrow(() -> new FencedException("The ledger's row of " + partition + " is gone"));
            if (found.epoch() != move.from().epoch()) {
                throw FencedException.of(partition, move.from().epoch(), found.epoch());
            }
            // A batch moves all of its partitions or none.
            moved = found.nextOffset() == move.nextOffset();
        }
        return moved;
    }

    /** What the ledger says, whatever the task knows. */
    @Override
    public Optional<Claim> read(Connection connection, Claim committed) throws SQLException {
        return read(connection, committed.partition());
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
     * What the ledger says of a partition now; empty where it says nothing, an exception where another connector took this
     * one's place. Waits for a transaction that is just moving
     * it, so that a commit whose answer was lost has happened or never will.
     */
    public Optional<Claim> read(Connection connection, TopicPartition partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(read)) {
            setRow(statement, 1, partition);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(claim(partition, row)) : Optional.empty();
            }
        }
    }

    private Claim claim(TopicPartition partition, ResultSet row) throws SQLException {
        String successor = row.getString(3);
        if (successor != null) {
            throw retired(successor);
        }
        return new Claim(partition, row.getLong(2), row.getLong(1));
    }

    private ConnectException retired(String successor) {
        return new ConnectException("The connector '" + successor + "' rebuilt the views of the connector '" + connector
                + "' and took its place; delete this one, or reset its offsets and start from the beginning");
    }

    private void requireNoSuccessor(Connection connection) throws SQLException {
        Optional<String> successor = text(
                connection, "SELECT MAX(successor) FROM " + dialect.quote(table) + " WHERE connector = ?", connector);
        if (successor.isPresent()) {
            throw retired(successor.get());
        }
    }

    /** Whether the ledger has offsets of this connector. */
    public boolean hasOffsets(Connection connection) throws SQLException {
        return knows(connection, connector);
    }

    /** Whether the ledger has offsets of a connector. */
    public boolean knows(Connection connection, String name) throws SQLException {
        return number(
                        connection,
                        "SELECT COUNT(*) FROM " + dialect.quote(table) + " WHERE connector = ? AND topic <> ?",
                        name,
                        REBUILT)
                > 0;
    }

    /** How many offsets this connector is behind another one, in all of the other's partitions. */
    public long behind(Connection connection, String other) throws SQLException {
        String name = dialect.quote(table);
        return number(
                connection,
                "SELECT COALESCE(SUM(GREATEST(their.next_offset - COALESCE(own.next_offset, 0), 0)), 0) FROM " + name
                        + " their LEFT JOIN " + name + " own ON own.connector = ? AND own.topic = their.topic"
                        + " AND own.partition_id = their.partition_id WHERE their.connector = ? AND their.topic <> ?",
                connector,
                other,
                REBUILT);
    }

    /**
     * Takes another connector's place: it can commit nothing more.
     *
     * @return false where that was done before
     */
    public boolean retire(Connection connection, String other) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + dialect.quote(table)
                + " SET successor = ?, epoch = epoch + 1 WHERE connector = ? AND successor IS NULL")) {
            statement.setString(1, connector);
            statement.setString(2, other);
            return statement.executeUpdate() > 0;
        }
    }

    /** Whether this connector has rebuilt the views that it writes, and put them in their place. */
    public boolean isRebuilt(Connection connection) throws SQLException {
        return number(
                        connection,
                        "SELECT COUNT(*) FROM " + dialect.quote(table) + " WHERE connector = ? AND topic = ?",
                        connector,
                        REBUILT)
                > 0;
    }

    /** Remembers that this connector has rebuilt its views. */
    public void markRebuilt(Connection connection) throws SQLException {
        set(connection, new TopicPartition(REBUILT, 0), 0);
    }

    private static Optional<String> text(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getString(1));
            }
        }
    }

    private static long number(Connection connection, String sql, String... parameters) throws SQLException {
        return new BigDecimal(text(connection, sql, parameters).orElseThrow()).longValueExact();
    }

    private int setRow(PreparedStatement statement, int first, TopicPartition partition) throws SQLException {
        statement.setString(first, connector);
        statement.setString(first + 1, partition.topic());
        statement.setInt(first + 2, partition.partition());
        return first + 3;
    }
}
