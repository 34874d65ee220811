package io.millrace.connectors.projection.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import org.apache.kafka.common.TopicPartition;

/** What the ledger has of a connector that rebuilds the views of another one. Within the caller's transaction. */
public final class RebuildRegistry {
    private final ConnectorRows rows;
    private final ConnectorRows replaced;

    /**
     * The registry of a rebuild.
     *
     * @param rows those of the connector that rebuilds
     * @param replaced the name of the connector that it replaces
     */
    public RebuildRegistry(ConnectorRows rows, String replaced) {
        this.rows = rows;
        this.replaced = rows.of(replaced);
    }

    /** The name of the connector that is replaced. */
    public String replaced() {
        return replaced.connector();
    }

    /** Whether the ledger has offsets of the connector that is replaced. */
    public boolean knowsReplaced(Connection connection) throws SQLException {
        return replaced.hasOffsets(connection);
    }

    /** Whether the ledger has offsets of the connector that rebuilds. */
    public boolean hasOffsets(Connection connection) throws SQLException {
        return rows.hasOffsets(connection);
    }

    /** How many offsets the connector is behind the one that it replaces, in all partitions of that one. */
    public long countRecordsBehind(Connection connection) throws SQLException {
        String name = rows.table().quotedName();
        return rows.table()
                .queryNumber(
                        connection,
                        "SELECT COALESCE(SUM(GREATEST(their.next_offset - COALESCE(own.next_offset, 0), 0)), 0) FROM "
                                + name + " their LEFT JOIN " + name
                                + " own ON own.connector = ? AND own.topic = their.topic"
                                + " AND own.partition_id = their.partition_id WHERE their.connector = ?"
                                + " AND their.topic <> ?",
                        rows.connector(),
                        replaced.connector(),
                        ConnectorRows.REBUILT);
    }

    /**
     * Retires the connector that is replaced: it can commit nothing more.
     *
     * @return false if that was done before
     */
    public boolean retireReplaced(Connection connection) throws SQLException {
        return replaced.retire(connection, rows.connector());
    }

    /** Whether this connector has rebuilt its views, and swapped them. */
    public boolean isRebuilt(Connection connection) throws SQLException {
        return rows.table()
                        .queryNumber(
                                connection,
                                "SELECT COUNT(*) FROM " + rows.table().quotedName()
                                        + " WHERE connector = ? AND topic = ?",
                                rows.connector(),
                                ConnectorRows.REBUILT)
                > 0;
    }

    /** Records that this connector has rebuilt its views, and swapped them. */
    public void markRebuilt(Connection connection) throws SQLException {
        rows.setOffset(connection, new TopicPartition(ConnectorRows.REBUILT, 0), 0);
    }
}
