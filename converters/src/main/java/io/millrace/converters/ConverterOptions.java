package io.millrace.converters;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.config.WrappedClass;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;

/**
 * The options of {@link ClaimCheckConverter}. One converter serves source connectors and sink connectors, so neither the
 * store nor the readable locations are required alone; what the converter stores it may read.
 */
final class ConverterOptions {
    private static final String CONVERTER_NAME = "claim-check.converter";
    static final String CONVERTER_PREFIX = CONVERTER_NAME + ".";

    static final Option<String> STORE = PayloadOptions.STORE.optional();
    static final Option<List<String>> READ_LOCATIONS = PayloadOptions.READ_LOCATIONS.optional();

    static final Option<String> CONVERTER = Option.string(CONVERTER_NAME)
            .valid(
                    "the full name of a converter's class",
                    name -> WrappedClass.newInstance(CONVERTER_NAME, name, Converter.class))
            .required()
            .crossChecked((option, values) -> requireSomeStore(values))
            .high("The full class name of the converter that converts values to bytes. Options that begin with "
                    + CONVERTER_PREFIX + " are passed to it.");

    private static final OptionSet ALL = PayloadOptions.WRITING
            .and(PayloadOptions.READING)
            .replace(STORE)
            .replace(READ_LOCATIONS)
            .and(FieldOptions.CONTENT_TYPE, PayloadOptions.TRANSACTION_TIMEOUT_MS, CONVERTER);

    private ConverterOptions() {}

    static ConfigDef definition() {
        return ALL.addTo(ConverterConfig.newConfigDef());
    }

    /**
     * Reads the options. The readable locations are the stores if they are not set.
     *
     * @throws ConfigException if an option is invalid
     */
    static AbstractConfig read(Map<String, ?> options) {
        AbstractConfig config = readAsSet(options);
        if (READ_LOCATIONS.find(config).isPresent()) {
            return config;
        }
        Map<String, Object> completed = new HashMap<>(options);
        List<String> stores = Stream.of(STORE, PayloadOptions.SMALL_STORE, PayloadOptions.FALLBACK_STORE)
                .map(option -> option.find(config))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        completed.put(READ_LOCATIONS.name(), stores);
        return readAsSet(completed);
    }

    private static AbstractConfig readAsSet(Map<String, ?> options) {
        return ALL.read(options, values -> new AbstractConfig(definition(), values, false));
    }

    private static void requireSomeStore(Map<String, Object> values) {
        if (STORE.find(values).isEmpty() && READ_LOCATIONS.find(values).isEmpty()) {
            throw new ConfigException("Neither " + STORE + " (for a source connector) nor " + READ_LOCATIONS
                    + " (for a sink connector) is set");
        }
    }
}
