package io.millrace.local.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Compares the views with the expected rows, which are derived from the source tables only, every row in both
 * directions. The columns of the request context are left out, since no source table has them.
 */
public final class ViewCheck {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final View ORDERS = new View(
            "order_status",
            List.of("order_id"),
            List.of("customer_id", "status", "total", "currency", "placed_at", "paid_at", "shipped_at", "revision"));
    private static final View TOTALS = new View(
            "customer_totals", List.of("customer_id", "currency"), List.of("orders", "spent", "last_placed_at"));
    private static final View APPS =
            new View("installed_apps", List.of("site_id", "app_id"), List.of("app_version", "enabled", "revision"));
    private static final View PRODUCTS = new View(
            "products",
            List.of("product_id"),
            List.of(
                    "sku",
                    "name",
                    "price",
                    "image_uri IS NOT NULL",
                    "image_bytes",
                    "image_sha256",
                    "image_type",
                    "revision"));
    private static final View DOCUMENTS =
            new View("site_documents", List.of("site_id"), List.of("SHA2(document, 256)", "revision"));
    private static final View CUSTOMERS = new View(
            "customers",
            List.of("region", "customer_id"),
            List.of("name", "city", "country", "country_name", "revision"));
    private static final View RENEWALS =
            new View("subscription_renewals", List.of("subscription_id"), List.of("renewals", "spent"));
    /** A larger image is an object of its own. */
    private static final int INLINE_BYTES = 65_536;

    private final Connection shop;
    private final Connection views;

    /** Reads through these connections. Each must see what is committed at the time of a check. */
    public ViewCheck(Connection shop, Connection views) {
        this.shop = shop;
        this.views = views;
    }

    /** Compares all views now. */
    public ViewComparison compare() throws SQLException {
        Map<String, Integer> rows = new HashMap<>();
        List<String> differences = new ArrayList<>();
        compareRows(ORDERS, expectedOrders(), rows, differences);
        compareRows(TOTALS, expectedTotals(), rows, differences);
        compareRows(APPS, expectedApps(), rows, differences);
        compareRows(PRODUCTS, expectedProducts(), rows, differences);
        compareRows(DOCUMENTS, expectedDocuments(), rows, differences);
        compareRows(CUSTOMERS, expectedCustomers(), rows, differences);
        compareRows(RENEWALS, expectedRenewals(), rows, differences);
        return new ViewComparison(rows, differences);
    }

    /**
     * A view.
     *
     * @param columns the columns, without the key, whose values the source determines
     */
    private record View(String name, List<String> key, List<String> columns) {
        String sql() {
            return "SELECT " + String.join(", ", key) + ", " + String.join(", ", columns) + " FROM " + name;
        }

        /** Rows of such columns, by their keys. */
        Map<List<String>, List<String>> rows(Connection connection, String sql) throws SQLException {
            Map<List<String>, List<String>> found = new HashMap<>();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    found.put(texts(rows, 1, key.size()), texts(rows, 1 + key.size(), columns.size()));
                }
            }
            return found;
        }
    }

    private Map<List<String>, List<String>> expectedOrders() throws SQLException {
        return ORDERS.rows(
                shop,
                "SELECT id, customer_id, status, total, currency, placed_at, paid_at, shipped_at, version FROM orders");
    }

    private Map<List<String>, List<String>> expectedTotals() throws SQLException {
        return TOTALS.rows(shop, """
                SELECT customer_id, currency, COUNT(*), SUM(total), MAX(placed_at) FROM orders
                WHERE status <> 'CANCELLED' GROUP BY customer_id, currency
                """);
    }

    private Map<List<String>, List<String>> expectedProducts() throws SQLException {
        return PRODUCTS.rows(
                shop,
                "SELECT id, sku, name, price, COALESCE(LENGTH(image) > " + INLINE_BYTES + ", 0)"
                        + ", LENGTH(image), SHA2(image, 256), image_type, version FROM products");
    }

    private Map<List<String>, List<String>> expectedDocuments() throws SQLException {
        return DOCUMENTS.rows(shop, "SELECT id, SHA2(document, 256), version FROM sites");
    }

    /** Of all regions, with the names that their countries have now. */
    private Map<List<String>, List<String>> expectedCustomers() throws SQLException {
        String sql = Arrays.stream(Region.values())
                .map(region ->
                        "SELECT '" + region.key() + "', customer.id, customer.name, city, country, countries.name,"
                                + " version FROM " + region.customers() + " AS customer"
                                + " LEFT JOIN countries ON countries.code = country")
                .collect(Collectors.joining(" UNION ALL "));
        return CUSTOMERS.rows(shop, sql);
    }

    /** One renewal for each payment that the service has taken. */
    private Map<List<String>, List<String>> expectedRenewals() throws SQLException {
        return RENEWALS.rows(shop, "SELECT id, payments, payments * price FROM subscriptions WHERE payments > 0");
    }

    private Map<List<String>, List<String>> expectedApps() throws SQLException {
        Map<List<String>, List<String>> expected = new HashMap<>();
        try (Statement statement = shop.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, document, version FROM sites")) {
            while (rows.next()) {
                for (JsonNode app : parse(rows.getString(2)).path("apps")) {
                    List<String> values = new ArrayList<>();
                    values.add(app.path("version").asText(null));
                    values.add(
                            app.path("enabled").isBoolean()
                                    ? (app.path("enabled").asBoolean() ? "1" : "0")
                                    : null);
                    values.add(rows.getString(3));
                    expected.put(List.of(rows.getString(1), app.path("id").asText()), values);
                }
            }
        }
        return expected;
    }

    private void compareRows(
            View view, Map<List<String>, List<String>> expected, Map<String, Integer> counts, List<String> differences)
            throws SQLException {
        Map<List<String>, List<String>> found = view.rows(views, view.sql());
        found.forEach((key, values) -> {
            List<String> wanted = expected.get(key);
            if (wanted == null) {
                differences.add(view.name() + " " + key + ": a row that the source does not have");
            } else if (!wanted.equals(values)) {
                differences.add(view.name() + " " + key + ": " + difference(view.columns(), wanted, values));
            }
        });
        expected.keySet().stream()
                .filter(key -> !found.containsKey(key))
                .forEach(key -> differences.add(view.name() + " " + key + ": no row"));
        counts.put(view.name(), found.size());
    }

    private static String difference(List<String> columns, List<String> wanted, List<String> found) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!Objects.equals(wanted.get(i), found.get(i))) {
                parts.add(columns.get(i) + " is " + found.get(i) + ", the source has " + wanted.get(i));
            }
        }
        return String.join("; ", parts);
    }

    private static List<String> texts(ResultSet rows, int first, int count) throws SQLException {
        List<String> texts = new ArrayList<>(count);
        for (int i = first; i < first + count; i++) {
            Object value = rows.getObject(i);
            texts.add(value instanceof Boolean truth ? (truth ? "1" : "0") : value == null ? null : rows.getString(i));
        }
        return texts;
    }

    private static JsonNode parse(String document) throws SQLException {
        try {
            return JSON.readTree(document);
        } catch (IOException e) {
            throw new SQLException("MySQL returned an invalid JSON document", e);
        }
    }
}
