package io.millrace.payloads.connect;

import io.millrace.payloads.PayloadReader;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Replaces payloads with URLs from which anyone can read the values: those of RFC 2397 for inline values. */
final class PresignRule implements LeafRule {
    private final PayloadReader reader;
    private final Duration validity;

    PresignRule(PayloadReader reader, Duration validity) {
        this.reader = reader;
        this.validity = validity;
    }

    @Override
    public @Nullable Schema target(Schema schema, ValuePath path, String name) {
        if (!PayloadSchema.describes(schema)) {
            return null;
        }
        return schema.isOptional() ? Schema.OPTIONAL_STRING_SCHEMA : Schema.STRING_SCHEMA;
    }

    @Override
    public boolean replaces(Object value, ValuePath path) {
        return PayloadSchema.describes(value);
    }

    /** Reads nothing. */
    @Override
    public long bytesToRead(Leaf leaf) {
        return 0;
    }

    @Override
    public long maxBytesToRead() {
        return 0;
    }

    @Override
    public CompletableFuture<String> replacement(String topic, Leaf leaf) {
        FieldPayload payload = FieldPayload.of(leaf.value());
        return payload.isInline()
                ? CompletableFuture.completedFuture(dataUrl(payload))
                : reader.presign(payload.reference(), validity);
    }

    @Override
    public Object replacementInDefault(Leaf leaf) {
        FieldPayload payload = FieldPayload.of(leaf.value());
        if (!payload.isInline()) {
            throw new DataException("the default of " + leaf.path() + " is stored elsewhere");
        }
        return dataUrl(payload);
    }

    private static String dataUrl(FieldPayload payload) {
        String type = payload.contentType();
        if (type == null) {
            type = payload.format() == Schema.Type.STRING ? "text/plain;charset=utf-8" : "application/octet-stream";
        } else if (!FieldOptions.isMediaType(type)) {
            // A comma in it, for one, would end it there, and the rest would be taken for the value.
            throw new DataException("a payload's '" + PayloadSchema.CONTENT_TYPE + "' is not a media type");
        }
        byte[] bytes = FieldBytes.of(payload.inlineValue()).bytes();
        return "data:" + type.replace(" ", "") + ";base64,"
                + Base64.getEncoder().encodeToString(bytes);
    }
}
