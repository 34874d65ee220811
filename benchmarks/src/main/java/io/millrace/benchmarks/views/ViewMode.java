package io.millrace.benchmarks.views;

import io.millrace.benchmarks.harness.TableContent;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A view of purchases, and the kind of projection that keeps it up to date. */
enum ViewMode {
    UPSERT("upsert", "order_id, customer_id, total, revision") {
        @Override
        String definitions() {
            return ViewMode.ORDERS;
        }

        @Override
        Map<String, String> projection() {
            return Map.of(
                    "kind", "upsert", "key", "order_id = key.order_id", "columns", "customer_id, total, revision");
        }

        @Override
        Stream<String> expectedRows(Stream<Purchase> purchases) {
            return lastOfEach(purchases).stream().map(ViewMode::rowOfOrder);
        }
    },

    APPEND("append", "revision, order_id, customer_id, total") {
        @Override
        String definitions() {
            return "revision BIGINT NOT NULL PRIMARY KEY, order_id BIGINT NOT NULL, customer_id BIGINT NOT NULL,"
                    + " total DECIMAL(12, 2) NOT NULL";
        }

        @Override
        Map<String, String> projection() {
            return Map.of("kind", "append", "key", "revision", "columns", "order_id, customer_id, total");
        }

        @Override
        Stream<String> expectedRows(Stream<Purchase> purchases) {
            return purchases.map(purchase -> purchase.revision() + "|" + purchase.orderId() + "|"
                    + purchase.customerId() + "|" + purchase.total().toPlainString());
        }
    },

    /** The number of orders and the sum of each customer, of the last state of each order. */
    AGGREGATE("aggregate", "customer_id, orders, spent") {
        @Override
        String definitions() {
            return ViewMode.TOTALS;
        }

        @Override
        Map<String, String> projection() {
            Map<String, String> options = new HashMap<>(ViewMode.TOTALS_PROJECTION);
            options.put("member.key", "order_id: int64 = key.order_id");
            return options;
        }

        @Override
        Stream<String> expectedRows(Stream<Purchase> purchases) {
            return totals(lastOfEach(purchases).stream());
        }
    },

    /** The number of events and the sum of each customer. */
    AGGREGATE_EVENTS("aggregate, no members", "customer_id, orders, spent") {
        @Override
        String definitions() {
            return ViewMode.TOTALS;
        }

        @Override
        Map<String, String> projection() {
            return ViewMode.TOTALS_PROJECTION;
        }

        @Override
        Stream<String> expectedRows(Stream<Purchase> purchases) {
            return totals(purchases);
        }
    },

    EXPLODE("explode", "order_id, line, sku, quantity") {
        @Override
        String definitions() {
            return "order_id BIGINT NOT NULL, line BIGINT NOT NULL, sku VARCHAR(40) NOT NULL, quantity BIGINT NOT NULL,"
                    + " PRIMARY KEY (order_id, line)";
        }

        @Override
        Map<String, String> projection() {
            return Map.of(
                    "kind", "explode",
                    "key", "order_id = key.order_id",
                    "elements", "value.items",
                    "element.key", "line",
                    "columns", "sku = element.sku, quantity = element.quantity");
        }

        @Override
        Stream<String> expectedRows(Stream<Purchase> purchases) {
            return lastOfEach(purchases).stream().flatMap(purchase -> purchase.items().stream()
                    .map(item -> purchase.orderId() + "|" + item.line() + "|" + item.sku() + "|" + item.quantity()));
        }
    };

    /** The columns of a table of orders. */
    static final String ORDERS = "order_id BIGINT NOT NULL PRIMARY KEY, customer_id BIGINT NOT NULL,"
            + " total DECIMAL(12, 2) NOT NULL, revision BIGINT NOT NULL";

    private static final String TOTALS =
            "customer_id BIGINT NOT NULL PRIMARY KEY, orders BIGINT NOT NULL, spent DECIMAL(14, 2) NOT NULL";
    private static final Map<String, String> TOTALS_PROJECTION =
            Map.of("kind", "aggregate", "key", "customer_id", "columns", "orders = count(), spent = sum(value.total)");

    private final String title;
    private final String columns;

    ViewMode(String title, String columns) {
        this.title = title;
        this.columns = columns;
    }

    /** The names of the view's columns, with commas between them. */
    String columns() {
        return columns;
    }

    /** The definitions of the view's columns, in every database's words. */
    abstract String definitions();

    /** The options of the projection, without their prefix and without the table. */
    abstract Map<String, String> projection();

    /** The view's rows after these purchases, each as text with {@code |} between the columns. */
    abstract Stream<String> expectedRows(Stream<Purchase> purchases);

    /** The view's content after all records of the stream. */
    TableContent expectedContent(PurchaseStream stream) {
        return TableContent.ofRows(expectedRows(stream.purchases()));
    }

    /** Whether an older purchase of an order has no effect on the view if a newer one is written at the same time. */
    boolean usesLastOfEach() {
        return this != APPEND && this != AGGREGATE_EVENTS;
    }

    /** The last purchase of each order, in the order in which the orders came first. */
    static Collection<Purchase> lastOfEach(Stream<Purchase> purchases) {
        Map<Long, Purchase> last = new LinkedHashMap<>();
        purchases.forEach(purchase -> last.put(purchase.orderId(), purchase));
        return last.values();
    }

    private static String rowOfOrder(Purchase purchase) {
        return purchase.orderId() + "|" + purchase.customerId() + "|"
                + purchase.total().toPlainString() + "|" + purchase.revision();
    }

    private record Total(long orders, BigDecimal spent) {
        private Total plus(Total other) {
            return new Total(orders + other.orders, spent.add(other.spent));
        }
    }

    private static Stream<String> totals(Stream<Purchase> purchases) {
        Map<Long, Total> totals = new HashMap<>();
        purchases.forEach(purchase -> totals.merge(purchase.customerId(), new Total(1, purchase.total()), Total::plus));
        return totals.entrySet().stream()
                .map(entry -> entry.getKey() + "|" + entry.getValue().orders() + "|"
                        + entry.getValue().spent().toPlainString());
    }

    @Override
    public String toString() {
        return title;
    }
}
