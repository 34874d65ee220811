package io.millrace.local.quickstart;

import io.millrace.client.context.ContextScope;
import io.millrace.client.context.jdbc.ContextConnections;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * An ordinary CRUD service: JDBC, transactions, and the library that comments each statement with the request's context.
 * It does not depend on events. For one thread.
 */
public final class ShopService {
    private final Connection connection;

    /** Works on this connection, and switches its automatic commit off. */
    public ShopService(Connection connection) throws SQLException {
        this.connection = ContextConnections.wrap(connection);
        connection.setAutoCommit(false);
    }

    /** Adds the product unless there is one with this number; returns its id. */
    public long addProduct(ShopRequest context, String sku, String name, BigDecimal price) throws SQLException {
        write(
                context,
                "INSERT INTO products (sku, name, price) VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name)",
                sku,
                name,
                price);
        connection.commit();
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM products WHERE sku = ?")) {
            statement.setString(1, sku);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** Gives a product another image. */
    public ShopWrite saveImage(ShopRequest context, long product, byte[] image) throws SQLException {
        return writeOne(
                context,
                product,
                "UPDATE products SET version = version + 1, image_type = 'image/png', image = ? WHERE id = ?",
                image,
                product);
    }

    /** Places an order of one piece of each product, in one transaction. */
    public ShopWrite placeOrder(ShopRequest context, long customerId, List<Long> products, BigDecimal unitPrice)
            throws SQLException {
        BigDecimal total = unitPrice.multiply(BigDecimal.valueOf(products.size()));
        Written order = write(
                context,
                "INSERT INTO orders (customer_id, status, currency, total, placed_at) VALUES (?, 'PLACED', 'EUR', ?, ?)",
                customerId,
                total,
                now());
        for (int i = 0; i < products.size(); i++) {
            write(
                    context,
                    "INSERT INTO order_lines (order_id, line_no, product_id, quantity, unit_price)"
                            + " VALUES (?, ?, ?, 1, ?)",
                    order.id(),
                    i + 1,
                    products.get(i),
                    unitPrice);
        }
        return commit(context, order.id(), order.sql());
    }

    public ShopWrite payOrder(ShopRequest context, long order) throws SQLException {
        return writeOne(
                context,
                order,
                "UPDATE orders SET status = 'PAID', paid_at = ?, version = version + 1 WHERE id = ?",
                now(),
                order);
    }

    public ShopWrite shipOrder(ShopRequest context, long order) throws SQLException {
        return writeOne(
                context,
                order,
                "UPDATE orders SET status = 'SHIPPED', shipped_at = ?, version = version + 1 WHERE id = ?",
                now(),
                order);
    }

    public ShopWrite cancelOrder(ShopRequest context, long order) throws SQLException {
        return writeOne(
                context, order, "UPDATE orders SET status = 'CANCELLED', version = version + 1 WHERE id = ?", order);
    }

    /** Deletes the order with its lines, in one transaction. */
    public ShopWrite deleteOrder(ShopRequest context, long order) throws SQLException {
        write(context, "DELETE FROM order_lines WHERE order_id = ?", order);
        return writeOne(context, order, "DELETE FROM orders WHERE id = ?", order);
    }

    public ShopWrite createSite(ShopRequest context, SiteDocument document) throws SQLException {
        Written site = write(
                context,
                "INSERT INTO sites (name, document) VALUES (?, ?)",
                "Site of " + context.userId(),
                document.json());
        return commit(context, site.id(), site.sql());
    }

    /** Writes the site's whole document, as a service does that keeps a large object in one column. */
    public ShopWrite saveSite(ShopRequest context, long site, SiteDocument document) throws SQLException {
        return writeOne(
                context,
                site,
                "UPDATE sites SET version = version + 1, document = ? WHERE id = ?",
                document.json(),
                site);
    }

    public ShopWrite deleteSite(ShopRequest context, long site) throws SQLException {
        return writeOne(context, site, "DELETE FROM sites WHERE id = ?", site);
    }

    /** Registers a customer in the database of a region. */
    public ShopWrite registerCustomer(ShopRequest context, Region region, String name, Address address)
            throws SQLException {
        Written customer = write(
                context,
                "INSERT INTO " + region.customers() + " (name, street, city, country) VALUES (?, ?, ?, ?)",
                name,
                address.street(),
                address.city(),
                address.country());
        return commit(context, customer.id(), customer.sql());
    }

    public ShopWrite moveCustomer(ShopRequest context, Region region, long customer, Address address)
            throws SQLException {
        return writeOne(
                context,
                customer,
                "UPDATE " + region.customers()
                        + " SET version = version + 1, street = ?, city = ?, country = ? WHERE id = ?",
                address.street(),
                address.city(),
                address.country(),
                customer);
    }

    public ShopWrite deleteCustomer(ShopRequest context, Region region, long customer) throws SQLException {
        return writeOne(context, customer, "DELETE FROM " + region.customers() + " WHERE id = ?", customer);
    }

    /**
     * Begins a subscription.
     *
     * @param firstPayment when its first payment is due, in UTC and whole milliseconds
     */
    public ShopWrite subscribe(ShopRequest context, long customer, BigDecimal price, LocalDateTime firstPayment)
            throws SQLException {
        Written subscription = write(
                context,
                "INSERT INTO subscriptions (customer_id, price, next_payment_at) VALUES (?, ?, ?)",
                customer,
                price,
                firstPayment);
        return commit(context, subscription.id(), subscription.sql());
    }

    /**
     * Takes the payment of a subscription that was due, and sets the next one, in one statement. If this payment was taken already, the
     * row has another time, and nothing changes.
     *
     * @param due when the payment was due, as the row has it
     * @param next when the next one is due; null ends the subscription
     */
    public void renew(ShopRequest context, long subscription, LocalDateTime due, LocalDateTime next)
            throws SQLException {
        writeOne(
                context,
                subscription,
                "UPDATE subscriptions SET payments = payments + 1, next_payment_at = ?, version = version + 1"
                        + " WHERE id = ? AND next_payment_at = ?",
                next,
                subscription,
                due);
    }

    private ShopWrite writeOne(ShopRequest context, long id, String sql, Object... values) throws SQLException {
        return commit(context, id, write(context, sql, values).sql());
    }

    private ShopWrite commit(ShopRequest context, long id, String sql) throws SQLException {
        connection.commit();
        return new ShopWrite(context, id, sql, System.nanoTime());
    }

    private Written write(ShopRequest context, String sql, Object... values) throws SQLException {
        ContextScope scope = context.openContext();
        try (PreparedStatement statement = connection.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            // The driver's text is the class's name, a colon, and the statement with its values.
            String text = statement.toString().replaceFirst("^[^:]*: ", "");
            statement.executeUpdate();
            try (ResultSet keys = statement.getGeneratedKeys()) {
                return new Written(keys.next() ? keys.getLong(1) : 0, text);
            }
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            scope.close();
        }
    }

    private static LocalDateTime now() {
        return LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
    }

    private record Written(long id, String sql) {}
}
