package io.millrace.connectors.projection.database;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * How to reach the views' database.
 *
 * @param url a JDBC URL that {@link ConnectionUrl} took
 * @param source supplies user and password of each new connection
 * @param truststorePassword of the file with the certificates that the server is trusted by; empty if it needs none
 * @param keystorePassword of the file with the client's own key; empty if it needs none
 * @param logins whether the server has accepted these settings before
 */
public record ConnectionSettings(
        String url, LoginSource source, String truststorePassword, String keystorePassword, LoginHistory logins) {
    /**
     * A session that is idle for this long in a transaction is ended by the server. A worker that was paused in the middle
     * of one still holds its locks on the ledger and would make the partition's new owner wait; this is how long.
     */
    public static final int IDLE_SECONDS = 20;

    /**
     * How long a statement waits for a row, or for the definition of a table, that another transaction holds. Longer than
     * that is worth a new attempt.
     */
    public static final int LOCK_WAIT_SECONDS = 10;

    /** How long to wait for a connection. */
    public static final int CONNECT_SECONDS = 10;

    /**
     * How long to wait for the answer to a statement. A driver that closes a TLS connection after that may wait as long
     * again for the server's consent, so a call of a server that hangs ends within twice this time. Statements are bounded
     * far below it, except those of {@link DdlStatements}.
     */
    public static final int SOCKET_SECONDS = 25;

    /**
     * How long to wait for the answer to a statement that creates, changes or drops a table. A server may copy the
     * table for it. If the driver timed out earlier, the next attempts would wait for the lock of the statement. A stop
     * of the task ends the wait.
     */
    public static final int DDL_SECONDS = 3_600;

    /** Without passwords of key files. */
    public ConnectionSettings(String url, String user, String password) {
        this(url, new DatabaseLogin(user, password), "", "", new LoginHistory());
    }

    /** The database's dialect. */
    public Dialect dialect() {
        return Dialects.find(url).orElseThrow();
    }

    /**
     * Opens a connection without auto-commit.
     *
     * @throws SQLException if that fails; with an SQLState of connections, which are retried, if the server refuses a
     *     login that it has accepted before, as it does while a password is changed, or if that was a moment ago
     */
    public Connection open() throws SQLException {
        if (logins.mustWait()) {
            throw new StateException(
                    "The server has refused a login that it had accepted before; the next login is at least "
                            + LoginHistory.PAUSE.toSeconds() + " s later",
                    StateException.CONNECTION_REJECTED);
        }
        try {
            Connection connection = dialect().open(this);
            logins.markAccepted();
            return connection;
        } catch (SQLException e) {
            SqlErrors errors = dialect().errors();
            if (logins.wasAccepted() && errors.isLoginRefused(e)) {
                logins.markRefused();
                throw new StateException(
                        "The server refuses a login that it has accepted before: " + errors.describe(e),
                        StateException.CONNECTION_REJECTED,
                        e);
            }
            throw e;
        }
    }

    /** Without the passwords. */
    @Override
    public String toString() {
        return source + " at " + url;
    }
}
