package io.millrace.it.documents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the project ships for Grafana and Prometheus. */
final class Observability {
    static final Path FOLDER = DocumentsTest.PROJECT.resolve("deploy/observability");

    private Observability() {}

    /** The dashboard's panels, without the headings of its rows. */
    static List<JsonNode> panels() throws IOException {
        List<JsonNode> panels = new ArrayList<>();
        dashboard().path("panels").forEach(panel -> {
            if (!panel.path("type").asText().equals("row")) {
                panels.add(panel);
            }
        });
        return panels;
    }

    static JsonNode dashboard() throws IOException {
        return strict(new ObjectMapper())
                .readTree(FOLDER.resolve("dashboard.json").toFile());
    }

    /** The rules of all groups. */
    static List<JsonNode> alerts() throws IOException {
        List<JsonNode> alerts = new ArrayList<>();
        yaml("alerts.yaml").path("groups").forEach(group -> group.path("rules").forEach(alerts::add));
        return alerts;
    }

    /** The tests of the rules, each with its series and with moments at which alerts fire or do not. */
    static JsonNode alertTests() throws IOException {
        return yaml("alerts-test.yaml").path("tests");
    }

    private static JsonNode yaml(String file) throws IOException {
        return strict(new ObjectMapper(new YAMLFactory()))
                .readTree(FOLDER.resolve(file).toFile());
    }

    /** Every expression, by the title of the panel or the name of the alert that has it. */
    static Map<String, String> expressions() throws IOException {
        Map<String, String> expressions = new LinkedHashMap<>();
        for (JsonNode panel : panels()) {
            for (JsonNode target : panel.path("targets")) {
                expressions.put(
                        "panel " + panel.path("title").asText() + ", "
                                + target.path("refId").asText(),
                        target.path("expr").asText());
            }
        }
        for (JsonNode alert : alerts()) {
            expressions.put(
                    "alert " + alert.path("alert").asText(), alert.path("expr").asText());
        }
        return expressions;
    }

    private static ObjectMapper strict(ObjectMapper mapper) {
        return mapper.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    }
}
