package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code upsert}: the newest state of each order. */
final class OrdersView implements ViewModel {
    static final String NAME = "orders";

    private final Map<String, String> rows = new TreeMap<>();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "BIGINT NOT NULL");
        columns.put(REVISION, "BIGINT NOT NULL");
        columns.put("status", "VARCHAR(10)");
        columns.put("amount", "BIGINT NOT NULL");
        columns.put("note", "TEXT");
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
                "delete.when", "has(value.deleted)");
    }

    @Override
    public void apply(Event event) {
        if (!event.topic().equals(Orders.TOPIC)) {
            return;
        }
        String key = ViewModel.text(event.id());
        if (event.isDelete()) {
            rows.remove(key);
            return;
        }
        JsonNode value = event.value();
        String status =
                value.path("status").isNull() ? null : value.path("status").asText();
        rows.put(
                key,
                ViewModel.text(
                        event.revision(),
                        status,
                        value.path("amount").asLong(),
                        value.path("note").asText()));
    }

    @Override
    public Map<String, String> rows() {
        return rows;
    }
}
