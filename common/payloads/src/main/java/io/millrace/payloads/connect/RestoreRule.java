package io.millrace.payloads.connect;

import io.millrace.payloads.ErasedPayloadException;
import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadReader;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Replaces payloads with the original values. */
final class RestoreRule implements LeafRule {
    private final PayloadReader reader;

    RestoreRule(PayloadReader reader) {
        this.reader = reader;
    }

    @Override
    public @Nullable Schema target(Schema schema, ValuePath path, String name) {
        return PayloadSchema.describes(schema) ? PayloadSchema.original(schema) : null;
    }

    @Override
    public boolean replaces(Object value, ValuePath path) {
        return PayloadSchema.describes(value);
    }

    @Override
    public long bytesToRead(Leaf leaf) {
        FieldPayload payload = payload(leaf);
        return payload.isInline() ? 0 : Math.max(1, payload.size());
    }

    @Override
    public long maxBytesToRead() {
        return reader.inflightBytes();
    }

    @Override
    public CompletableFuture<?> replacement(String topic, Leaf leaf) {
        FieldPayload payload = payload(leaf);
        if (payload.isInline()) {
            return CompletableFuture.completedFuture(payload.inlineValue());
        }
        CompletableFuture<byte[]> read = reader.read(payload.reference());
        boolean optional = leaf.target() == null || leaf.target().isOptional();
        if (optional && reader.givesNullForErased()) {
            return read.thenApply(bytes -> value(payload, bytes)).exceptionallyCompose(RestoreRule::nullIfErased);
        }
        return read.thenApply(bytes -> value(payload, bytes));
    }

    private static Object value(FieldPayload payload, byte[] bytes) {
        return payload.format() == Schema.Type.STRING ? FieldBytes.string(bytes) : bytes;
    }

    private static CompletableFuture<@Nullable Object> nullIfErased(Throwable thrown) {
        return Failures.unwrap(thrown) instanceof ErasedPayloadException
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(thrown);
    }

    @Override
    public Object replacementInDefault(Leaf leaf) {
        FieldPayload payload = payload(leaf);
        if (!payload.isInline()) {
            throw new DataException("the default of " + leaf.path() + " is stored elsewhere");
        }
        return payload.inlineValue();
    }

    private static FieldPayload payload(Leaf leaf) {
        FieldPayload payload = FieldPayload.of(leaf.value());
        if (leaf.target() != null && leaf.target().type() != payload.format()) {
            throw new DataException("a payload's '" + PayloadSchema.FORMAT + "' says "
                    + PayloadSchema.format(payload.format()) + ", and its schema "
                    + PayloadSchema.format(leaf.target().type()));
        }
        return payload;
    }
}
