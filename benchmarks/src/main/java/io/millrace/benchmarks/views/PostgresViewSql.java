package io.millrace.benchmarks.views;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;

/** PostgreSQL's triggers, which run for each statement with all of its rows, and its INSERT … SELECT with jsonb. */
final class PostgresViewSql implements ViewSql {
    @Override
    public String json() {
        return "jsonb";
    }

    @Override
    public List<String> driverOptions() {
        return List.of();
    }

    @Override
    public List<String> triggers(ViewMode mode, String records, String view) {
        return switch (mode) {
            case APPEND -> trigger("INSERT", records, addHistory("fresh", view));
            case AGGREGATE ->
                concat(
                        trigger("INSERT", records, addTotals("customer_id, 1, total", "fresh", view)),
                        trigger(
                                "UPDATE",
                                records,
                                addTotals(
                                                "customer_id, 1, total",
                                                "fresh",
                                                " UNION ALL SELECT customer_id, -1, -total FROM former",
                                                view)
                                        + "; DELETE FROM " + view
                                        + " WHERE orders = 0 AND customer_id IN (SELECT customer_id FROM former)"));
            case EXPLODE ->
                concat(
                        trigger("INSERT", records, insertItems("fresh", view)),
                        trigger("UPDATE", records, deleteItems("fresh", view) + "; " + insertItems("fresh", view)));
            case UPSERT, AGGREGATE_EVENTS -> throw new IllegalArgumentException("No trigger for " + mode);
        };
    }

    private static List<String> trigger(String event, String records, String body) {
        String name = records + "_" + event;
        return List.of(
                "CREATE FUNCTION " + name + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN " + body
                        + "; RETURN NULL; END $$",
                "CREATE TRIGGER " + name + " AFTER " + event + " ON " + records + " REFERENCING NEW TABLE AS fresh"
                        + (event.equals("UPDATE") ? " OLD TABLE AS former" : "")
                        + " FOR EACH STATEMENT EXECUTE FUNCTION " + name + "()");
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return List.of(first.get(0), first.get(1), second.get(0), second.get(1));
    }

    private static String addHistory(String from, String view) {
        return "INSERT INTO " + view + " (revision, order_id, customer_id, total)"
                + " SELECT revision, order_id, customer_id, total FROM " + from + " ON CONFLICT (revision) DO NOTHING";
    }

    private static String addTotals(String columns, String from, String view) {
        return addTotals(columns, from, "", view);
    }

    private static String addTotals(String columns, String from, String others, String view) {
        return "INSERT INTO " + view + " AS existing (customer_id, orders, spent)"
                + " SELECT customer_id, SUM(number), SUM(amount) FROM (SELECT " + columns + " FROM " + from + others
                + ") AS change (customer_id, number, amount) GROUP BY customer_id ORDER BY customer_id"
                + " ON CONFLICT (customer_id) DO UPDATE SET orders = existing.orders + excluded.orders,"
                + " spent = existing.spent + excluded.spent";
    }

    private static String deleteItems(String from, String view) {
        return "DELETE FROM " + view + " WHERE order_id IN (SELECT order_id FROM " + from + ")";
    }

    private static String insertItems(String from, String view) {
        return "INSERT INTO " + view + " (order_id, line, sku, quantity)"
                + " SELECT purchase.order_id, item.line, item.sku, item.quantity FROM " + from + " AS purchase,"
                + " jsonb_to_recordset(purchase.items) AS item(line BIGINT, sku VARCHAR(40), quantity BIGINT)";
    }

    @Override
    public List<String> transfer(ViewMode mode, String records, String view) {
        return switch (mode) {
            case APPEND -> List.of(addHistory(STAGED, view));
            case AGGREGATE ->
                List.of(
                        addTotals(
                                "customer_id, 1, total",
                                STAGED,
                                " UNION ALL SELECT former.customer_id, -1, -former.total FROM " + STAGED + " JOIN "
                                        + records + " AS former USING (order_id)",
                                view),
                        "DELETE FROM " + view + " WHERE orders = 0",
                        "INSERT INTO " + records
                                + " (order_id, customer_id, total, revision) SELECT order_id, customer_id,"
                                + " total, revision FROM " + STAGED + " ON CONFLICT (order_id) DO UPDATE SET"
                                + " customer_id = excluded.customer_id, total = excluded.total,"
                                + " revision = excluded.revision");
            case AGGREGATE_EVENTS -> List.of(addTotals("customer_id, 1, total", STAGED, view));
            case EXPLODE -> List.of(deleteItems(STAGED, view), insertItems(STAGED, view));
            case UPSERT -> throw new IllegalArgumentException("No staging for " + mode);
        };
    }

    @Override
    public String createStaged(String definitions) {
        return "CREATE TEMPORARY TABLE " + STAGED + " (" + definitions.replace(" PRIMARY KEY", "") + ")";
    }

    @Override
    public void stage(Connection connection, ViewMode mode, List<Purchase> purchases) throws SQLException, IOException {
        StringBuilder lines = new StringBuilder(purchases.size() * 48);
        for (Purchase purchase : purchases) {
            lines.append(purchase.orderId()).append('\t');
            if (mode == ViewMode.EXPLODE) {
                lines.append(purchase.revision()).append('\t').append(purchase.itemsAsJson());
            } else {
                lines.append(purchase.customerId())
                        .append('\t')
                        .append(purchase.total().toPlainString())
                        .append('\t')
                        .append(purchase.revision());
            }
            lines.append('\n');
        }
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(
                        "COPY " + STAGED + " (" + columns(mode) + ") FROM STDIN",
                        new ByteArrayInputStream(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
