package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.database.ConnectionSettings;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.RetryWindow;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Uses the database and Kafka, with retries. For one thread, except {@link #interrupt} and {@link #close}. */
final class RetryingDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingDatabase.class);

    private final ConnectionSettings settings;
    private final long retryTimeoutMs;
    private final SqlErrors errors;
    private volatile @Nullable Database inUse;
    private volatile boolean closed;

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
     * @throws ConnectException if the fault is not transient, or lasts longer than the retry timeout, or this is closed
     */
    <T> T run(String purpose, Action<T> action) {
        RetryWindow window = new RetryWindow(retryTimeoutMs);
        while (true) {
            requireOpen(purpose);
            try (Database database = new Database(settings)) {
                inUse = database;
                requireOpen(purpose);
                return action.run(database);
            } catch (SQLException e) {
                if (errors.classify(e) != SqlFault.TRANSIENT || !window.permitsRetry()) {
                    throw new ConnectException("Cannot " + purpose + ": " + errors.describe(e), errors.safeCause(e));
                }
                waitToRetry(purpose, errors.describe(e), window);
            } catch (RetriableException e) {
                if (!window.permitsRetry()) {
                    throw new ConnectException("Cannot " + purpose + ": Kafka does not respond, " + e.getMessage(), e);
                }
                waitToRetry(purpose, "Kafka does not respond, " + e.getMessage(), window);
            } catch (ApiException e) {
                throw new ConnectException(
                        "Cannot " + purpose + ": Kafka refuses it (see the options kafka.*), " + e.getMessage(), e);
            } finally {
                inUse = null;
            }
        }
    }

    /**
     * Runs an action once.
     *
     * @return empty after a transient fault
     * @throws ConnectException if the fault is not transient
     */
    <T> Optional<T> tryOnce(String purpose, Action<T> action) {
        try (Database database = new Database(settings)) {
            inUse = database;
            requireOpen(purpose);
            return Optional.of(action.run(database));
        } catch (SQLException e) {
            if (errors.classify(e) != SqlFault.TRANSIENT) {
                throw new ConnectException("Cannot " + purpose + ": " + errors.describe(e), errors.safeCause(e));
            }
            LOG.debug("Cannot {}: {}", purpose, errors.describe(e));
            return Optional.empty();
        } finally {
            inUse = null;
        }
    }

    private void requireOpen(String purpose) {
        if (closed) {
            throw new ConnectException("Closed before it could " + purpose);
        }
    }

    private void waitToRetry(String purpose, String reason, RetryWindow window) {
        if (closed) {
            throw new ConnectException("Closed while waiting to " + purpose + ": " + reason);
        }
        LOG.warn("Retrying to {}: {}", purpose, reason);
        try {
            Thread.sleep(window.waitMs());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while waiting to " + purpose, e);
        }
    }

    /** Ends the action that runs, which begins again. */
    void interrupt() {
        Database database = inUse;
        if (database != null) {
            database.abort();
        }
    }

    /** Ends the action that runs, which fails. */
    @Override
    public void close() {
        closed = true;
        interrupt();
    }
}
