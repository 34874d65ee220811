package io.millrace.connectors.projection.write;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.RetryWindow;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.metrics.SinkMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Writes batches on a thread of its own, so that the next records are fetched, converted and projected meanwhile.
 * Batches that are added while one is written are written together: transactions grow with the load, up to a limit, and
 * a single record is written at once.
 *
 * <p>A batch is retried after transient faults, within the retry timeout. After any other fault the writer writes
 * nothing more and throws the reason at every call; its owner replaces it, or fails.
 *
 * <p>The methods are for the one thread that hands batches over.
 */
public final class BatchWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    /** How often the thread that hands batches over looks whether there are refused records to hand over. */
    private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Database database;
    private final SqlErrors errors;
    private final Offsets offsets;
    private final BatchTransaction transaction;
    private final BatchLimits limits;
    private final long retryTimeoutMs;
    private final SinkMetrics metrics;
    private final Thread thread;

    @GuardedBy("this")
    private final Map<TopicPartition, Long> committed = new HashMap<>();

    @GuardedBy("this")
    private @Nullable Batch pending;

    @GuardedBy("this")
    private @Nullable Batch writing;

    @GuardedBy("this")
    private @Nullable RuntimeException failure;

    @GuardedBy("this")
    private @Nullable String waitsFor;

    @GuardedBy("this")
    private boolean closed;

    /**
     * Starts the thread.
     *
     * @param database closed by the writer
     * @param retryTimeoutMs how long a batch is tried again
     */
    public BatchWriter(
            String name,
            Database database,
            Offsets offsets,
            BatchTransaction transaction,
            BatchLimits limits,
            long retryTimeoutMs,
            SinkMetrics metrics) {
        this.database = database;
        this.errors = database.dialect().errors();
        this.offsets = offsets;
        this.transaction = transaction;
        this.limits = limits;
        this.retryTimeoutMs = retryTimeoutMs;
        this.metrics = metrics;
        Map<String, String> context = MDC.getCopyOfContextMap();
        this.thread = new Thread(() -> runWrites(context), name);
        // A worker that ends must not wait for a database.
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits until a batch may be added.
     *
     * @return whether there is room now
     * @throws FencedException if another task has claimed a partition
     * @throws ConnectException if the writer failed otherwise
     */
    public boolean awaitRoom(Duration timeout) {
        return awaitState(false, timeout);
    }

    /**
     * Waits until everything that was added is committed.
     *
     * @return whether it is
     * @throws FencedException if another task has claimed a partition
     * @throws ConnectException if the writer failed otherwise
     */
    public boolean awaitIdle(Duration timeout) {
        return awaitState(true, timeout);
    }

    /** Waits, and hands refused records over meanwhile, which only the calling thread lets happen. */
    private boolean awaitState(boolean idle, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            transaction.queue().giveTurn();
            synchronized (this) {
                throwFailure();
                if (idle ? isIdle() : hasRoom()) {
                    return true;
                }
                long now = System.nanoTime();
                if (deadline - now <= 0) {
                    return false;
                }
                waitUntil(now + Math.min(deadline - now, TURN_NANOS));
            }
        }
    }

    /** How much may be added now. */
    public synchronized BatchLimits room() {
        return pending == null ? limits : limits.without(pending);
    }

    /** Adds a batch behind those that were added before. */
    public synchronized void add(Batch batch) {
        if (pending == null) {
            pending = batch;
        } else {
            pending.append(batch);
        }
        notifyAll();
    }

    /** Whether nothing waits and nothing is being written. */
    public synchronized boolean isIdle() {
        return pending == null && writing == null;
    }

    /** How many connections it has opened. */
    public long connections() {
        return database.openings();
    }

    /** The fault after which the writer waits to retry, or the dead letter queue that it waits for; for a message. */
    public Optional<String> waitsFor() {
        Optional<String> queue = transaction.queue().waitsFor();
        synchronized (this) {
            return queue.isPresent() ? queue : Optional.ofNullable(waitsFor);
        }
    }

    /** The offsets that this writer has committed since the last call. */
    public synchronized Map<TopicPartition, Long> takeCommitted() {
        Map<TopicPartition, Long> taken = Map.copyOf(committed);
        committed.clear();
        return taken;
    }

    /**
     * Stops writing. The current write is committed or not. Waits a moment for the thread,
     * which may be stuck in the database.
     */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            pending = null;
            notifyAll();
        }
        transaction.queue().close();
        try {
            thread.join(Duration.ofSeconds(1).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("Database does not respond, aborting the connection of {}", thread.getName());
            database.abort();
        }
    }

    @GuardedBy("this")
    private boolean hasRoom() {
        return pending == null || !pending.reaches(limits);
    }

    @GuardedBy("this")
    private void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    /** Waits for a change of state; false if the time is over. */
    @GuardedBy("this")
    @SuppressWarnings("WaitNotInLoop") // Every caller checks the state in a loop.
    private boolean waitUntil(long deadlineNanos) {
        long left = (deadlineNanos - System.nanoTime() + 999_999) / 1_000_000;
        if (left <= 0) {
            return false;
        }
        try {
            wait(left);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while views were written", e);
        }
        return true;
    }

    private void runWrites(@Nullable Map<String, String> context) {
        if (context != null) {
            MDC.setContextMap(context);
        }
        try {
            while (true) {
                Batch batch = takePending();
                if (batch == null) {
                    return;
                }
                long start = System.nanoTime();
                writeWithRetries(batch);
                markCommitted(batch, System.nanoTime() - start);
            }
        } catch (ClosedException e) {
            LOG.debug("{}", e.getMessage());
            failWith(e);
        } catch (FencedException e) {
            metrics.fenced();
            failWith(e);
        } catch (RuntimeException e) {
            metrics.failed();
            failWith(e);
        } catch (SQLException e) {
            metrics.failed();
            failWith(new ConnectException("Writing the views failed: " + errors.describe(e), errors.safeCause(e)));
        } catch (Error e) {
            metrics.failed();
            failWith(new ConnectException("Writing the views failed", e));
            throw e;
        } finally {
            database.close();
        }
    }

    private synchronized @Nullable Batch takePending() {
        while (pending == null && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                closed = true;
            }
        }
        writing = closed ? null : pending;
        pending = null;
        notifyAll();
        return writing;
    }

    private synchronized void markCommitted(Batch batch, long nanos) {
        if (!closed) {
            metrics.settled(batch.size(), nanos);
        }
        batch.moves().forEach(move -> committed.put(move.from().partition(), move.nextOffset()));
        writing = null;
        waitsFor = null;
        notifyAll();
    }

    private synchronized void failWith(RuntimeException e) {
        failure = e;
        pending = null;
        writing = null;
        notifyAll();
    }

    private void writeWithRetries(Batch batch) throws SQLException {
        RetryWindow retries = new RetryWindow(retryTimeoutMs);
        long start = System.nanoTime();
        while (true) {
            try {
                // After a fault in a commit it is unknown whether the commit happened.
                if (retries.faults() == 0 || !isCommitted(batch)) {
                    transaction.write(batch);
                }
                metrics.committed(batch.size(), batch.rowChanges(), batch.reported(), System.nanoTime() - start);
                transaction.logWritten(batch);
                return;
            } catch (UnavailablePayloadsException e) {
                if (!retries.permitsRetry()) {
                    throw new ConnectException(
                            "Reading payloads failed " + retries.faults() + " times, for longer than retry.timeout.ms: "
                                    + e.getMessage(),
                            e.getCause());
                }
                metrics.retried();
                LOG.warn("Reading payloads failed, retrying: {}", e.getMessage());
                waitToRetry("waits for payloads: " + e.getMessage(), retries.waitMs());
            } catch (SQLException e) {
                if (errors.classify(e) != SqlFault.TRANSIENT) {
                    throw e;
                }
                database.discard();
                if (!retries.permitsRetry()) {
                    throw new ConnectException(
                            "Writing the views failed " + retries.faults()
                                    + " times, for longer than retry.timeout.ms: " + errors.describe(e),
                            e);
                }
                metrics.retried();
                LOG.warn("Writing the views failed, retrying: {}", errors.describe(e));
                waitToRetry(errors.describe(e), retries.waitMs());
            }
        }
    }

    private boolean isCommitted(Batch batch) throws SQLException {
        Connection connection = database.connection();
        boolean committed = offsets.hasMoved(connection, batch.moves());
        connection.rollback();
        return committed;
    }

    private synchronized void waitToRetry(String reason, long millis) {
        waitsFor = reason;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!closed) {
            if (!waitUntil(deadline)) {
                return;
            }
        }
        throw new ClosedException(reason);
    }
}
