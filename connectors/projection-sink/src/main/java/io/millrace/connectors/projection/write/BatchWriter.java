package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.Database;
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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Writes batches on a thread of its own, so that the next records are fetched, converted and projected meanwhile. What came
 * while a batch was written is written together: transactions grow with the load, up to a limit, and an event that comes
 * alone waits for nothing.
 *
 * <p>A batch is tried again after faults that pass, within the retry timeout. After any other fault the writer writes
 * nothing more and says why with every call; whoever owns it takes another one, or gives up.
 *
 * <p>The methods are for the one thread that hands batches over.
 */
public final class BatchWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);

    /**
     * How much may wait while a batch is written; as much again is being written.
     *
     * @param records about how many records
     * @param bytes about how many bytes of texts and byte strings
     */
    public record Limits(int records, long bytes) {}

    private final Database database;
    private final SqlErrors errors;
    private final Offsets offsets;
    private final BatchTransaction transaction;
    private final Limits limits;
    private final long retryTimeoutMs;
    private final SinkMetrics metrics;
    private final Thread thread;

    // All below is guarded by this.
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private Batch pending;
    private Batch writing;
    private RuntimeException failure;
    private String waitsFor;
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
            Limits limits,
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
        this.thread = new Thread(() -> run(context), name);
        // A worker that ends must not wait for a database.
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits until a batch may be added.
     *
     * @return whether there is room now
     * @throws FencedException where another task took a partition over
     * @throws ConnectException where the writer failed otherwise
     */
    public boolean awaitRoom(Duration timeout) {
        return await(timeout, this::hasRoom);
    }

    /**
     * Waits until everything that was added is committed.
     *
     * @return whether it is
     * @throws FencedException where another task took a partition over
     * @throws ConnectException where the writer failed otherwise
     */
    public boolean awaitIdle(Duration timeout) {
        return await(timeout, () -> pending == null && writing == null);
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

    /** What the writer waits for, where it does not get on; for a message. */
    public synchronized Optional<String> waitsFor() {
        return Optional.ofNullable(waitsFor);
    }

    /** The offsets that this writer committed since it was last asked. */
    public synchronized Map<TopicPartition, Long> takeCommitted() {
        Map<TopicPartition, Long> taken = Map.copyOf(committed);
        committed.clear();
        return taken;
    }

    /**
     * Writes nothing more. What is just being written is committed or not. Waits a moment for the thread,
     * which may be stuck in the database.
     */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            pending = null;
            notifyAll();
        }
        try {
            thread.join(Duration.ofSeconds(1).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("{} does not hear from the database; giving its connection up", thread.getName());
            database.abort();
        }
    }

    private boolean hasRoom() {
        return pending == null || (pending.size() < limits.records() && pending.bytes() < limits.bytes());
    }

    private interface Check {
        boolean holds();
    }

    private boolean await(Duration timeout, Check check) {
        synchronized (this) {
            boolean holds = waitUntil(timeout, () -> failure != null || check.holds());
            if (failure != null) {
                throw failure;
            }
            return holds;
        }
    }

    private synchronized boolean waitUntil(Duration timeout, Check check) {
        long deadline = System.nanoTime() + timeout.toNanos();
        try {
            while (!check.holds()) {
                long left = (deadline - System.nanoTime() + 999_999) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while views were written", e);
        }
    }

    private void run(Map<String, String> context) {
        if (context != null) {
            MDC.setContextMap(context);
        }
        try {
            while (true) {
                Batch batch = take();
                if (batch == null) {
                    return;
                }
                write(batch);
                wrote(batch);
            }
        } catch (ClosedException e) {
            LOG.debug("{}", e.getMessage());
            fail(e);
        } catch (FencedException e) {
            metrics.fenced();
            fail(e);
        } catch (RuntimeException e) {
            metrics.failed();
            fail(e);
        } catch (SQLException e) {
            metrics.failed();
            fail(new ConnectException("Writing the views failed: " + errors.describe(e), errors.safeCause(e)));
        } catch (Error e) {
            metrics.failed();
            fail(new ConnectException("Writing the views failed", e));
            throw e;
        } finally {
            database.close();
        }
    }

    private synchronized Batch take() {
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

    private synchronized void wrote(Batch batch) {
        batch.moves().forEach(move -> committed.put(move.from().partition(), move.nextOffset()));
        writing = null;
        waitsFor = null;
        notifyAll();
    }

    private synchronized void fail(RuntimeException e) {
        failure = e;
        pending = null;
        writing = null;
        notifyAll();
    }

    private void write(Batch batch) throws SQLException {
        RetryWindow retries = new RetryWindow(retryTimeoutMs);
        long start = System.nanoTime();
        while (true) {
            try {
                // After a fault in a commit it is open whether it happened.
                int refused = retries.faults() == 0 || !isCommitted(batch)
                        ? transaction.write(batch)
                        : batch.refusals().size();
                metrics.committed(batch.size(), batch.rowChanges(), refused, System.nanoTime() - start);
                return;
            } catch (SQLException e) {
                if (errors.classify(e) != SqlFault.TRANSIENT) {
                    throw e;
                }
                database.discard();
                if (!retries.permits()) {
                    throw new ConnectException(
                            "Writing the views failed " + retries.faults()
                                    + " times, for longer than retry.timeout.ms: " + errors.describe(e),
                            e);
                }
                metrics.retried();
                LOG.warn("Writing the views failed and will be tried again: {}", errors.describe(e));
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

    private void waitToRetry(String reason, long millis) {
        synchronized (this) {
            waitsFor = reason;
        }
        if (waitUntil(Duration.ofMillis(millis), () -> closed)) {
            throw new ClosedException(reason);
        }
    }

    /** Not a failure: whoever closed the writer knows. */
    private static final class ClosedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private ClosedException(String reason) {
            super("Closed while waiting to try again: " + reason);
        }
    }
}
