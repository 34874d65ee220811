package io.millrace.it.shop;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The rows of the views, as they are and as the model says that they must be, each row as one line of text. */
public final class Views {
    private Views() {}

    public static Set<String> orderStatus(Connection views) throws SQLException {
        return rows(views, """
                SELECT order_id, customer_id, status, total, currency, placed_at, paid_at, shipped_at, revision, request_id
                FROM order_status
                """, 5, 8);
    }

    public static Set<String> orderStatus(Shop shop) {
        Set<String> rows = new TreeSet<>();
        shop.orders().values().forEach(status -> {
            Shop.Order o = status.order();
            rows.add(line(
                    o.id(),
                    o.customerId(),
                    o.status(),
                    o.total(),
                    o.currency(),
                    o.placedAt(),
                    o.paidAt(),
                    o.shippedAt(),
                    o.version(),
                    status.requestId()));
        });
        return rows;
    }

    public static Set<String> customerTotals(Connection views) throws SQLException {
        return rows(views, "SELECT customer_id, currency, orders, spent, last_placed_at FROM customer_totals", 4, 5);
    }

    /** What the orders that were not cancelled come to, by customer and currency. */
    public static Set<String> customerTotals(Shop shop) {
        Set<String> rows = new TreeSet<>();
        shop.orders().values().stream()
                .map(Shop.OrderStatus::order)
                .filter(order -> !order.status().equals("CANCELLED"))
                .collect(Collectors.groupingBy(order -> List.of(order.customerId(), order.currency())))
                .forEach((group, orders) -> rows.add(line(
                        group.get(0),
                        group.get(1),
                        orders.size(),
                        orders.stream().map(Shop.Order::total).reduce(BigDecimal.ZERO, BigDecimal::add),
                        orders.stream()
                                .map(Shop.Order::placedAt)
                                .max(Comparator.naturalOrder())
                                .orElseThrow())));
        return rows;
    }

    public static Set<String> installedApps(Connection views) throws SQLException {
        return rows(views, "SELECT site_id, app_id, app_version, enabled = 1, revision FROM installed_apps", 0, 0);
    }

    public static Set<String> installedApps(Shop shop) {
        Set<String> rows = new TreeSet<>();
        shop.sites().values().stream().filter(site -> site.apps() != null).forEach(site -> site.apps()
                .forEach(app -> rows.add(line(
                        site.id(),
                        app.id(),
                        app.version(),
                        app.enabled() == null ? null : app.enabled() ? 1 : 0,
                        site.version()))));
        return rows;
    }

    private static Set<String> rows(Connection views, String query, int firstTime, int lastTime) throws SQLException {
        Set<String> rows = new TreeSet<>();
        try (Statement statement = views.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                Object[] values = new Object[columns];
                for (int i = 0; i < columns; i++) {
                    boolean time = i >= firstTime && i < lastTime;
                    values[i] = time ? result.getObject(i + 1, LocalDateTime.class) : result.getObject(i + 1);
                }
                rows.add(line(values));
            }
        }
        return rows;
    }

    private static String line(Object... values) {
        StringBuilder line = new StringBuilder();
        for (Object value : values) {
            line.append(value).append(" | ");
        }
        return line.toString();
    }
}
