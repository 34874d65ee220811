package io.millrace.transforms.payload;

import io.millrace.payloads.PayloadOptions;
import io.millrace.payloads.RedefinedOption;
import io.millrace.payloads.connect.FieldOptions;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** The options of {@code ClaimCheck} and {@code ChunkPayload}. */
public final class StoringOptions {
    /** Any store will do. */
    public static final ConfigDef DEFINITION = FieldOptions.storing(PayloadOptions.writing(new ConfigDef()));

    /** The store is a topic. */
    public static final ConfigDef CHUNKS = RedefinedOption.in(
            DEFINITION,
            PayloadOptions.STORE,
            ConfigDef.NO_DEFAULT_VALUE,
            ConfigDef.LambdaValidator.with(StoringOptions::checkTopic, () -> "only kafka:TOPIC"));

    private StoringOptions() {}

    private static void checkTopic(String option, Object value) {
        if (value != null && !((String) value).startsWith("kafka:")) {
            throw new ConfigException(
                    option, value, "Chunks go to a topic, kafka:TOPIC; for other stores there is ClaimCheck");
        }
    }
}
