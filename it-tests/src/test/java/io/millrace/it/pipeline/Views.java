package io.millrace.it.pipeline;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.Set;
import java.util.TreeSet;

/** The rows of the views, as they are and as the model says that they must be, each row as one line of text. */
final class Views {
    private Views() {}

    static Set<String> orderStatus(Connection views) throws SQLException {
        return rows(views, """
                SELECT order_id, customer_id, status, total, currency, placed_at, paid_at, shipped_at, revision, request_id
                FROM order_status
                """, 8);
    }

    static Set<String> orderStatus(Shop shop) {
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

    static Set<String> installedApps(Connection views) throws SQLException {
        return rows(views, "SELECT site_id, app_id, app_version, enabled = 1, revision FROM installed_apps", 0);
    }

    static Set<String> installedApps(Shop shop) {
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

    private static Set<String> rows(Connection views, String query, int lastTime) throws SQLException {
        Set<String> rows = new TreeSet<>();
        try (Statement statement = views.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                Object[] values = new Object[columns];
                for (int i = 0; i < columns; i++) {
                    boolean time = i >= 5 && i < lastTime;
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
