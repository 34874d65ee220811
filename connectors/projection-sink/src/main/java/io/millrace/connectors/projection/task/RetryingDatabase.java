package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.RetryWindow;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import java.sql.SQLException;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uses the database with retries, where Connect would not call again. */
final class RetryingDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingDatabase.class);

    private final ConnectionSettings settings;
    private final long retryTimeoutMs;
    private final SqlErrors errors;

    RetryingDatabase(ConnectionSettings settings, long retryTimeoutMs) {
        this.settings = settings;
        this.retryTimeoutMs = retryTimeoutMs;
        this.errors = settings.dialect().errors();
    }

    /** A use of the database. */
    interface Action<T> {
        T run(Database database) throws SQLException;
    }

    /**
     * Runs an action on a connection of its own, and retries it after transient faults.
     *
     * @param purpose what the action is for, for messages: "Cannot ..."
     * @throws ConnectException if the fault is not transient, or lasts longer than the retry timeout
     */
    <T> T run(String purpose, Action<T> action) {
        RetryWindow window = new RetryWindow(retryTimeoutMs);
        while (true) {
            try (Database database = new Database(settings)) {
                return action.run(database);
            } catch (SQLException e) {
                if (errors.classify(e) != SqlFault.TRANSIENT || !window.permitsRetry()) {
                    throw new ConnectException("Cannot " + purpose + ": " + errors.describe(e), errors.safeCause(e));
                }
                LOG.warn("Cannot {}, retrying: {}", purpose, errors.describe(e));
                pause(window.waitMs());
            }
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while waiting for the database", e);
        }
    }
}
