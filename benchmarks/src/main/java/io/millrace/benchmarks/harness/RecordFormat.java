package io.millrace.benchmarks.harness;

import io.millrace.converters.StreamingJsonConverter;
import io.millrace.testing.servers.SchemaRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;

/**
 * How the records are in Kafka: the converter that writes them and that sinks read them by, and its options.
 *
 * @param ownConverterClass the converter of Millrace's that reads the same, or the same class if there is none
 * @param plugins folders in which a worker finds the converter, in addition to its own
 */
public record RecordFormat(
        String converterClass,
        String ownConverterClass,
        Map<String, String> options,
        List<Path> plugins,
        Making making) {
    private static final String AVRO_CONVERTER = "io.apicurio.registry.utils.converter.AvroConverter";

    /** Makes a converter of this process's. */
    public interface Making {
        Converter converter(String className, Map<String, String> options, boolean isKey)
                throws IOException, ReflectiveOperationException;
    }

    public RecordFormat {
        options = Map.copyOf(options);
        plugins = List.copyOf(plugins);
    }

    /** JSON, with the schema in every record. */
    public static RecordFormat json() {
        return new RecordFormat(
                JsonConverter.class.getName(),
                StreamingJsonConverter.class.getName(),
                Map.of(),
                List.of(),
                (className, options, isKey) -> {
                    JsonConverter converter = new JsonConverter();
                    converter.configure(options, isKey);
                    return converter;
                });
    }

    /**
     * Avro, with the schemas in a registry.
     *
     * @param built the directory where the registry and its converters were built
     */
    public static RecordFormat avro(SchemaRegistry registry, Path built) {
        return new RecordFormat(
                AVRO_CONVERTER,
                AVRO_CONVERTER,
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
    public Converter makeConverter(boolean isKey) {
        try {
            return making.converter(converterClass, options, isKey);
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("Cannot make " + converterClass, e);
        }
    }

    /** The options of a connector that reads by Millrace's own converter, if there is one, or by the other. */
    public Map<String, String> connectorOptions(boolean own) {
        Map<String, String> all = new TreeMap<>();
        for (String side : new String[] {"key.converter", "value.converter"}) {
            all.put(side, own ? ownConverterClass : converterClass);
            options.forEach((option, value) -> all.put(side + "." + option, value));
        }
        return all;
    }
}
