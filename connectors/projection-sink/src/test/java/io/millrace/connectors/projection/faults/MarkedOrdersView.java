package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code upsert} with a revision: the newest state of each order, which is marked when it is deleted. */
final class MarkedOrdersView implements ViewModel {
    private final Map<String, Order> orders = new TreeMap<>();

    private record Order(long revision, String status, Long amount, String note, boolean deleted) {}

    @Override
    public String name() {
        return OrdersView.NAME;
    }

    @Override
    public Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "BIGINT NOT NULL");
        columns.put(REVISION, "BIGINT NOT NULL");
        columns.put("status", "VARCHAR(10)");
        columns.put("amount", "BIGINT");
        columns.put("note", "TEXT");
        columns.put("deleted", "SMALLINT NOT NULL");
        return columns;
    }

    @Override
    public List<String> key() {
        return List.of("id");
    }

    @Override
    public Map<String, String> projection() {
        return Map.of(
                "kind", "upsert",
                "topics", Orders.TOPIC,
                "key", "id = key.id",
                "columns", "revision, status, amount, note",
                "revision", REVISION,
                "delete.when", "has(value.deleted)",
                "on.delete", "mark",
                "deleted.column", "deleted",
                "on.tombstone", "ignore");
    }

    /** A tombstone has no revision. */
    @Override
    public void apply(Event event) {
        if (!event.topic().equals(Orders.TOPIC) || event.value() == null) {
            return;
        }
        String key = ViewModel.text(event.id());
        if (event.isDelete()) {
            Order before = orders.getOrDefault(key, new Order(0, null, null, null, false));
            orders.put(key, new Order(event.revision(), before.status(), before.amount(), before.note(), true));
            return;
        }
        JsonNode value = event.value();
        String status =
                value.path("status").isNull() ? null : value.path("status").asText();
        orders.put(
                key,
                new Order(
                        event.revision(),
                        status,
                        value.path("amount").asLong(),
                        value.path("note").asText(),
                        false));
    }

    @Override
    public Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        orders.forEach((key, order) -> rows.put(
                key,
                ViewModel.text(
                        order.revision(), order.status(), order.amount(), order.note(), order.deleted() ? 1 : 0)));
        return rows;
    }
}
