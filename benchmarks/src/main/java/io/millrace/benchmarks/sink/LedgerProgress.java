package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** How far Millrace's sink is, as its ledger says: the records of all partitions together. */
final class LedgerProgress implements AutoCloseable {
    private static final long POLL_MS = 10;
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final BenchmarkWorker worker;
    private final String connector;
    private final Connection connection;
    private final PreparedStatement select;
    private final StallReport report;

    /** Returns when the connector runs, and so has made its ledger. */
    LedgerProgress(ViewDatabase database, BenchmarkWorker worker, String connector) throws SQLException, IOException {
        worker.awaitRunning(connector);
        this.worker = worker;
        this.connector = connector;
        report = new StallReport(worker, connector);
        connection = database.connect();
        select = connection.prepareStatement(
                "SELECT COALESCE(SUM(next_offset), 0) FROM millrace_ledger WHERE connector = ?");
        select.setString(1, connector);
    }

    /**
     * Waits until so many records are written; returns how many are.
     *
     * @throws IllegalStateException if nothing is written for a minute; the message shows where everything stands
     */
    long awaitRecords(long records) throws SQLException, IOException, InterruptedException {
        long last = -1;
        long moved = System.nanoTime();
        while (true) {
            long written = written();
            if (written >= records) {
                return written;
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

    private long written() throws SQLException {
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
