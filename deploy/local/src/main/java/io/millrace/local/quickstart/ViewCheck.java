package io.millrace.local.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Compares the views with what the source tables alone say they must hold, every row both ways. The columns of the request
 * context are left out, since no source table has them.
 */
public final class ViewCheck {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ORDER_COLUMNS =
            List.of("customer_id", "status", "total", "currency", "placed_at", "paid_at", "shipped_at", "revision");
    private static final List<String> CUSTOMER_COLUMNS = List.of("orders", "spent", "last_placed_at");
    private static final List<String> APP_COLUMNS = List.of("app_version", "enabled", "revision");
    private static final List<String> PRODUCT_COLUMNS = List.of(
            "sku", "name", "price", "image_uri IS NOT NULL", "image_bytes", "image_sha256", "image_type", "revision");
    private static final List<String> DOCUMENT_COLUMNS = List.of("SHA2(document, 256)", "revision");
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
        compareRows(new View("order_status", 1, ORDER_COLUMNS), expectedOrders(), rows, differences);
        compareRows(new View("customer_totals", 2, CUSTOMER_COLUMNS), expectedCustomers(), rows, differences);
        compareRows(new View("installed_apps", 2, APP_COLUMNS), expectedApps(), rows, differences);
        compareRows(new View("products", 1, PRODUCT_COLUMNS), expectedProducts(), rows, differences);
        compareRows(new View("site_documents", 1, DOCUMENT_COLUMNS), expectedDocuments(), rows, differences);
        return new ViewComparison(rows, differences);
    }

    /** A view, whose key columns come first, and those of its other columns that the source tells. */
    private record View(String name, int keyColumns, List<String> columns) {
        private static final Map<String, String> KEYS = Map.of(
                "order_status", "order_id",
                "customer_totals", "customer_id, currency",
                "installed_apps", "site_id, app_id",
                "products", "product_id",
                "site_documents", "site_id");

        String sql() {
            return "SELECT " + KEYS.get(name) + ", " + String.join(", ", columns) + " FROM " + name;
        }
    }

    private Map<List<String>, List<String>> expectedOrders() throws SQLException {
        return expected(
                "SELECT id, customer_id, status, total, currency, placed_at, paid_at, shipped_at, version FROM orders",
                1,
                ORDER_COLUMNS);
    }

    private Map<List<String>, List<String>> expectedCustomers() throws SQLException {
        String sql = """
                SELECT customer_id, currency, COUNT(*), SUM(total), MAX(placed_at) FROM orders
                WHERE status <> 'CANCELLED' GROUP BY customer_id, currency
                """;
        return expected(sql, 2, CUSTOMER_COLUMNS);
    }

    private Map<List<String>, List<String>> expectedProducts() throws SQLException {
        return expected(
                "SELECT id, sku, name, price, COALESCE(LENGTH(image) > " + INLINE_BYTES + ", 0)"
                        + ", LENGTH(image), SHA2(image, 256), image_type, version FROM products",
                1,
                PRODUCT_COLUMNS);
    }

    private Map<List<String>, List<String>> expectedDocuments() throws SQLException {
        return expected("SELECT id, SHA2(document, 256), version FROM sites", 1, DOCUMENT_COLUMNS);
    }

    /** The rows that the shop's tables give by themselves. */
    private Map<List<String>, List<String>> expected(String sql, int keyColumns, List<String> columns)
            throws SQLException {
        Map<List<String>, List<String>> expected = new HashMap<>();
        try (Statement statement = shop.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                expected.put(texts(rows, 1, keyColumns), texts(rows, 1 + keyColumns, columns.size()));
            }
        }
        return expected;
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
        int count = 0;
        Map<List<String>, List<String>> missing = new HashMap<>(expected);
        try (Statement statement = views.createStatement();
                ResultSet rows = statement.executeQuery(view.sql())) {
            while (rows.next()) {
                count++;
                List<String> key = texts(rows, 1, view.keyColumns());
                List<String> found =
                        texts(rows, 1 + view.keyColumns(), view.columns().size());
                List<String> wanted = missing.remove(key);
                if (wanted == null) {
                    differences.add(view.name() + " " + key + ": a row that the source does not have");
                } else if (!wanted.equals(found)) {
                    differences.add(view.name() + " " + key + ": " + difference(view.columns(), wanted, found));
                }
            }
        }
        missing.keySet().forEach(key -> differences.add(view.name() + " " + key + ": no row"));
        counts.put(view.name(), count);
    }

    private static String difference(List<String> columns, List<String> wanted, List<String> found) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!Objects.equals(wanted.get(i), found.get(i))) {
                parts.add(columns.get(i) + " is " + found.get(i) + ", the source says " + wanted.get(i));
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
            throw new SQLException("MySQL gave a JSON document that is none", e);
        }
    }
}
