package io.millrace.benchmarks.latency;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The service: places orders with ascending ids at a fixed rate, whether or not the pipeline keeps up, and records the
 * time of each commit. For one thread.
 */
final class OrderWriter implements AutoCloseable {
    /** Up to this many orders in a second each has a transaction of its own. */
    private static final int MOST_SINGLE = 1000;

    /** Above it orders come in so many transactions in a second. */
    private static final int TRANSACTIONS = 250;

    private final Connection connection;
    private final long[] committedAt;
    private int last;

    /** The ids go up to {@code most}. */
    OrderWriter(ShopDatabase shop, int most) throws SQLException {
        connection = shop.connect();
        committedAt = new long[most + 1];
    }

    /** The id of the last order. */
    int last() {
        return last;
    }

    /** When the server had answered the commit of this order, in {@link System#nanoTime}. */
    long committedAt(int id) {
        return committedAt[id];
    }

    /**
     * Places so many orders; returns by how much the last one was committed too late, in nanoseconds.
     *
     * @param rate orders in a second
     */
    long placeOrders(int orders, int rate) throws SQLException {
        int rows = rate <= MOST_SINGLE ? 1 : rate / TRANSACTIONS;
        long pause = TimeUnit.SECONDS.toNanos(rows) / rate;
        long due = System.nanoTime();
        try (Statement statement = connection.createStatement()) {
            for (int placed = 0; placed < orders; placed += rows, due += pause) {
                String sql = insertStatement(Math.min(rows, orders - placed));
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                statement.execute(sql);
                long now = System.nanoTime();
                for (int i = 0; i < rows && placed + i < orders; i++) {
                    committedAt[++last] = now;
                }
            }
        }
        return System.nanoTime() - due;
    }

    private String insertStatement(int rows) {
        StringBuilder sql = new StringBuilder(
                "INSERT INTO orders (id, customer_id, status, currency, total, placed_at, version) VALUES ");
        for (int i = 1; i <= rows; i++) {
            int id = last + i;
            sql.append(i == 1 ? "" : ", ")
                    .append('(')
                    .append(id)
                    .append(", ")
                    .append(id % 1000)
                    .append(", 'PLACED', 'EUR', 19.90, '2026-11-21 10:00:00.000001', 1)");
        }
        return sql.append(" /*requestId='5f1c3a7e-")
                .append(last)
                .append("',userId='u%2F42',traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'*/")
                .toString();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
