package io.millrace.connectors.projection.database.postgresql;

import io.millrace.connectors.projection.database.ConnectionSettings;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * The session's settings: UTC, so that a time is the same in columns with and without a time zone, READ COMMITTED, limits
 * for waits, and plans that find rows by their keys.
 *
 * <p>The keys of a statement are parameters, arrays of any length. If the planner knew their lengths, it would read the whole
 * table for some thousand keys, also if the table has a thousand times as many rows; and a plan from the time when the table was
 * small would still read all of it later. A generic plan without sequential scans searches the index for each key. Compiling a
 * plan takes longer than these statements, and the costs of a sequential scan that is not permitted would cause it.
 *
 * <p>Behind a pooler, such as PgBouncer in transaction mode, each transaction may have another session, and after it
 * other clients have that session. So no state is left there: settings are set for each transaction, statements have no
 * names, and {@link Stage} drops its tables.
 */
final class PostgresSession implements InvocationHandler {
    private static final String SETTINGS = settings("SET ", "SET default_transaction_isolation = 'read committed'");
    private static final String SETTINGS_OF_TRANSACTION =
            settings("SET LOCAL ", "SET TRANSACTION ISOLATION LEVEL READ COMMITTED");

    /** By one of these the sink begins to use a transaction. */
    private static final Set<String> USES =
            Set.of("createStatement", "prepareStatement", "createArrayOf", "setSavepoint");

    private final Connection connection;
    private boolean begun;

    private PostgresSession(Connection connection) {
        this.connection = connection;
    }

    private static String settings(String set, String isolation) {
        return String.join(
                ";",
                isolation,
                set + "TIME ZONE 'UTC'",
                set + "idle_in_transaction_session_timeout = '" + ConnectionSettings.IDLE_SECONDS + "s'",
                set + "lock_timeout = '" + ConnectionSettings.LOCK_WAIT_SECONDS + "s'",
                set + "client_min_messages = 'warning'",
                set + "plan_cache_mode = 'force_generic_plan'",
                set + "enable_seqscan = off",
                set + "jit = off");
    }

    /**
     * Begins a session.
     *
     * @param connection new, between two transactions
     * @return the connection to be used, between two transactions
     */
    static Connection begin(Connection connection) throws SQLException {
        PGConnection driver = connection.unwrap(PGConnection.class);
        int threshold = driver.getPrepareThreshold();
        // Otherwise the driver gives a name to COMMIT, too.
        driver.setPrepareThreshold(0);
        try (Statement statement = connection.createStatement()) {
            if (threshold == 0 || !isServer(driver.getBackendPID(), statement)) {
                connection.commit();
                return (Connection) Proxy.newProxyInstance(
                        PostgresSession.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        new PostgresSession(connection));
            }
            statement.execute(SETTINGS);
            connection.commit();
            driver.setPrepareThreshold(threshold);
            return connection;
        }
    }

    /**
     * Whether the process id that the driver received when it connected is the server's. A pooler gives its clients its
     * own keys to cancel statements. A URL with {@code prepareThreshold=0} also counts as a pooler's.
     */
    private static boolean isServer(int pid, Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_backend_pid()")) {
            row.next();
            return row.getInt(1) == pid;
        }
    }

    /** Whether another transaction of this connection may have another session. */
    static boolean changesBetweenTransactions(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getPrepareThreshold() == 0;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (!begun && USES.contains(method.getName())) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(SETTINGS_OF_TRANSACTION);
            }
            begun = true;
        }
        try {
            Object result = method.invoke(connection, arguments);
            if (arguments == null
                    && (method.getName().equals("commit") || method.getName().equals("rollback"))) {
                begun = false;
            }
            return result;
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }
}
