package io.millrace.connectors.projection.database;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * How to reach the views' database.
 *
 * @param url a JDBC URL that {@link ConnectionUrl} took
 * @param user the database user
 * @param password the user's password
 * @param truststorePassword of the file with the certificates that the server is trusted by; empty where it needs none
 * @param keystorePassword of the file with the client's own key; empty where it needs none
 */
public record ConnectionSettings(
        String url, String user, String password, String truststorePassword, String keystorePassword) {
    /**
     * A session that is idle for this long in a transaction is ended by the server. A worker that was paused in the middle
     * of one still holds its locks on the ledger and would make the partition's new owner wait; this is how long.
     */
    public static final int IDLE_SECONDS = 20;

    /** How long a statement waits for a row that another transaction holds. Longer than that is worth a new attempt. */
    public static final int LOCK_WAIT_SECONDS = 10;

    /** How long to wait for a connection. */
    public static final int CONNECT_SECONDS = 10;

    /** A statement that hangs must not outlast the consumer's max.poll.interval.ms, 5 minutes by default. */
    public static final int SOCKET_SECONDS = 120;

    /** Without passwords of key files. */
    public ConnectionSettings(String url, String user, String password) {
        this(url, user, password, "", "");
    }

    /** The database's dialect. */
    public Dialect dialect() {
        return Dialects.find(url).orElseThrow();
    }

    /** Opens a connection whose transactions are ended by hand. */
    public Connection open() throws SQLException {
        return dialect().open(this);
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return user + " at " + url;
    }
}
