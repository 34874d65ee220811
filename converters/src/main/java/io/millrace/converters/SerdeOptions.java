package io.millrace.converters;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;

/** The options of {@link ClaimCheckSerializer} and {@link ClaimCheckDeserializer}. */
final class SerdeOptions {
    static final Option<String> SERIALIZER =
            wrappedClass("claim-check.serializer", "serializer that makes bytes of data");
    static final Option<String> DESERIALIZER =
            wrappedClass("claim-check.deserializer", "deserializer that makes data of bytes");

    static final OptionSet WRITING =
            OptionSet.of(SERIALIZER).and(PayloadOptions.WRITING).and(FieldOptions.CONTENT_TYPE);
    static final OptionSet READING = OptionSet.of(DESERIALIZER).and(PayloadOptions.READING);

    private SerdeOptions() {}

    private static Option<String> wrappedClass(String name, String kind) {
        return Option.string(name)
                .required()
                .high("The full class name of the " + kind
                        + ". It receives all options of the client, and those that begin with " + name
                        + ". without this prefix.");
    }

    /** The options of the wrapped class. */
    static Map<String, Object> wrappedOptions(Option<String> wrapped, AbstractConfig config) {
        Map<String, Object> options = new HashMap<>(config.originals());
        options.putAll(config.originalsWithPrefix(wrapped + "."));
        return options;
    }
}
