package io.millrace.tools.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.tools.source.SourceProduct;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The options that every connector of a kind has: those of the shop's connectors in {@code connect-configs}, which the build
 * copies, without what belongs to the shop's own tables.
 */
enum ConfigurationTemplate {
    MYSQL_SOURCE("/connect-configs/10-shop-source.json", ConfigurationTemplate.RULES),
    POSTGRES_SOURCE("/connect-configs/postgresql/10-shop-source.json", ConfigurationTemplate.RULES),
    SINK("/connect-configs/21-order-status.json", "projections?(\\..*)?");

    private static final String RULES =
            "events\\.(table|rule)\\.[0-9]+|events\\.unmapped\\.tables|(transforms|predicates)(\\..*)?";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String resource;
    private final Pattern own;

    ConfigurationTemplate(String resource, String own) {
        this.resource = resource;
        this.own = Pattern.compile(own);
    }

    /** The template of a source. */
    static ConfigurationTemplate ofSource(SourceProduct product) {
        return product == SourceProduct.POSTGRESQL ? POSTGRES_SOURCE : MYSQL_SOURCE;
    }

    /** The options, in their order; the caller's own copy. */
    Map<String, String> readOptions() {
        Map<String, String> options = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(
                ConfigurationTemplate.class.getResourceAsStream(resource), resource + " is not in the archive")) {
            JsonNode config = JSON.readTree(in).path("config");
            config.properties().forEach(option -> {
                if (!own.matcher(option.getKey()).matches()) {
                    options.put(option.getKey(), option.getValue().asText());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + resource + " failed", e);
        }
        return options;
    }
}
