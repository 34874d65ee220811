package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** The progress of Millrace's sink by its ledger: the records of all partitions together. */
public final class LedgerProgress implements AutoCloseable {
    private static final long POLL_MS = 10;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final BenchmarkWorker worker;
    private final String connector;
    private final Connection connection;
    private final PreparedStatement select;
    private final StallReport report;

    /**
     * Returns when the connector runs, and so has made its ledger.
     *
     * @param topic what the connector reads
     */
    public LedgerProgress(ViewDatabase database, BenchmarkWorker worker, String connector, String topic)
            throws SQLException, IOException {
        worker.awaitRunning(connector);
        this.worker = worker;
        this.connector = connector;
        report = new StallReport(worker, connector, topic);
        connection = database.connect();
        select = connection.prepareStatement(
                "SELECT COALESCE(SUM(next_offset), 0) FROM millrace_ledger WHERE connector = ?");
        select.setString(1, connector);
    }

    /**
     * Waits until so many records are written; returns how many are.
     *
     * @throws IllegalStateException if the worker has ended, or nothing is written for a minute; the message shows where
     *     everything stands
     */
    public long awaitRecords(long records) throws SQLException, IOException, InterruptedException {
        long last = -1;
        long moved = System.nanoTime();
        while (true) {
            long written = countWritten();
            if (written >= records) {
                return written;
            }
            if (!worker.isAlive()) {
                throw new IllegalStateException("The worker ended at " + written + "; its log is " + worker.log());
            }
            if (written > last) {
                last = written;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > PATIENCE_NANOS) {
                worker.awaitRunning(connector);
                throw new IllegalStateException(connector + " stands still at " + written + " of " + records
                        + "; its log is " + worker.log() + System.lineSeparator() + report.compose(connection));
            }
            Thread.sleep(POLL_MS);
        }
    }

    /** How many records are written now. */
    public long countWritten() throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
