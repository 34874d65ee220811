package io.millrace.connectors.projection.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, opened when it is needed and again after it was lost, and the statements that are prepared on it. For
 * one thread, but for {@link #abort}.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int PREPARED_STATEMENTS = 64;
    private static final long PREPARED_BYTES = 16L << 20;
    /** Past half the time after which the server may have ended the session, ask it first. */
    private static final long TRUSTED_IDLE_NANOS = TimeUnit.SECONDS.toNanos(ConnectionSettings.IDLE_SECONDS) / 2;

    private static final int VALIDATION_TIMEOUT_SECONDS = 5;

    private final ConnectionSettings settings;
    private final Dialect dialect;
    private final PreparedStatements prepared = new PreparedStatements(PREPARED_STATEMENTS, PREPARED_BYTES);
    private volatile @Nullable Connection connection;
    private final AtomicLong openings = new AtomicLong();
    private volatile boolean aborted;
    private long lastUseNanos;

    public Database(ConnectionSettings settings) {
        this.settings = settings;
        this.dialect = settings.dialect();
    }

    /** The connection, alive as far as can be known, between two transactions. */
    public Connection connection() throws SQLException {
        Connection open = connection;
        if (open != null
                && System.nanoTime() - lastUseNanos > TRUSTED_IDLE_NANOS
                && !open.isValid(VALIDATION_TIMEOUT_SECONDS)) {
            LOG.debug("The connection of {} was idle and is gone; opening another", settings);
            discard();
            open = null;
        }
        if (open == null) {
            requireNotAborted();
            open = settings.open();
            connection = open;
            openings.incrementAndGet();
            // Aborted while it was being opened.
            requireNotAborted();
        }
        lastUseNanos = System.nanoTime();
        return open;
    }

    private void requireNotAborted() throws SQLException {
        if (aborted) {
            discard();
            throw new StateException("The connection was aborted", "08003");
        }
    }

    /** How many connections were opened so far. Safe for use by many threads. */
    public long openings() {
        return openings.get();
    }

    /**
     * A statement on the current connection, which must be open, without parameters of an earlier use.
     *
     * @param shape what tells it from others; equal shapes have equal texts
     * @param sql makes the text of a statement that is not prepared yet
     */
    public PreparedStatement prepare(Object shape, Supplier<String> sql) throws SQLException {
        return prepared.findOrPrepare(shape, current(), sql);
    }

    /** Lets go of the values that were written last, which the driver keeps otherwise until the statement's next use. */
    public void clearParameters() throws SQLException {
        prepared.clearParameters();
    }

    /** The connection that the current transaction is on; {@link #connection} opened it. */
    public Connection current() {
        return Objects.requireNonNull(connection, "No connection is open");
    }

    public Dialect dialect() {
        return dialect;
    }

    /** Ends the current transaction without its changes; a connection that cannot do that is given up. */
    public void rollback() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            open.rollback();
        } catch (SQLException e) {
            LOG.debug("The connection of {} cannot roll back; giving it up, which rolls back too", settings, e);
            discard();
        }
    }

    /** Gives up the connection, which ends its transaction without its changes. */
    public void discard() {
        Connection lost = connection;
        connection = null;
        prepared.clear();
        abort(lost);
    }

    private void abort(@Nullable Connection lost) {
        if (lost != null) {
            try {
                // Not close(): on a connection that is broken or stuck it would wait for the server.
                lost.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("The connection of {} was closed already", settings, e);
            }
        }
    }

    /**
     * Like {@link #discard}, for another thread than the one that uses the connection, whose use fails then. No further
     * connection is opened.
     */
    public void abort() {
        aborted = true;
        abort(connection);
    }

    @Override
    public void close() {
        rollback();
        discard();
    }
}
