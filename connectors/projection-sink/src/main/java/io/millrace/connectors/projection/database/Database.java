package io.millrace.connectors.projection.database;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, opened when it is needed and again after it was lost, and the statements that are prepared on it. A
 * connection that is not used for a while is closed, before the server ends its session. For one thread, but for
 * {@link #abort}.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int PREPARED_STATEMENTS = 64;
    private static final long PREPARED_BYTES = 16L << 20;
    /** Half the time after which the server may end the session. */
    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(ConnectionSettings.IDLE_SECONDS) / 2;

    private static final int VALIDATION_TIMEOUT_SECONDS = 5;

    private final ConnectionSettings settings;
    private final Dialect dialect;
    private final PreparedStatements prepared = new PreparedStatements(PREPARED_STATEMENTS, PREPARED_BYTES);
    private volatile @Nullable Connection connection;
    private final AtomicLong openings = new AtomicLong();
    private volatile boolean aborted;
    private long lastUseNanos;

    @GuardedBy("this")
    private boolean inUse;

    @GuardedBy("this")
    private boolean watched;

    @GuardedBy("this")
    private long idleSinceNanos;

    public Database(ConnectionSettings settings) {
        this.settings = settings;
        this.dialect = settings.dialect();
    }

    /** The connection, which is alive by the last check, between two transactions. */
    public Connection connection() throws SQLException {
        markUsed();
        Connection open = connection;
        if (open != null
                && System.nanoTime() - lastUseNanos > MAX_IDLE_NANOS
                && !open.isValid(VALIDATION_TIMEOUT_SECONDS)) {
            LOG.debug("Idle connection of {} was closed, opening another", settings);
            discard();
            open = null;
        }
        if (open == null) {
            requireNotAborted();
            open = ObservedConnection.of(settings.open(), this::markUsed, this::markIdle);
            connection = open;
            openings.incrementAndGet();
            // Aborted while it was being opened.
            requireNotAborted();
        }
        lastUseNanos = System.nanoTime();
        return open;
    }

    private synchronized void markUsed() {
        inUse = true;
    }

    /** Between two transactions. */
    private synchronized void markIdle() {
        inUse = false;
        idleSinceNanos = System.nanoTime();
        if (!watched) {
            watched = true;
            watchAfter(MAX_IDLE_NANOS);
        }
    }

    /** On a thread of the Java runtime, which serves all connections and outlives them. */
    private void watchAfter(long nanos) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(this::closeIfIdle);
    }

    /** A server counts a session that it ends itself as an aborted client, which operators watch. */
    private void closeIfIdle() {
        Connection idle;
        synchronized (this) {
            idle = connection;
            if (idle == null) {
                watched = false;
                return;
            }
            long left = inUse ? MAX_IDLE_NANOS : MAX_IDLE_NANOS - (System.nanoTime() - idleSinceNanos);
            if (left > 0) {
                watchAfter(left);
                return;
            }
            watched = false;
            connection = null;
            prepared.clear();
        }
        closeOrAbort(idle);
    }

    private void closeOrAbort(Connection open) {
        try {
            open.close();
        } catch (SQLException e) {
            LOG.debug("Connection of {} was already lost", settings, e);
            abort(open);
        }
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
     * @param shape its identity; equal shapes have equal texts
     * @param sql creates the text of a statement that is not prepared yet
     */
    public PreparedStatement prepare(Object shape, Supplier<String> sql) throws SQLException {
        return prepared.findOrPrepare(shape, current(), sql);
    }

    /** Releases the last written values, which the driver would keep until the statement's next use. */
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

    /** Rolls back the current transaction, or closes the connection if that fails. */
    public void rollback() {
        Connection open = connection;
        if (open == null) {
            return;
        }
        try {
            open.rollback();
        } catch (SQLException e) {
            LOG.debug("Rollback on the connection of {} failed, closing the connection", settings, e);
            discard();
        }
    }

    /** Closes the connection, which rolls back its transaction. */
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
                LOG.debug("Connection of {} was already closed", settings, e);
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

    /** Rolls back the current transaction, and ends the session. */
    @Override
    public void close() {
        rollback();
        Connection open = connection;
        connection = null;
        prepared.clear();
        if (open != null) {
            // The server has just answered.
            closeOrAbort(open);
        }
    }
}
