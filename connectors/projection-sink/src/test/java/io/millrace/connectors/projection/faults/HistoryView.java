package io.millrace.connectors.projection.faults;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code append}: a row for each event of some keys, so that the views' tablespace has room for long campaigns. */
final class HistoryView implements ViewModel {
    private static final int ONE_OF = 20;

    private final Map<String, String> rows = new TreeMap<>();
    private final Set<String> formerRows = new HashSet<>();

    @Override
    public String name() {
        return "history";
    }

    @Override
    public Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("event", "BIGINT NOT NULL");
        columns.put("topic", "VARCHAR(40) NOT NULL");
        columns.put("id", "BIGINT NOT NULL");
        columns.put("deleted", "BIGINT NOT NULL");
        return columns;
    }

    @Override
    public List<String> key() {
        return List.of("event");
    }

    @Override
    public Map<String, String> projection() {
        return Map.of(
                "kind", "append",
                "key", "event = value.revision",
                "columns", "topic = topic, id = key.id, deleted = has(value.deleted) ? 1 : 0",
                "when", "key.id % " + ONE_OF + " == 0");
    }

    @Override
    public void apply(Event event) {
        if (event.value() != null && event.id() % ONE_OF == 0) {
            rows.put(
                    ViewModel.text(event.revision()),
                    ViewModel.text(event.topic(), event.id(), event.isDelete() ? 1 : 0));
        }
    }

    @Override
    public boolean forgetTopic(String topic) {
        rows.values().removeIf(row -> isOf(topic, row));
        return true;
    }

    @Override
    public void keepFormerRows(String topic) {
        rows.forEach((event, row) -> {
            if (isOf(topic, row)) {
                formerRows.add(event);
            }
        });
    }

    @Override
    public void dropFormerRows() {
        rows.keySet().removeAll(formerRows);
        formerRows.clear();
    }

    private static boolean isOf(String topic, String row) {
        return row.startsWith(ViewModel.text(topic, ""));
    }

    @Override
    public Map<String, String> rows() {
        return rows;
    }
}
