package io.millrace.benchmarks.harness;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** MySQL with memory for the views and its defaults otherwise, a binlog among them. */
final class MySqlViews implements ViewDatabase {
    private static final Map<String, String> OPTIONS = Map.of(
            "innodb_buffer_pool_size", "512M",
            "innodb_redo_log_capacity", "1G",
            "binlog_rows_query_log_events", "OFF",
            "local_infile", "ON",
            // The views' user creates triggers.
            "log_bin_trust_function_creators", "ON",
            // Each of many sinks has some connections.
            "max_connections", "1000");

    private final MySqlServer server;

    MySqlViews(Installation installation, Path directory, boolean durable) throws SQLException {
        Map<String, String> options = new HashMap<>(OPTIONS);
        options.put("innodb_flush_log_at_trx_commit", durable ? "1" : "2");
        options.put("sync_binlog", durable ? "1" : "0");
        server = MySqlServer.start(installation, directory, options);
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("CREATE DATABASE IF NOT EXISTS views");
            statement.execute("CREATE USER IF NOT EXISTS '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            statement.execute("GRANT ALL ON views.* TO '" + USER + "'@'%'");
        }
    }

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public String url(String... options) {
        String url = server.jdbcUrl("views");
        return options.length == 0 ? url : url + "&" + String.join("&", options);
    }

    @Override
    public Connection connect(String... options) throws SQLException {
        return DriverManager.getConnection(url(options), USER, PASSWORD);
    }

    @Override
    public String batchingOption() {
        return "rewriteBatchedStatements=true";
    }

    @Override
    public String timestamp() {
        return "DATETIME(6)";
    }

    /** The time at which the statement began. */
    @Override
    public String utcNow() {
        return "(UTC_TIMESTAMP(6))";
    }

    @Override
    public String longText() {
        return "LONGTEXT";
    }

    @Override
    public String checksum(String columns) {
        return "SUM(CRC32(CONCAT_WS('|', " + columns + ")))";
    }

    @Override
    public String lock(String table) {
        return "LOCK TABLES " + table + " WRITE";
    }

    /** Every page is written, and binlogs that are full are gone. */
    @Override
    public void settle() throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement statement = root.createStatement()) {
            statement.execute("PURGE BINARY LOGS BEFORE NOW()");
            statement.execute("SET GLOBAL innodb_max_dirty_pages_pct_lwm = 0, GLOBAL innodb_max_dirty_pages_pct = 0");
            try {
                while (dirtyPages(statement) > 100) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while MySQL wrote its pages", e);
            } finally {
                statement.execute("SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT,"
                        + " GLOBAL innodb_max_dirty_pages_pct_lwm = DEFAULT");
            }
        }
    }

    private static long dirtyPages(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'")) {
            row.next();
            return row.getLong(2);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
