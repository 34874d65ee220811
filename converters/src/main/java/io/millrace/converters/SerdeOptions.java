package io.millrace.converters;

import io.millrace.payloads.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** The options of {@link ClaimCheckSerializer} and {@link ClaimCheckDeserializer}. */
final class SerdeOptions {
    static final String SERIALIZER = "claim-check.serializer";
    static final String DESERIALIZER = "claim-check.deserializer";

    static final ConfigDef WRITING = FieldOptions.contentType(
            PayloadOptions.writing(inner(SERIALIZER, "The serializer that makes bytes of data")));
    static final ConfigDef READING =
            PayloadOptions.reading(inner(DESERIALIZER, "The deserializer that makes data of bytes"));

    private SerdeOptions() {}

    private static ConfigDef inner(String option, String what) {
        return new ConfigDef()
                .define(
                        option,
                        ConfigDef.Type.STRING,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Importance.HIGH,
                        what
                                + ", by its class's full name. It gets all options of the client, and those that begin with "
                                + option + ". without that.");
    }

    /** What the inner class is configured with. */
    static Map<String, Object> own(String option, AbstractConfig config) {
        Map<String, Object> own = new HashMap<>(config.originals());
        own.putAll(config.originalsWithPrefix(option + "."));
        return own;
    }
}
