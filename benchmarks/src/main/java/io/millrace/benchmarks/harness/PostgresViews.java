package io.millrace.benchmarks.harness;

import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** PostgreSQL with memory for the views and its defaults otherwise. */
final class PostgresViews implements ViewDatabase {
    private static final Map<String, String> OPTIONS =
            Map.of("shared_buffers", "512MB", "max_wal_size", "4GB", "min_wal_size", "1GB");

    private final PostgresServer server;

    PostgresViews(Installation installation, Path directory, boolean durable) throws SQLException {
        Map<String, String> options = new HashMap<>(OPTIONS);
        options.put("synchronous_commit", durable ? "on" : "off");
        server = PostgresServer.start(installation, directory, options);
        try (Connection root = server.connectAsSuperuser("postgres");
                Statement statement = root.createStatement()) {
            statement.execute("CREATE USER " + USER + " PASSWORD '" + PASSWORD + "'");
            statement.execute("GRANT pg_checkpoint TO " + USER);
            statement.execute("CREATE DATABASE views OWNER " + USER);
        }
    }

    @Override
    public String name() {
        return "postgresql";
    }

    @Override
    public String url(String... options) {
        String url = server.jdbcUrl("views");
        return options.length == 0 ? url : url + "?" + String.join("&", options);
    }

    @Override
    public Connection connect(String... options) throws SQLException {
        return DriverManager.getConnection(url(options), USER, PASSWORD);
    }

    @Override
    public String batchingOption() {
        return "reWriteBatchedInserts=true";
    }

    @Override
    public String timestamp() {
        return "TIMESTAMP(6)";
    }

    /** The time at which the row is made, because that of the statement is the transaction's. */
    @Override
    public String utcNow() {
        return "(clock_timestamp() AT TIME ZONE 'UTC')";
    }

    @Override
    public String longText() {
        return "TEXT";
    }

    @Override
    public String checksum(String columns) {
        return "SUM(crc32(convert_to(concat_ws('|', " + columns + "), 'UTF8')))";
    }

    @Override
    public String lock(String table) {
        return "LOCK TABLE " + table + " IN ACCESS EXCLUSIVE MODE";
    }

    /** Writes every page and starts a new log. */
    @Override
    public void settle() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT");
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
