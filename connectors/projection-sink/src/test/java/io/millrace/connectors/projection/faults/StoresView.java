package io.millrace.connectors.projection.faults;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code upsert} of a topic that is created again now and then. */
final class StoresView implements ViewModel {
    private final Map<String, String> rows = new TreeMap<>();
    private final Set<String> formerRows = new HashSet<>();

    @Override
    public String name() {
        return "stores";
    }

    @Override
    public Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("id", "BIGINT NOT NULL");
        columns.put(REVISION, "BIGINT NOT NULL");
        columns.put("name", "VARCHAR(20)");
        return columns;
    }

    @Override
    public List<String> key() {
        return List.of("id");
    }

    @Override
    public Map<String, String> projection() {
        return Map.of("kind", "upsert", "topics", Stores.TOPIC, "key", "id = key.id", "columns", "revision, name");
    }

    @Override
    public void apply(Event event) {
        if (!event.topic().equals(Stores.TOPIC)) {
            return;
        }
        String key = ViewModel.text(event.id());
        formerRows.remove(key);
        if (event.isDelete()) {
            rows.remove(key);
        } else {
            rows.put(
                    key,
                    ViewModel.text(event.revision(), event.value().path("name").asText()));
        }
    }

    @Override
    public boolean forgetTopic(String topic) {
        boolean own = topic.equals(Stores.TOPIC);
        if (own) {
            rows.clear();
        }
        return own;
    }

    @Override
    public void keepFormerRows(String topic) {
        if (topic.equals(Stores.TOPIC)) {
            formerRows.addAll(rows.keySet());
        }
    }

    @Override
    public void dropFormerRows() {
        rows.keySet().removeAll(formerRows);
        formerRows.clear();
    }

    @Override
    public Map<String, String> rows() {
        return rows;
    }
}
