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

    private final Connection shop;
    private final Connection views;

    /** Reads through these connections. Each must see what is committed at the time of a check. */
    public ViewCheck(Connection shop, Connection views) {
        this.shop = shop;
        this.views = views;
    }

    /** Compares all views now. */
    public ViewComparison compare() throws SQLException {
        List<String> differences = new ArrayList<>();
        int orders = compareRows(
                "order_status",
                ORDER_COLUMNS,
                expectedOrders(),
                "SELECT order_id, " + String.join(", ", ORDER_COLUMNS) + " FROM order_status",
                1,
                differences);
        int customers = compareRows(
                "customer_totals",
                CUSTOMER_COLUMNS,
                expectedCustomers(),
                "SELECT customer_id, currency, " + String.join(", ", CUSTOMER_COLUMNS) + " FROM customer_totals",
                2,
                differences);
        int apps = compareRows(
                "installed_apps",
                APP_COLUMNS,
                expectedApps(),
                "SELECT site_id, app_id, " + String.join(", ", APP_COLUMNS) + " FROM installed_apps",
                2,
                differences);
        return new ViewComparison(orders, customers, apps, differences);
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

    private int compareRows(
            String view,
            List<String> columns,
            Map<List<String>, List<String>> expected,
            String sql,
            int keyColumns,
            List<String> differences)
            throws SQLException {
        int count = 0;
        Map<List<String>, List<String>> missing = new HashMap<>(expected);
        try (Statement statement = views.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                count++;
                List<String> key = texts(rows, 1, keyColumns);
                List<String> found = texts(rows, 1 + keyColumns, columns.size());
                List<String> wanted = missing.remove(key);
                if (wanted == null) {
                    differences.add(view + " " + key + ": a row that the source does not have");
                } else if (!wanted.equals(found)) {
                    differences.add(view + " " + key + ": " + difference(columns, wanted, found));
                }
            }
        }
        missing.keySet().forEach(key -> differences.add(view + " " + key + ": no row"));
        return count;
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
