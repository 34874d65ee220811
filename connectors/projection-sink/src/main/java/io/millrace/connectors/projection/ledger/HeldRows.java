package io.millrace.connectors.projection.ledger;

import io.millrace.connectors.projection.database.DdlStatements;
import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.table.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * The rows of a connector's records that are held for the order of their keys: one for each record that was refused, and one for each
 * that came behind one with its key. Operators query the table, which has the rows of all connectors. Methods work within the caller's
 * transaction.
 */
public final class HeldRows {
    /** How many keys or offsets a query has. */
    private static final int PARAMETERS = 500;

    private static final int LONGEST_REASON = 255;
    private static final String COLUMNS = "topic, partition_id, record_offset, key_hash";

    private final TableName name;
    private final Dialect dialect;
    private final String quotedName;
    private final String connector;

    /** The rows of a connector in a table that may be missing. */
    public HeldRows(TableName name, Dialect dialect, String connector) {
        this.name = name;
        this.dialect = dialect;
        this.quotedName = dialect.quote(name);
        this.connector = connector;
    }

    /** The same of another connector. */
    HeldRows of(String other) {
        return new HeldRows(name, dialect, other);
    }

    /** Creates the table if it is missing. May end the transaction, as MySQL does. */
    void prepare(Connection connection) throws SQLException {
        if (dialect.exists(connection, name)) {
            return;
        }
        String text = dialect.exactText() + " NOT NULL";
        try {
            DdlStatements.executeAll(
                    connection,
                    dialect.createTable(
                            name,
                            List.of(
                                    "connector " + text,
                                    "topic " + text,
                                    "partition_id INTEGER NOT NULL",
                                    "record_offset BIGINT NOT NULL",
                                    "key_hash CHAR(32) NOT NULL",
                                    "reason " + text,
                                    "attempts INTEGER NOT NULL DEFAULT 1",
                                    "held_since TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"),
                            List.of("connector", "topic", "partition_id", "record_offset"),
                            List.of(List.of("connector", "key_hash"))));
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            // If two tasks create it at once, one of them may fail.
            if (!dialect.exists(connection, name)) {
                throw e;
            }
        }
    }

    /** The hashes of the keys that have a row. */
    public Collection<String> readKeys(Connection connection) throws SQLException {
        List<String> keys = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT DISTINCT key_hash FROM " + quotedName + " WHERE connector = ?")) {
            statement.setString(1, connector);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    keys.add(row.getString(1));
                }
            }
        }
        return keys;
    }

    /** The rows of keys, each key's in the order of its records. */
    public Map<String, List<HeldRecord>> readByKey(Connection connection, Collection<String> keys) throws SQLException {
        Map<String, List<HeldRecord>> byKey = new HashMap<>();
        String afterKeys = ") ORDER BY topic, partition_id, record_offset";
        readOfKeys(connection, COLUMNS, afterKeys, keys)
                .forEach(held -> byKey.computeIfAbsent(held.key(), key -> new ArrayList<>())
                        .add(held));
        return byKey;
    }

    /** The first row of each of the keys. */
    public Map<String, HeldRecord> readFirst(Connection connection, Collection<String> keys) throws SQLException {
        Map<String, HeldRecord> first = new HashMap<>();
        String columns = "topic, partition_id, MIN(record_offset), key_hash";
        String afterKeys = ") GROUP BY key_hash, topic, partition_id ORDER BY partition_id";
        readOfKeys(connection, columns, afterKeys, keys).forEach(held -> first.putIfAbsent(held.key(), held));
        return first;
    }

    /** All rows of one key are in one query, so they are in its order. */
    private List<HeldRecord> readOfKeys(
            Connection connection, String columns, String afterKeys, Collection<String> keys) throws SQLException {
        List<HeldRecord> rows = new ArrayList<>();
        for (List<String> some : split(List.copyOf(keys))) {
            String sql = "SELECT " + columns + " FROM " + quotedName + " WHERE connector = ? AND key_hash IN ("
                    + placeholders(some.size()) + afterKeys;
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, connector);
                for (int i = 0; i < some.size(); i++) {
                    statement.setString(i + 2, some.get(i));
                }
                rows.addAll(readRows(statement));
            }
        }
        return rows;
    }

    /** The rows of records, by their places; locked until the transaction ends, so that no other transaction deletes them. */
    public Map<RecordOrigin, HeldRecord> lock(Connection connection, Collection<RecordOrigin> origins)
            throws SQLException {
        Map<TopicPartition, List<Long>> byPartition =
                new TreeMap<>((a, b) -> RecordOrigin.ORDER.compare(new RecordOrigin(a, 0), new RecordOrigin(b, 0)));
        origins.stream().sorted(RecordOrigin.ORDER).forEach(origin -> byPartition
                .computeIfAbsent(origin.partition(), partition -> new ArrayList<>())
                .add(origin.offset()));
        Map<RecordOrigin, HeldRecord> rows = new HashMap<>();
        for (Map.Entry<TopicPartition, List<Long>> entry : byPartition.entrySet()) {
            for (List<Long> some : split(entry.getValue())) {
                String sql = "SELECT " + COLUMNS + " FROM " + quotedName
                        + " WHERE connector = ? AND topic = ? AND partition_id = ? AND record_offset IN ("
                        + placeholders(some.size()) + ") FOR UPDATE";
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    setPartition(statement, entry.getKey());
                    for (int i = 0; i < some.size(); i++) {
                        statement.setLong(i + 4, some.get(i));
                    }
                    readRows(statement).forEach(held -> rows.put(held.origin(), held));
                }
            }
        }
        return rows;
    }

    private static List<HeldRecord> readRows(PreparedStatement statement) throws SQLException {
        List<HeldRecord> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(new HeldRecord(
                        new RecordOrigin(new TopicPartition(row.getString(1), row.getInt(2)), row.getLong(3)),
                        row.getString(4),
                        ""));
            }
        }
        return rows;
    }

    public void insert(Connection connection, Collection<HeldRecord> records) throws SQLException {
        if (records.isEmpty()) {
            return;
        }
        // Rows that are left from before a reset without this option.
        delete(connection, records);
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + quotedName
                + " (connector, topic, partition_id, record_offset, key_hash, reason) VALUES (?, ?, ?, ?, ?, ?)")) {
            for (HeldRecord held : records) {
                setOrigin(statement, held.origin());
                statement.setString(5, held.key());
                statement.setString(6, abbreviate(held.reason()));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /** A retry of the records was refused, for these reasons. */
    public void raiseAttempts(Connection connection, Collection<HeldRecord> records) throws SQLException {
        if (records.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + quotedName
                + " SET attempts = attempts + 1, reason = ?"
                + " WHERE connector = ? AND topic = ? AND partition_id = ? AND record_offset = ?")) {
            for (HeldRecord held : records) {
                statement.setString(1, abbreviate(held.reason()));
                statement.setString(2, connector);
                statement.setString(3, held.origin().partition().topic());
                statement.setInt(4, held.origin().partition().partition());
                statement.setLong(5, held.origin().offset());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    public void delete(Connection connection, Collection<HeldRecord> records) throws SQLException {
        if (records.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM " + quotedName
                + " WHERE connector = ? AND topic = ? AND partition_id = ? AND record_offset = ?")) {
            for (HeldRecord held : records) {
                setOrigin(statement, held.origin());
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    /**
     * Deletes the rows of records that are read again. The table may be missing.
     *
     * @param offsets the offset of each partition from which on records are read again
     */
    void deleteFrom(Connection connection, Map<TopicPartition, Long> offsets) throws SQLException {
        if (!dialect.exists(connection, name)) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM " + quotedName
                + " WHERE connector = ? AND topic = ? AND partition_id = ? AND record_offset >= ?")) {
            for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
                setPartition(statement, offset.getKey());
                statement.setLong(4, offset.getValue());
                statement.executeUpdate();
            }
        }
    }

    /** Deletes all rows. The table may be missing. */
    void deleteAll(Connection connection) throws SQLException {
        if (!dialect.exists(connection, name)) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + quotedName + " WHERE connector = ?")) {
            statement.setString(1, connector);
            statement.executeUpdate();
        }
    }

    /** How many rows a partition has. The table may be missing. */
    public long countOf(Connection connection, TopicPartition partition) throws SQLException {
        if (!dialect.exists(connection, name)) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT COUNT(*) FROM " + quotedName + " WHERE connector = ? AND topic = ? AND partition_id = ?")) {
            setPartition(statement, partition);
            return readCount(statement);
        }
    }

    /** Whether there are rows. The table may be missing. */
    public boolean isEmpty(Connection connection) throws SQLException {
        return !dialect.exists(connection, name) || count(connection) == 0;
    }

    /** How many rows there are. */
    public long count(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT COUNT(*) FROM " + quotedName + " WHERE connector = ?")) {
            statement.setString(1, connector);
            return readCount(statement);
        }
    }

    private static long readCount(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private void setPartition(PreparedStatement statement, TopicPartition partition) throws SQLException {
        statement.setString(1, connector);
        statement.setString(2, partition.topic());
        statement.setInt(3, partition.partition());
    }

    private void setOrigin(PreparedStatement statement, RecordOrigin origin) throws SQLException {
        setPartition(statement, origin.partition());
        statement.setLong(4, origin.offset());
    }

    private static String abbreviate(String reason) {
        return reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) : reason;
    }

    private static String placeholders(int count) {
        return String.join(", ", Collections.nCopies(count, "?"));
    }

    private static <T> List<List<T>> split(List<T> all) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += PARAMETERS) {
            parts.add(all.subList(from, Math.min(all.size(), from + PARAMETERS)));
        }
        return parts;
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
