package io.millrace.benchmarks.sink;

import io.millrace.local.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;

/**
 * How the records are in Kafka: the converter of both sinks, and its options.
 *
 * @param plugins folders that a worker finds the converter in, beside its own
 */
record OrderFormat(String converterClass, Map<String, String> options, List<Path> plugins, Making making) {
    /** Makes a converter of this process's. */
    private interface Making {
        Converter converter(String className, Map<String, String> options, boolean isKey)
                throws IOException, ReflectiveOperationException;
    }

    OrderFormat {
        options = Map.copyOf(options);
        plugins = List.copyOf(plugins);
    }

    /** JSON, with the schema in every record. */
    static OrderFormat json() {
        return new OrderFormat(JsonConverter.class.getName(), Map.of(), List.of(), (className, options, isKey) -> {
            JsonConverter converter = new JsonConverter();
            converter.configure(options, isKey);
            return converter;
        });
    }

    /**
     * Avro, with the schemas in a registry.
     *
     * @param built where the registry and its converters were built
     */
    static OrderFormat avro(SchemaRegistry registry, Path built) {
        return new OrderFormat(
                "io.apicurio.registry.utils.converter.AvroConverter",
                Map.of(
                        "apicurio.registry.url",
                        registry.address(),
                        "apicurio.registry.auto-register",
                        "true",
                        "apicurio.registry.artifact-resolver-strategy",
                        "io.apicurio.registry.serde.avro.strategy.RecordIdStrategy"),
                List.of(SchemaRegistry.plugins(built)),
                registry::converter);
    }

    /** A converter of the writer's own. */
    Converter converter(boolean isKey) {
        try {
            return making.converter(converterClass, options, isKey);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot make " + converterClass, e);
        }
    }

    /** A connector's options. */
    Map<String, String> connectorOptions() {
        Map<String, String> all = new TreeMap<>();
        for (String side : new String[] {"key.converter", "value.converter"}) {
            all.put(side, converterClass);
            options.forEach((option, value) -> all.put(side + "." + option, value));
        }
        return all;
    }
}
