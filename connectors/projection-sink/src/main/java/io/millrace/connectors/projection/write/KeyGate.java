package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.ledger.ConnectorRows;
import io.millrace.connectors.projection.ledger.RetryTopic;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Keeps the order of keys through refusals. After a record is refused, later records of its key go the same way, to the dead letter queue
 * and into a row of the ledger's held records, in the transaction of the batch. A record that comes back by the retry topic is written if
 * its row is the first one of its key, and its row is deleted in the transaction of its changes: then it takes effect once, however often
 * it comes back.
 *
 * <p>The closed keys in memory are a superset of those that have rows of partitions that this task owns. They may be closed too long,
 * because another task may own the retry topic's partition, but only a transaction that reads no row opens one. Rows are added by the
 * owner of the record's partition alone, whose transactions the ledger orders; so a key that is open in memory has no row.
 *
 * <p>{@link #load} is for any thread, the rest for the writer's.
 */
public final class KeyGate {
    private final ConnectorRows rows;
    private final RetryTopic retries;
    private final long most;
    private final String mostOption;
    private final Set<String> closed = ConcurrentHashMap.newKeySet();

    /**
     * A gate that is open until {@link #load}.
     *
     * @param most how many records may be held
     * @param mostOption the option that says so, for messages
     */
    public KeyGate(ConnectorRows rows, RetryTopic retries, long most, String mostOption) {
        this.rows = rows;
        this.retries = retries;
        this.most = most;
        this.mostOption = mostOption;
    }

    /** Closes the keys that have rows. After partitions were claimed, and on a new connection, whose server may have lost transactions. */
    public void load(Connection connection) throws SQLException {
        closed.addAll(rows.held().readKeys(connection));
    }

    /** Whether the record comes back by the retry topic. */
    boolean isRetry(SinkRecord record) {
        return retries.has(record);
    }

    /** Begins to decide about a batch, within its transaction. */
    GatePass begin(Connection connection, Batch batch) throws SQLException {
        return GatePass.begin(this, connection, batch);
    }

    ConnectorRows rows() {
        return rows;
    }

    boolean isClosed(String key) {
        return closed.contains(key);
    }

    boolean hasClosedKeys() {
        return !closed.isEmpty();
    }

    void close(String key) {
        closed.add(key);
    }

    void open(String key) {
        closed.remove(key);
    }

    /**
     * Requires room for more rows, before the dead letter queue gets their records.
     *
     * @throws ConnectException naming the option, if there is none
     */
    void requireRoom(Connection connection, long more) throws SQLException {
        long held = rows.held().count(connection);
        if (held + more > most) {
            throw new ConnectException("With this batch the connector '" + rows.connector() + "' would hold up to "
                    + (held + more) + " records for the order of their keys, and " + mostOption + " is " + most
                    + "; the batch is not written. The reasons are in the table " + rows.held()
                    + ": remove the most frequent one, or raise " + mostOption);
        }
    }
}
