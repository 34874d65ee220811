package io.millrace.tools.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.connectors.event.UnwrappedConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connector's configuration as it is posted: {@code {"name": …, "config": {…}}}, or the options alone.
 *
 * @param name the connector's name
 * @param options its options, with the variables of config providers in them
 */
public record ConnectorFile(String name, Map<String, String> options) {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Keeps its own copy. */
    public ConnectorFile {
        options = Map.copyOf(options);
    }

    /** The options; of an {@code EventSourceConnector} those of the wrapped connector with transforms in its place. */
    public Map<String, String> unwrappedOptions() {
        return UnwrappedConfiguration.of(options);
    }

    /**
     * Reads a file.
     *
     * @throws UsageException if the file cannot be read, or is not a connector's configuration
     */
    public static ConnectorFile read(Path file) {
        try {
            return of(file, JSON.readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) {
            throw new UsageException(
                    file + " is not JSON: " + e.getOriginalMessage() + " (line "
                            + e.getLocation().getLineNr() + ")",
                    e);
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + e, e);
        }
    }

    private static ConnectorFile of(Path file, JsonNode root) {
        JsonNode config = root.path("config").isObject() ? root.path("config") : root;
        Map<String, String> options = new LinkedHashMap<>();
        config.properties().forEach(option -> {
            if (option.getValue().isContainerNode()) {
                throw new UsageException(file + ": the option '" + option.getKey() + "' is not a text");
            }
            if (!option.getValue().isNull()) {
                options.put(option.getKey(), option.getValue().asText());
            }
        });
        if (!options.containsKey("connector.class")) {
            throw new UsageException(file + " is not a connector's configuration: it has no 'connector.class'");
        }
        String name = root.path("name").asText("preview");
        options.putIfAbsent("name", name);
        return new ConnectorFile(options.get("name"), options);
    }

    /** The option's value, or the other value if it is not there. */
    public String option(String option, String otherwise) {
        return options.getOrDefault(option, otherwise);
    }
}
