package io.millrace.benchmarks.views;

import java.math.BigDecimal;
import java.util.List;

/**
 * The value of a record.
 *
 * @param revision the number of the record in its topic
 */
record Purchase(long orderId, long customerId, BigDecimal total, long revision, List<PurchasedItem> items) {
    Purchase {
        items = List.copyOf(items);
    }

    /** The items as a JSON array of objects. */
    String itemsAsJson() {
        StringBuilder json = new StringBuilder(items.size() * 48).append('[');
        for (PurchasedItem item : items) {
            json.append(json.length() == 1 ? "" : ",")
                    .append("{\"line\":")
                    .append(item.line())
                    .append(",\"sku\":\"")
                    .append(item.sku())
                    .append("\",\"quantity\":")
                    .append(item.quantity())
                    .append('}');
        }
        return json.append(']').toString();
    }
}
