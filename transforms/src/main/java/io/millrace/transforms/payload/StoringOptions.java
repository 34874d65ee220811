package io.millrace.transforms.payload;

import io.millrace.config.OptionSet;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.connect.FieldOptions;

/** The options of {@code ClaimCheck} and {@code ChunkPayload}. */
public final class StoringOptions {
    /** The store is of any kind. */
    public static final OptionSet ANY_STORE = PayloadOptions.WRITING.and(
            FieldOptions.STORED_FIELDS, FieldOptions.CONTENT_TYPE, PayloadOptions.TRANSACTION_TIMEOUT_MS);

    /** The store is a topic. */
    public static final OptionSet CHUNKS =
            ANY_STORE.replace(PayloadOptions.STORE.valid("only kafka:TOPIC", StoringOptions::requireTopic));

    private StoringOptions() {}

    private static void requireTopic(String location) {
        if (!location.startsWith("kafka:")) {
            throw new IllegalArgumentException("Chunks go to a topic, kafka:TOPIC; for other stores use ClaimCheck");
        }
    }
}
