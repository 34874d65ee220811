package io.millrace.connectors.projection.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * All that the ledger has of one connector: found, reset and retired in one place. Methods work within the caller's
 * transaction.
 */
public final class ConnectorRows {
    /** In the place of a topic, a name that no topic has: the row that records that the views were rebuilt. */
    static final String REBUILT = "(rebuilt)";

    private final LedgerTable table;
    private final String connector;

    public ConnectorRows(LedgerTable table, String connector) {
        this.table = table;
        this.connector = connector;
    }

    String connector() {
        return connector;
    }

    LedgerTable table() {
        return table;
    }

    /** The same of another connector. */
    public ConnectorRows of(String other) {
        return new ConnectorRows(table, other);
    }

    /** Whether the ledger has offsets of the connector. */
    public boolean hasOffsets(Connection connection) throws SQLException {
        return table.queryNumber(
                        connection,
                        "SELECT COUNT(*) FROM " + table.quotedName() + " WHERE connector = ? AND topic <> ?",
                        connector,
                        REBUILT)
                > 0;
    }

    /**
     * Sets offsets by hand; the tasks that own the partitions are fenced.
     *
     * @param offsets the next offsets; null for the beginning
     */
    public void resetOffsets(Connection connection, Map<TopicPartition, @Nullable Long> offsets) throws SQLException {
        table.createIfMissing(connection);
        for (Map.Entry<TopicPartition, @Nullable Long> offset : offsets.entrySet()) {
            Long next = offset.getValue();
            setOffset(connection, offset.getKey(), next == null ? 0 : next);
        }
    }

    /** Sets one row, and raises its epoch. */
    void setOffset(Connection connection, TopicPartition partition, long nextOffset) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(table.statements().set())) {
            statement.setLong(1, nextOffset);
            setRow(statement, 2, partition);
            statement.executeUpdate();
        }
    }

    /**
     * Retires the connector: it can commit nothing more.
     *
     * @param successor the connector that takes its place
     * @return false if it was retired before
     */
    public boolean retire(Connection connection, String successor) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + table.quotedName()
                + " SET successor = ?, epoch = epoch + 1 WHERE connector = ? AND successor IS NULL")) {
            statement.setString(1, successor);
            statement.setString(2, connector);
            return statement.executeUpdate() > 0;
        }
    }

    /**
     * Requires that the connector was not retired.
     *
     * @throws ConnectException if another connector took its place
     */
    void requireNotRetired(Connection connection) throws SQLException {
        Optional<String> successor = table.queryText(
                connection, "SELECT MAX(successor) FROM " + table.quotedName() + " WHERE connector = ?", connector);
        if (successor.isPresent()) {
            throw retiredBy(successor.get());
        }
    }

    ConnectException retiredBy(String successor) {
        return new ConnectException("The connector '" + successor + "' rebuilt the views of the connector '" + connector
                + "' and took its place; delete this one, or reset its offsets and start from the beginning");
    }

    /** Sets the parameters that identify a row; the index of the next parameter. */
    int setRow(PreparedStatement statement, int first, TopicPartition partition) throws SQLException {
        statement.setString(first, connector);
        statement.setString(first + 1, partition.topic());
        statement.setInt(first + 2, partition.partition());
        return first + 3;
    }
}
