package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.LedgerStatements;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * The ledger's rows of one connector, its offsets and its views: queries, resets, retirement and moves. Methods work
 * within the caller's transaction.
 */
public final class ConnectorRows {
    /** The topic of the row by which a former version recorded that the views were rebuilt. */
    private static final String FORMER_REBUILT = "(rebuilt)";

    private final LedgerTable table;
    private final String connector;
    private final HeldRows held;
    private final boolean holdsRecords;

    /**
     * The rows of a connector.
     *
     * @param held the rows of its held records, whose table may be missing
     * @param holdsRecords whether it holds records for the order of their keys; if it did before, its rows are deleted all the same
     */
    public ConnectorRows(LedgerTable table, String connector, HeldRows held, boolean holdsRecords) {
        this.table = table;
        this.connector = connector;
        this.held = held;
        this.holdsRecords = holdsRecords;
    }

    /** The connector's name. */
    public String connector() {
        return connector;
    }

    /** The tables that have the rows. */
    public LedgerTable table() {
        return table;
    }

    /** The same of another connector. */
    public ConnectorRows of(String other) {
        return new ConnectorRows(table, other, held.of(other), holdsRecords);
    }

    /** Creates or upgrades the tables. May end the transaction, as MySQL does. */
    public void prepare(Connection connection) throws SQLException {
        table.prepare(connection);
        if (holdsRecords) {
            held.prepare(connection);
        }
    }

    /** Whether the connector holds records for the order of their keys. */
    public boolean holdsRecords() {
        return holdsRecords;
    }

    /** The rows of the connector's held records. */
    public HeldRows held() {
        return held;
    }

    /** Whether the ledger has offsets of the connector. */
    public boolean hasOffsets(Connection connection) throws SQLException {
        return count(connection, "") > 0;
    }

    /** Whether a partition is past its first record. */
    public boolean hasProgress(Connection connection) throws SQLException {
        return count(connection, " AND next_offset > 0") > 0;
    }

    /** Whether the ledger has partitions of this topic. */
    public boolean hasTopic(Connection connection, String topic) throws SQLException {
        return table.queryNumber(
                        connection,
                        "SELECT COUNT(*) FROM " + table.quotedName() + " WHERE connector = ? AND topic = ?",
                        connector,
                        topic)
                > 0;
    }

    /** Whether a partition of this topic is past its first record. */
    boolean hasProgress(Connection connection, String topic) throws SQLException {
        return table.queryNumber(
                        connection,
                        "SELECT COUNT(*) FROM " + table.quotedName()
                                + " WHERE connector = ? AND topic = ? AND next_offset > 0",
                        connector,
                        topic)
                > 0;
    }

    /** The next offset of each partition, without those of the retry topic, which is not replayed. */
    public Map<TopicPartition, Long> readOffsets(Connection connection) throws SQLException {
        String retries = retryTopic();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        readClaims(connection).forEach((partition, claim) -> {
            if (!partition.topic().equals(retries)) {
                offsets.put(partition, claim.nextOffset());
            }
        });
        return offsets;
    }

    /** The next offset of each partition, with the id of its topic. Needs the tables as this version has them. */
    public Map<TopicPartition, LedgerPosition> readPositions(Connection connection) throws SQLException {
        Map<TopicPartition, LedgerPosition> positions = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT topic, partition_id, next_offset, topic_id FROM "
                        + table.quotedName() + " WHERE connector = ? AND topic <> ?")) {
            statement.setString(1, connector);
            statement.setString(2, FORMER_REBUILT);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    positions.put(
                            new TopicPartition(row.getString(1), row.getInt(2)),
                            new LedgerPosition(row.getLong(3), row.getString(4)));
                }
            }
        }
        return positions;
    }

    /** The row of each partition. */
    Map<TopicPartition, Claim> readClaims(Connection connection) throws SQLException {
        Map<TopicPartition, Claim> claims = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT topic, partition_id, next_offset, epoch FROM " + table.quotedName()
                        + " WHERE connector = ? AND topic <> ?")) {
            statement.setString(1, connector);
            statement.setString(2, FORMER_REBUILT);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    TopicPartition partition = new TopicPartition(row.getString(1), row.getInt(2));
                    claims.put(partition, new Claim(partition, row.getLong(4), row.getLong(3)));
                }
            }
        }
        return claims;
    }

    /** Whether a former version wrote the rows, and {@link #migrate} was not called since. */
    public boolean isOfFormerVersion(Connection connection) throws SQLException {
        return count(connection, " AND format < " + LedgerStatements.FORMAT) > 0;
    }

    /** Whether a former version recorded that this connector had rebuilt its views. */
    public boolean wasRebuiltByFormerVersion(Connection connection) throws SQLException {
        return table.queryNumber(
                        connection,
                        "SELECT COUNT(*) FROM " + table.quotedName() + " WHERE connector = ? AND topic = ?",
                        connector,
                        FORMER_REBUILT)
                > 0;
    }

    private long count(Connection connection, String condition) throws SQLException {
        return table.queryNumber(
                connection,
                "SELECT COUNT(*) FROM " + table.quotedName() + " WHERE connector = ? AND topic <> ? AND topic <> ?"
                        + condition,
                connector,
                FORMER_REBUILT,
                retryTopic());
    }

    /**
     * Migrates the rows of an earlier version: its tasks can no longer commit.
     *
     * @param views the views that it has written
     */
    public void migrate(Connection connection, List<ViewRow> views) throws SQLException {
        for (ViewRow view : views) {
            insertView(connection, view);
        }
        deleteFormerMark(connection);
        execute(
                connection,
                "UPDATE " + table.quotedName() + " SET epoch = epoch + 1, format = " + LedgerStatements.FORMAT
                        + " WHERE connector = ?",
                connector);
    }

    private void deleteFormerMark(Connection connection) throws SQLException {
        execute(
                connection,
                "DELETE FROM " + table.quotedName() + " WHERE connector = ? AND topic = ?",
                connector,
                FORMER_REBUILT);
    }

    /** The connector's views, in the order of their names. */
    public List<ViewRow> readViews(Connection connection) throws SQLException {
        return table.views().readRows(connection, connector);
    }

    /** The rows of all connectors that write a view. */
    public List<ViewRow> readWriters(Connection connection, TableName view) throws SQLException {
        return table.views().readWriters(connection, view);
    }

    /** Adds a view. */
    public void insertView(Connection connection, ViewRow row) throws SQLException {
        table.views().insert(connection, row);
    }

    /** Writes what a view's row has now. */
    public void updateView(Connection connection, ViewRow row) throws SQLException {
        table.views().update(connection, row);
    }

    /** Removes a view, which has to be filled from the first record if the connector writes it again. */
    public void deleteView(Connection connection, ViewRow row) throws SQLException {
        table.views().delete(connection, row);
    }

    /** Releases all records that are held, without effect. */
    public void deleteHeld(Connection connection) throws SQLException {
        held.deleteAll(connection);
    }

    /** Removes all views. */
    public void deleteViews(Connection connection) throws SQLException {
        table.views().deleteAll(connection, connector);
    }

    /**
     * Resets all rows to the beginning: the tasks that own the partitions are fenced, and the rows of the views and of held records
     * are deleted. The retry topic stays where it is: what came back by it is read from the other topics.
     */
    public void resetAll(Connection connection) throws SQLException {
        deleteFormerMark(connection);
        deleteViews(connection);
        deleteHeld(connection);
        execute(
                connection,
                "UPDATE " + table.quotedName() + " SET next_offset = 0, epoch = epoch + 1, successor = NULL,"
                        + " cluster_id = NULL, topic_id = NULL, format = " + LedgerStatements.FORMAT
                        + " WHERE connector = ? AND topic <> ?",
                connector,
                retryTopic());
        execute(
                connection,
                "UPDATE " + table.quotedName()
                        + " SET epoch = epoch + 1, successor = NULL WHERE connector = ? AND topic = ?",
                connector,
                retryTopic());
    }

    /** The topic by which held records come back; a name that no topic has if none are held. */
    public String retryTopic() {
        return holdsRecords ? RetryTopic.of(connector).name() : "";
    }

    /**
     * Sets offsets by hand; the tasks that own the partitions are fenced. The rows of held records that are read again are deleted. The others stay
     * held: otherwise they could never take effect.
     *
     * @param offsets the next offsets
     * @param readAgain the first record of each partition that is read again: the next offset, or the start of the log behind it
     */
    public void setOffsets(
            Connection connection, Map<TopicPartition, Long> offsets, Map<TopicPartition, Long> readAgain)
            throws SQLException {
        held.deleteFrom(connection, readAgain);
        try (PreparedStatement statement =
                connection.prepareStatement(table.statements().set())) {
            for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
                statement.setLong(1, offset.getValue());
                setRow(statement, 2, offset.getKey());
                statement.executeUpdate();
            }
        }
    }

    /**
     * Retires the connector: it can no longer commit.
     *
     * @param successor the connector that takes its place
     * @return false if it was retired before
     */
    public boolean retire(Connection connection, String successor) throws SQLException {
        return execute(
                        connection,
                        "UPDATE " + table.quotedName()
                                + " SET successor = ?, epoch = epoch + 1 WHERE connector = ? AND successor IS NULL",
                        successor,
                        connector)
                > 0;
    }

    /** Reverts the retirement, if it was for this successor. */
    public void reinstate(Connection connection, String successor) throws SQLException {
        execute(
                connection,
                "UPDATE " + table.quotedName()
                        + " SET successor = NULL, epoch = epoch + 1 WHERE connector = ? AND successor = ?",
                connector,
                successor);
    }

    /** The connector that took this one's place; empty if none did. */
    public Optional<String> findSuccessor(Connection connection) throws SQLException {
        return table.queryText(
                connection, "SELECT MAX(successor) FROM " + table.quotedName() + " WHERE connector = ?", connector);
    }

    /**
     * Requires that the connector was not retired.
     *
     * @throws ConnectException if another connector took its place
     */
    public void requireNotRetired(Connection connection) throws SQLException {
        Optional<String> successor = findSuccessor(connection);
        if (successor.isPresent()) {
            throw retiredBy(successor.get());
        }
    }

    ConnectException retiredBy(String successor) {
        return new ConnectException(
                "The connector '" + successor + "' has rebuilt the views of the connector '" + connector
                        + "' and replaced it; delete this one. If it is to write the views again, stop it, reset its offsets"
                        + " (DELETE /connectors/" + connector + "/offsets), set rebuild.replaces=" + successor
                        + ", and resume it");
    }

    /** Sets the parameters that identify a row; the index of the next parameter. */
    int setRow(PreparedStatement statement, int first, TopicPartition partition) throws SQLException {
        statement.setString(first, connector);
        statement.setString(first + 1, partition.topic());
        statement.setInt(first + 2, partition.partition());
        return first + 3;
    }

    private static int execute(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }
}
