package io.millrace.benchmarks.views;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** MySQL's triggers, which run for each row, and its INSERT … SELECT with JSON_TABLE. */
final class MySqlViewSql implements ViewSql {
    private static final String ITEMS = "JSON_TABLE(%s.items, '$[*]' COLUMNS(line BIGINT PATH '$.line',"
            + " sku VARCHAR(40) PATH '$.sku', quantity BIGINT PATH '$.quantity')) AS item";

    @Override
    public String json() {
        return "JSON";
    }

    @Override
    public List<String> driverOptions() {
        return List.of("rewriteBatchedStatements=true");
    }

    @Override
    public List<String> triggers(ViewMode mode, String records, String view) {
        return switch (mode) {
            case APPEND ->
                List.of(trigger(
                        "INSERT",
                        records,
                        "INSERT INTO " + view
                                + " (revision, order_id, customer_id, total)"
                                + " VALUES (NEW.revision, NEW.order_id, NEW.customer_id, NEW.total);"));
            case AGGREGATE ->
                List.of(
                        trigger("INSERT", records, addToTotal(view)),
                        trigger(
                                "UPDATE",
                                records,
                                "UPDATE " + view + " SET orders = orders - 1, spent = spent - OLD.total"
                                        + " WHERE customer_id = OLD.customer_id; " + addToTotal(view) + " DELETE FROM "
                                        + view
                                        + " WHERE customer_id = OLD.customer_id AND orders = 0;"));
            case EXPLODE ->
                List.of(
                        trigger("INSERT", records, insertItems(view)),
                        trigger(
                                "UPDATE",
                                records,
                                "DELETE FROM " + view + " WHERE order_id = NEW.order_id; " + insertItems(view)));
            case UPSERT, AGGREGATE_EVENTS -> throw new IllegalArgumentException("No trigger for " + mode);
        };
    }

    private static String trigger(String event, String records, String body) {
        return "CREATE TRIGGER " + records + "_" + event + " AFTER " + event + " ON " + records + " FOR EACH ROW BEGIN "
                + body + " END";
    }

    private static String addToTotal(String view) {
        return "INSERT INTO " + view + " (customer_id, orders, spent) VALUES (NEW.customer_id, 1, NEW.total)"
                + " ON DUPLICATE KEY UPDATE orders = orders + 1, spent = spent + NEW.total;";
    }

    private static String insertItems(String view) {
        return "INSERT INTO " + view + " (order_id, line, sku, quantity)"
                + " SELECT NEW.order_id, item.line, item.sku, item.quantity FROM " + String.format(ITEMS, "NEW") + ";";
    }

    @Override
    public List<String> transfer(ViewMode mode, String records, String view) {
        return switch (mode) {
            case APPEND ->
                List.of("INSERT INTO " + view + " (revision, order_id, customer_id, total)"
                        + " SELECT revision, order_id, customer_id, total FROM " + STAGED + " ON DUPLICATE KEY UPDATE "
                        + view + ".revision = " + view + ".revision");
            case AGGREGATE ->
                List.of(
                        "UPDATE " + view
                                + " JOIN (SELECT former.customer_id, COUNT(*) AS orders, SUM(former.total) AS spent"
                                + " FROM " + STAGED + " JOIN " + records + " AS former USING (order_id)"
                                + " GROUP BY former.customer_id) AS removed USING (customer_id)"
                                + " SET " + view + ".orders = " + view + ".orders - removed.orders, "
                                + view + ".spent = " + view + ".spent - removed.spent",
                        addTotals(view),
                        "DELETE FROM " + view + " WHERE orders = 0",
                        "INSERT INTO " + records
                                + " (order_id, customer_id, total, revision) SELECT * FROM (SELECT order_id,"
                                + " customer_id, total, revision FROM " + STAGED
                                + ") AS incoming ON DUPLICATE KEY UPDATE"
                                + " customer_id = incoming.customer_id, total = incoming.total,"
                                + " revision = incoming.revision");
            case AGGREGATE_EVENTS -> List.of(addTotals(view));
            case EXPLODE ->
                List.of(
                        "DELETE FROM " + view + " WHERE order_id IN (SELECT order_id FROM " + STAGED + ")",
                        "INSERT INTO " + view + " (order_id, line, sku, quantity)"
                                + " SELECT " + STAGED + ".order_id, item.line, item.sku, item.quantity FROM " + STAGED
                                + ", "
                                + String.format(ITEMS, STAGED));
            case UPSERT -> throw new IllegalArgumentException("No staging for " + mode);
        };
    }

    private static String addTotals(String view) {
        return "INSERT INTO " + view
                + " (customer_id, orders, spent) SELECT * FROM (SELECT customer_id, COUNT(*) AS orders,"
                + " SUM(total) AS spent FROM " + STAGED + " GROUP BY customer_id) AS added ON DUPLICATE KEY UPDATE"
                + " orders = " + view + ".orders + added.orders, spent = " + view + ".spent + added.spent";
    }

    @Override
    public String createStaged(String definitions) {
        return "CREATE TEMPORARY TABLE " + STAGED + " (" + definitions.replace(" PRIMARY KEY", "") + ")";
    }

    @Override
    public void stage(Connection connection, ViewMode mode, List<Purchase> purchases) throws SQLException {
        boolean items = mode == ViewMode.EXPLODE;
        String sql =
                "INSERT INTO " + STAGED + " (" + columns(mode) + ") VALUES " + (items ? "(?, ?, ?)" : "(?, ?, ?, ?)");
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (Purchase purchase : purchases) {
                statement.setLong(1, purchase.orderId());
                if (items) {
                    statement.setLong(2, purchase.revision());
                    statement.setString(3, purchase.itemsAsJson());
                } else {
                    statement.setLong(2, purchase.customerId());
                    statement.setBigDecimal(3, purchase.total());
                    statement.setLong(4, purchase.revision());
                }
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }
}
