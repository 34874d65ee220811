package io.millrace.examples.orders;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.millrace.client.context.jdbc.ContextDataSource;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shop's table of orders. Each statement has the current request in its comment. A change of an order's status states the status
 * before, so that a repetition changes nothing. Safe for use by several threads.
 */
final class OrderTable implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OrderTable.class);
    private static final int CONNECTIONS = 4;
    private static final long CONNECTION_TIMEOUT_MS = 5_000;

    private final ContextDataSource shop;

    /** Opens a pool of connections, also if the server does not answer yet. */
    OrderTable(ServiceSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(settings.url());
        config.setUsername(settings.user());
        config.setPassword(settings.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MS);
        config.setInitializationFailTimeout(-1);
        shop = new ContextDataSource(new HikariDataSource(config));
    }

    /** Places an order, and returns its id. */
    long placeOrder(long customer, BigDecimal total) throws SQLException {
        String sql = "INSERT INTO orders (customer_id, status, currency, total, placed_at)"
                + " VALUES (?, 'PLACED', 'EUR', ?, UTC_TIMESTAMP(6))";
        try (Connection connection = shop.getConnection();
                PreparedStatement insert = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            insert.setLong(1, customer);
            insert.setBigDecimal(2, total);
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                keys.next();
                long id = keys.getLong(1);
                LOG.info("Placed order {}", id);
                return id;
            }
        }
    }

    /** Pays an order that is placed; returns whether it was. */
    boolean payOrder(long id) throws SQLException {
        return changeOrder(
                "Paid",
                id,
                "UPDATE orders SET status = 'PAID', paid_at = UTC_TIMESTAMP(6), version = version + 1"
                        + " WHERE id = ? AND status = 'PLACED'");
    }

    /** Ships an order that is paid; returns whether it was. */
    boolean shipOrder(long id) throws SQLException {
        return changeOrder(
                "Shipped",
                id,
                "UPDATE orders SET status = 'SHIPPED', shipped_at = UTC_TIMESTAMP(6), version = version + 1"
                        + " WHERE id = ? AND status = 'PAID'");
    }

    /** Cancels an order that is placed or paid; returns whether it was. */
    boolean cancelOrder(long id) throws SQLException {
        return changeOrder(
                "Cancelled",
                id,
                "UPDATE orders SET status = 'CANCELLED', version = version + 1"
                        + " WHERE id = ? AND status IN ('PLACED', 'PAID')");
    }

    private boolean changeOrder(String done, long id, String sql) throws SQLException {
        try (Connection connection = shop.getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, id);
            boolean changed = update.executeUpdate() > 0;
            if (changed) {
                LOG.info("{} order {}", done, id);
            } else {
                LOG.info("Nothing to do, order {} has another status", id);
            }
            return changed;
        }
    }

    @Override
    public void close() throws SQLException {
        shop.close();
    }
}
