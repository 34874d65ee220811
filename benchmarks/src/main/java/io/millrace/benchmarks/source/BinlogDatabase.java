package io.millrace.benchmarks.source;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The service's MySQL, whose binlog has the statements of its changes. Its commits do not wait for the disk: the changes are
 * written before anything is measured.
 */
public final class BinlogDatabase implements AutoCloseable {
    /** The user and the password that sources and writers have. */
    static final String USER = "bench";

    static final String PASSWORD = "bench";

    private static final Map<String, String> OPTIONS = Map.of(
            "binlog_rows_query_log_events", "ON",
            "innodb_flush_log_at_trx_commit", "2",
            "sync_binlog", "0",
            "innodb_buffer_pool_size", "512M",
            "innodb_redo_log_capacity", "1G");
    private static final int WRITERS = 4;

    /** The row that each table has before the changes. */
    private static final int FIRST_ID = 0;

    private final MySqlServer server;

    /** Starts the server, with its data in a new directory. */
    public BinlogDatabase(Installation installation, Path directory) throws SQLException {
        server = MySqlServer.start(installation, directory, OPTIONS);
        executeAsRoot(
                "CREATE DATABASE " + SourceShape.DATABASE,
                "CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'",
                "GRANT ALL ON " + SourceShape.DATABASE + ".* TO '" + USER + "'@'%'",
                "GRANT FLUSH_TABLES, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO '" + USER + "'@'%'");
    }

    public int port() {
        return server.port();
    }

    /** Creates the tables of a shape with a row each, which a snapshot reads. */
    public void createTables(SourceShape shape) throws SQLException {
        RowStatements statements = new RowStatements(shape);
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String table : shape.tables()) {
                statement.execute(statements.create(table));
                statement.execute(statements.insert(table, FIRST_ID, FIRST_ID));
            }
        }
    }

    /** Updates the row that is there before the changes; returns a position in the binlog before the update. */
    public BinlogPosition updateFirstRow(SourceShape shape) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            BinlogPosition before;
            try (ResultSet status = statement.executeQuery("SHOW MASTER STATUS")) {
                status.next();
                before = new BinlogPosition(status.getString(1), status.getLong(2));
            }
            statement.execute(new RowStatements(shape).update(shape.tables().get(0), FIRST_ID, FIRST_ID));
            return before;
        }
    }

    /**
     * Inserts rows with ids from 1 on and updates each, by several connections. The changes of a row are in their order in
     * the binlog.
     *
     * @throws IllegalStateException if a statement fails
     */
    void writeChanges(SourceShape shape, int rows) throws InterruptedException {
        RowStatements statements = new RowStatements(shape);
        AtomicInteger nextBatch = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                writers.add(threads.submit(() -> {
                    writeBatches(statements, rows, nextBatch);
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("The changes could not be written", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private void writeBatches(RowStatements statements, int rows, AtomicInteger nextBatch) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            while (true) {
                String batch = statements.batch(nextBatch.getAndIncrement(), rows);
                if (batch.isEmpty()) {
                    return;
                }
                statement.execute(batch);
            }
        }
    }

    /** Drops the tables of a shape, and removes the binlog. */
    public void dropTables(SourceShape shape) throws SQLException {
        executeAsRoot(
                "DROP TABLE "
                        + shape.tables().stream()
                                .map(table -> SourceShape.DATABASE + "." + table)
                                .collect(Collectors.joining(", ")),
                "FLUSH BINARY LOGS",
                "PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", PASSWORD);
        // A batch is one text, so that its statements take one round trip.
        properties.setProperty("allowMultiQueries", "true");
        return DriverManager.getConnection(server.jdbcUrl(SourceShape.DATABASE), properties);
    }

    private void executeAsRoot(String... statements) throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
