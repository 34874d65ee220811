package io.millrace.benchmarks.transactions;

import java.util.Map;

/** The same rules and converters for each contender. */
public final class EventRules {
    /** The topic of the raw changes. */
    public static final String RAW = RawOrders.TOPIC;

    private EventRules() {}

    /** The options of {@code ToOfficialEvent}: each change becomes an event of this topic. */
    public static Map<String, String> transform(String topic) {
        return Map.of(
                "table.1",
                "shop.orders; key: order_id: int64 = row.id; fields: order_id: int64 = row.id,"
                        + " customer_id: int64 = row.customer_id, status: string = row.status",
                "rule.1",
                "OrderPaid; table: shop.orders; on: update; when: before.status != 'PAID' && after.status == 'PAID';"
                        + " topic: " + topic,
                "rule.2",
                "OrderShipped; table: shop.orders; on: update; when: after.status == 'SHIPPED'; topic: " + topic);
    }
}
