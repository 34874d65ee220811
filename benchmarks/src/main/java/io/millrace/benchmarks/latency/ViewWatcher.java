package io.millrace.benchmarks.latency;

import io.millrace.benchmarks.harness.ViewDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sees rows become visible to another session: a thread that queries the highest id repeatedly. Orders come in the
 * order of their ids, through one partition, so that all up to the highest are there. A time is that of the answer, up
 * to {@link #PAUSE_NANOS} and one query after the commit.
 */
final class ViewWatcher implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final ViewDatabase database;
    private final String table;
    private final long[] visibleAt;
    private final Thread thread = new Thread(this::watchView, "view-watcher");
    private volatile int highest;
    private volatile SQLException failure;
    private volatile boolean closed;

    /** Begins to watch; the ids go up to {@code most}. */
    ViewWatcher(ViewDatabase database, String table, int most) {
        this.database = database;
        this.table = table;
        this.visibleAt = new long[most + 1];
        thread.start();
    }

    /** When the order was seen, in {@link System#nanoTime}; for those that {@link #awaitOrder} has waited for. */
    long visibleAt(int id) {
        return visibleAt[id];
    }

    /**
     * Waits for the order.
     *
     * @throws IllegalStateException if it does not come in time
     */
    void awaitOrder(int id, long seconds) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (highest < id) {
            if (failure != null) {
                throw failure;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "The order " + id + " is not in " + table + " after " + seconds + " s; the last is " + highest);
            }
            Thread.sleep(5);
        }
    }

    private void watchView() {
        try (Connection connection = database.connect();
                PreparedStatement select = connection.prepareStatement("SELECT COALESCE(MAX(id), 0) FROM " + table)) {
            while (!closed) {
                int max;
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    max = row.getInt(1);
                }
                long now = System.nanoTime();
                for (int id = highest + 1; id <= max; id++) {
                    visibleAt[id] = now;
                }
                highest = max;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (SQLException e) {
            failure = e;
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
