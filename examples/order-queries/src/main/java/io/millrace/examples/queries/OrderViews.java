package io.millrace.examples.queries;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The queries, over a few connections that are opened when they are needed and again after they were lost. A caller waits
 * for a connection for a second, and for an answer for five, at most. Safe for use by several threads.
 */
final class OrderViews implements AutoCloseable {
    private static final int CONNECTIONS = 8;
    private static final int TIME_TO_CONNECT_MS = 1_000;
    private static final int TIME_TO_ANSWER_MS = 5_000;
    /** The name of the connector that fills {@code order_status}, which identifies its rows in the ledger. */
    private static final String CONNECTOR = "order-status";

    private static final String WRITTEN_AT =
            "SELECT UNIX_TIMESTAMP(MAX(updated_at)) FROM millrace_ledger WHERE connector = ?";
    private static final String COLUMNS = "SELECT order_id, customer_id, status, total, currency, placed_at, paid_at,"
            + " shipped_at, revision FROM order_status";
    private static final String BY_ID = COLUMNS + " WHERE order_id = ?";
    private static final String NEWEST_FIRST = " ORDER BY placed_at DESC, order_id DESC LIMIT ?";
    private static final String OF_CUSTOMER = COLUMNS + " WHERE customer_id = ?" + NEWEST_FIRST;
    /** Continues after a page, by the index, at any depth. */
    private static final String OF_CUSTOMER_BEFORE =
            COLUMNS + " WHERE customer_id = ? AND placed_at <= ? AND (placed_at < ? OR order_id < ?)" + NEWEST_FIRST;

    private final HikariDataSource pool;

    OrderViews(QuerySettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("views");
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(TIME_TO_CONNECT_MS);
        config.setValidationTimeout(TIME_TO_CONNECT_MS);
        // The service starts before the views' server, too.
        config.setInitializationFailTimeout(-1);
        config.setReadOnly(true);
        // One snapshot for the statements of a query.
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_REPEATABLE_READ");
        config.addDataSourceProperty("connectTimeout", TIME_TO_CONNECT_MS);
        config.addDataSourceProperty("socketTimeout", TIME_TO_ANSWER_MS);
        config.addDataSourceProperty("connectionTimeZone", "UTC");
        this.pool = new HikariDataSource(config);
    }

    /** When the sink last wrote; empty before its first batch. */
    Optional<Instant> writtenAt() throws SQLException {
        return runInSnapshot(connection -> Optional.empty()).writtenAt();
    }

    ViewResult<Optional<OrderStatus>> findOrder(long id) throws SQLException {
        return runInSnapshot(connection -> {
            try (PreparedStatement query = connection.prepareStatement(BY_ID)) {
                query.setLong(1, id);
                return readOrders(query).stream().findFirst();
            }
        });
    }

    /** A page of a customer's orders, newest first, after the end of the page before. */
    ViewResult<List<OrderStatus>> findOrdersOf(long customer, Optional<PageCursor> after, int limit)
            throws SQLException {
        return runInSnapshot(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement(after.isPresent() ? OF_CUSTOMER_BEFORE : OF_CUSTOMER)) {
                int next = 1;
                query.setLong(next++, customer);
                if (after.isPresent()) {
                    query.setObject(next++, after.get().placedAt());
                    query.setObject(next++, after.get().placedAt());
                    query.setLong(next++, after.get().orderId());
                }
                query.setInt(next, limit);
                return readOrders(query);
            }
        });
    }

    @Override
    public void close() {
        pool.close();
    }

    private <T> ViewResult<T> runInSnapshot(Query<T> query) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            Optional<Instant> writtenAt = readWrittenAt(connection);
            T value = query.run(connection);
            connection.commit();
            return new ViewResult<>(value, writtenAt);
        }
    }

    private static Optional<Instant> readWrittenAt(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(WRITTEN_AT)) {
            query.setString(1, CONNECTOR);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getBigDecimal(1)).map(OrderViews::toInstant);
            }
        }
    }

    private static Instant toInstant(BigDecimal seconds) {
        return Instant.ofEpochSecond(0, seconds.movePointRight(9).longValue());
    }

    private static List<OrderStatus> readOrders(PreparedStatement query) throws SQLException {
        List<OrderStatus> orders = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                orders.add(new OrderStatus(
                        row.getLong("order_id"),
                        row.getLong("customer_id"),
                        row.getString("status"),
                        row.getBigDecimal("total"),
                        row.getString("currency"),
                        row.getObject("placed_at", LocalDateTime.class),
                        row.getObject("paid_at", LocalDateTime.class),
                        row.getObject("shipped_at", LocalDateTime.class),
                        row.getLong("revision")));
            }
        }
        return orders;
    }

    private interface Query<T> {
        T run(Connection connection) throws SQLException;
    }
}
