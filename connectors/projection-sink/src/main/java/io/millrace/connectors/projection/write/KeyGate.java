package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.ledger.HeldRows;
import io.millrace.connectors.projection.ledger.RetryTopic;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Keeps the order of keys through refusals. After a record is refused, later records of its key go the same way, to the dead letter queue
 * and into a row of {@link HeldRows}, in the transaction of the batch. A record that comes back by the retry topic is written if its row
 * is the first one of its key, and its row is deleted in the transaction of its changes: then it takes effect once, however often it
 * comes back.
 *
 * <p>The closed keys in memory are a superset of those that have rows of partitions that this task owns. They may be closed too long,
 * because another task may own the retry topic's partition, but only a transaction that reads no row opens one. Rows are added by the
 * owner of the record's partition alone, whose transactions the ledger orders; so a key that is open in memory has no row.
 *
 * <p>{@link #load} is for any thread, the rest for the writer's.
 */
public final class KeyGate {
    private final HeldRows rows;
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
    public KeyGate(HeldRows rows, RetryTopic retries, long most, String mostOption) {
        this.rows = rows;
        this.retries = retries;
        this.most = most;
        this.mostOption = mostOption;
    }

    /** Closes the keys that have rows. After partitions were claimed, or transactions of the database were lost. */
    public void load(Connection connection) throws SQLException {
        closed.addAll(rows.readKeys(connection));
    }

    /** Whether the record comes back by the retry topic. */
    boolean isRetry(SinkRecord record) {
        return retries.has(record);
    }

    /** Begins to decide about a batch, within its transaction. */
    GatePass begin(Connection connection, Batch batch) throws SQLException {
        return GatePass.begin(this, connection, batch);
    }

    HeldRows rows() {
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

    void requireRoom(Connection connection) throws SQLException {
        rows.requireAtMost(connection, most, mostOption);
    }
}
