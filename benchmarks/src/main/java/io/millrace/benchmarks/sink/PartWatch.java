package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.BenchmarkWorker;
import io.millrace.benchmarks.harness.ViewDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Sees the parts of an {@link OrderStream} become visible in a table, by their markers. */
public final class PartWatch {
    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final long POLL_MS = 5;

    private PartWatch() {}

    /**
     * Waits for the part's marker in the table, with a query each 5 ms; returns the time of the answer, in
     * {@link System#nanoTime}.
     *
     * @throws IllegalStateException if it does not come in half an hour
     * @throws io.millrace.testing.servers.ConnectRestException if the connector or its task fails before
     */
    public static long awaitPart(
            BenchmarkWorker worker, String connector, ViewDatabase database, String table, int part)
            throws SQLException, IOException, InterruptedException {
        long begin = System.nanoTime();
        long checked = begin;
        try (Connection connection = database.connect();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT 1 FROM " + table + " WHERE order_id = " + OrderStream.markerKey(part))) {
            while (true) {
                try (ResultSet row = select.executeQuery()) {
                    long now = System.nanoTime();
                    if (row.next()) {
                        return now;
                    }
                    if (now - begin > LONGEST.toNanos()) {
                        throw new IllegalStateException(connector + " did not come to the end of part " + part + " in "
                                + LONGEST + "; its log is " + worker.log());
                    }
                    if (now - checked > TimeUnit.SECONDS.toNanos(5)) {
                        worker.awaitRunning(connector);
                        checked = now;
                    }
                }
                Thread.sleep(POLL_MS);
            }
        }
    }
}
