package io.millrace.benchmarks.sink;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;

/** How the records are in Kafka: the converter of both sinks, and its options. */
record OrderFormat(String name, String converterClass, Map<String, String> options) {
    /** JSON, with the schema in every record. */
    static final OrderFormat JSON = new OrderFormat("json", JsonConverter.class.getName(), Map.of());

    OrderFormat {
        options = Map.copyOf(options);
    }

    /** A converter of the writer's own. */
    Converter converter(boolean isKey) {
        JsonConverter converter = new JsonConverter();
        converter.configure(options, isKey);
        return converter;
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
