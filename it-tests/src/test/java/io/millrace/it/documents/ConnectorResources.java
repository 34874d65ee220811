package io.millrace.it.documents;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The connectors of {@code connect-configs} for the shop in MySQL as Strimzi's resources. */
final class ConnectorResources {
    private static final String NOTE = "# Generated from connect-configs/%s; the command is in CONTRIBUTING.md.%n";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .build());

    static {
        JSON.enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    }

    private final Path project;

    ConnectorResources(Path project) {
        this.project = project;
    }

    /** Where the resources are kept. */
    Path folder() {
        return project.resolve("deploy/kubernetes/connectors");
    }

    /** What is posted to Connect, by the names of the resources' files. */
    Map<String, Map<?, ?>> connectors() throws IOException {
        Map<String, Map<?, ?>> connectors = new TreeMap<>();
        try (Stream<Path> files = Files.list(project.resolve("connect-configs"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                String name = file.getFileName().toString().replaceFirst("\\.json$", ".yaml");
                connectors.put(name, JSON.readValue(file.toFile(), Map.class));
            }
        }
        return connectors;
    }

    /** The resources by their files' names. */
    Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (Map.Entry<String, Map<?, ?>> connector : connectors().entrySet()) {
            String source = connector.getKey().replaceFirst("\\.yaml$", ".json");
            files.put(
                    connector.getKey(),
                    NOTE.formatted(source) + YAML.writeValueAsString(resource(connector.getValue())));
        }
        return files;
    }

    private static Map<String, Object> resource(Map<?, ?> connector) {
        Map<Object, Object> config = new LinkedHashMap<>((Map<?, ?>) connector.get("config"));
        // These two are fields of the resource, and Strimzi refuses them among the options.
        Object type = config.remove("connector.class");
        Object tasks = config.remove("tasks.max");
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("class", type);
        spec.put("tasksMax", Integer.valueOf((String) tasks));
        spec.put("autoRestart", Map.of("enabled", true));
        spec.put("config", config);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", connector.get("name"));
        metadata.put("labels", Map.of("strimzi.io/cluster", "millrace"));
        Map<String, Object> resource = new LinkedHashMap<>();
        resource.put("apiVersion", "kafka.strimzi.io/v1");
        resource.put("kind", "KafkaConnector");
        resource.put("metadata", metadata);
        resource.put("spec", spec);
        return resource;
    }
}
