package io.millrace.converters;

import io.millrace.payloads.PayloadOptions;
import io.millrace.payloads.RedefinedOption;
import io.millrace.payloads.connect.FieldOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;

/**
 * The options of {@link ClaimCheckConverter}. One converter serves source connectors and sink connectors alike, so where it
 * stores and what it may read are options that a connector has one of; what it stores it may read.
 */
final class ConverterOptions {
    static final String CONVERTER = "claim-check.converter";
    static final String CONVERTER_PREFIX = CONVERTER + ".";

    static final ConfigDef DEFINITION = definition();

    private ConverterOptions() {}

    private static ConfigDef definition() {
        ConfigDef payloads = FieldOptions.contentType(
                PayloadOptions.reading(PayloadOptions.writing(ConverterConfig.newConfigDef())));
        ConfigDef either = RedefinedOption.in(
                RedefinedOption.in(payloads, PayloadOptions.STORE, null, null),
                PayloadOptions.READ_LOCATIONS,
                null,
                null);
        return either.define(
                CONVERTER,
                ConfigDef.Type.STRING,
                ConfigDef.NO_DEFAULT_VALUE,
                ConfigDef.LambdaValidator.with(
                        ConverterOptions::checkConverter, () -> "the full name of a converter's class"),
                Importance.HIGH,
                "The converter that makes bytes of values, by its class's full name. Its own options are those that begin"
                        + " with " + CONVERTER_PREFIX + ".",
                null,
                -1,
                ConfigDef.Width.LONG,
                CONVERTER,
                new SomeStore());
    }

    private static void checkConverter(String option, Object value) {
        // Where it is missing, Connect says so.
        if (value != null) {
            InnerClass.instance(option, (String) value, Converter.class);
        }
    }

    /**
     * The options, with what may be read.
     *
     * @throws ConfigException where one is wrong
     */
    static AbstractConfig parse(Map<String, ?> options) {
        AbstractConfig config = new AbstractConfig(DEFINITION, options, false);
        checkStores(config.values());
        if (config.getList(PayloadOptions.READ_LOCATIONS) != null) {
            return config;
        }
        Map<String, Object> completed = new HashMap<>(options);
        List<String> stores = Stream.of(PayloadOptions.STORE, PayloadOptions.SMALL_STORE, PayloadOptions.STAND_IN_STORE)
                .map(config::getString)
                .filter(store -> store != null)
                .distinct()
                .toList();
        completed.put(PayloadOptions.READ_LOCATIONS, stores);
        return new AbstractConfig(DEFINITION, completed, false);
    }

    private static void checkStores(Map<String, ?> parsed) {
        if (parsed.get(PayloadOptions.STORE) == null && parsed.get(PayloadOptions.READ_LOCATIONS) == null) {
            throw new ConfigException("Neither " + PayloadOptions.STORE + " (for a source connector) nor "
                    + PayloadOptions.READ_LOCATIONS + " (for a sink connector) is set");
        }
    }

    /** ConfigDef asks recommenders when it validates, with all values at hand, and reports what they object to. */
    private static final class SomeStore implements ConfigDef.Recommender {
        @Override
        public List<Object> validValues(String option, Map<String, Object> parsed) {
            checkStores(parsed);
            return List.of();
        }

        @Override
        public boolean visible(String option, Map<String, Object> parsed) {
            return true;
        }
    }
}
