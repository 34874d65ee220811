package io.millrace.connectors.projection.database;

import com.mysql.cj.jdbc.NonRegisteringDriver;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/**
 * How to reach the views' database, and the session that the sink's guarantees rest on.
 *
 * @param url a JDBC URL that {@link ConnectionUrl} took
 * @param user the database user
 * @param password the user's password
 */
public record ConnectionSettings(String url, String user, String password) {
    /**
     * A session that is idle for this long is ended by the server. A worker that was paused in the middle of a
     * transaction still holds its locks on the ledger and would make the partition's new owner wait; this is how long.
     */
    public static final int IDLE_SECONDS = 20;

    /** How long a statement waits for a row that another transaction holds. Longer than that is worth a new attempt. */
    private static final int LOCK_WAIT_SECONDS = 10;

    /**
     * Strict, so that nothing is cut or replaced silently; READ COMMITTED, because it locks few gaps and tasks write side
     * by side; UTC, so that a moment means the same in every column.
     */
    private static final String SESSION = "sql_mode='STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,"
            + "ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE',"
            + "transaction_isolation='READ-COMMITTED',"
            + "wait_timeout=" + IDLE_SECONDS + ",net_read_timeout=" + IDLE_SECONDS
            + ",innodb_lock_wait_timeout=" + LOCK_WAIT_SECONDS;

    private static final Map<String, String> PROPERTIES = Map.ofEntries(
            Map.entry("sessionVariables", SESSION),
            Map.entry("connectionTimeZone", "UTC"),
            Map.entry("forceConnectionTimeZoneToSession", "true"),
            Map.entry("characterEncoding", "UTF-8"),
            Map.entry("jdbcCompliantTruncation", "true"),
            Map.entry("useServerPrepStmts", "false"),
            Map.entry("rewriteBatchedStatements", "false"),
            Map.entry("allowMultiQueries", "false"),
            Map.entry("autoReconnect", "false"),
            Map.entry("useAffectedRows", "false"),
            Map.entry("sendFractionalSeconds", "true"));

    /** Further parameters that would change what those mean. */
    private static final Set<String> REFUSED = Set.of(
            "serverTimezone", "noDatetimeStringSync", "continueBatchOnError", "propertiesTransform", "useConfigs");

    /** Whether a URL may have this parameter: one that the sink does not set, or sets to the same. */
    public static boolean permits(String name, String value) {
        // An encoded name would be decoded behind our back.
        return !name.contains("%")
                && REFUSED.stream().noneMatch(name::equalsIgnoreCase)
                && PROPERTIES.entrySet().stream()
                        .noneMatch(fixed -> fixed.getKey().equalsIgnoreCase(name)
                                && !fixed.getValue().equalsIgnoreCase(value));
    }

    /** Opens a connection whose transactions are ended by hand. */
    public Connection open() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", "10000");
        // A statement that hangs must not outlast the consumer's max.poll.interval.ms, 5 minutes by default.
        properties.setProperty("socketTimeout", "120000");
        properties.setProperty("tcpKeepAlive", "true");
        properties.putAll(PROPERTIES);
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        // Not through DriverManager, which does not see drivers in a plugin's class loader.
        Connection connection = new NonRegisteringDriver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("The driver does not take this connection.url", "08001");
        }
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " at " + url;
    }
}
