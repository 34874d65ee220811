package io.millrace.connectors.projection.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code explode}: the elements of each site's newest array. */
final class AppsView implements ViewModel {
    private final Map<Long, Map<String, String>> sites = new TreeMap<>();

    @Override
    public String name() {
        return "apps";
    }

    @Override
    public Map<String, String> columns() {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("site", "BIGINT NOT NULL");
        columns.put("app", "VARCHAR(20) NOT NULL");
        columns.put(REVISION, "BIGINT NOT NULL");
        columns.put("version", "VARCHAR(20)");
        return columns;
    }

    @Override
    public List<String> key() {
        return List.of("site", "app");
    }

    @Override
    public Map<String, String> projection() {
        return Map.of(
                "kind", "explode",
                "topics", Sites.TOPIC,
                "key", "site = key.id",
                "elements", "value.apps",
                "element.key", "app = element.id",
                "columns", "revision, version = element.version",
                "delete.when", "has(value.deleted)");
    }

    @Override
    public void apply(Event event) {
        if (!event.topic().equals(Sites.TOPIC)) {
            return;
        }
        Map<String, String> apps = new TreeMap<>();
        if (!event.isDelete()) {
            for (JsonNode app : event.value().path("apps")) {
                apps.put(
                        ViewModel.text(event.id(), app.path("id").asText()),
                        ViewModel.text(event.revision(), app.path("version").asText()));
            }
        }
        sites.put(event.id(), apps);
    }

    @Override
    public Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        sites.values().forEach(rows::putAll);
        return rows;
    }
}
