package io.millrace.payloads.connect;

import io.millrace.payloads.PayloadWriter;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Bytes and strings become payloads, and large ones are stored. A value that is already a payload is not changed. */
final class StoreRule implements LeafRule {
    private final PayloadWriter writer;
    private final @Nullable String contentType;

    StoreRule(PayloadWriter writer, @Nullable String contentType) {
        this.writer = writer;
        this.contentType = contentType;
    }

    @Override
    public @Nullable Schema target(Schema schema, ValuePath path, String name) {
        if (PayloadSchema.describes(schema)) {
            return null;
        }
        if (!PayloadSchema.fits(schema)) {
            throw wrongType(path, (schema.name() == null ? "" : schema.name() + " of type ") + schema.type());
        }
        return PayloadSchema.of(name, schema);
    }

    @Override
    public boolean replaces(Object value, ValuePath path) {
        if (PayloadSchema.describes(value)) {
            return false;
        }
        if (value instanceof byte[] || value instanceof ByteBuffer || value instanceof String) {
            return true;
        }
        throw wrongType(path, value.getClass().getSimpleName());
    }

    private static DataException wrongType(ValuePath path, String type) {
        return new DataException(path + " is " + type + "; only bytes and strings can be stored elsewhere");
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
    public CompletableFuture<?> replacement(String topic, Leaf leaf) {
        FieldBytes content = FieldBytes.of(leaf.value());
        if (content.bytes().length <= writer.threshold() || !content.exact()) {
            writer.metrics().countInline();
            return CompletableFuture.completedFuture(inline(leaf, content));
        }
        Schema.Type format = leaf.value() instanceof String ? Schema.Type.STRING : Schema.Type.BYTES;
        return writer.write(topic, content.bytes(), contentType)
                .thenApply(reference -> made(leaf, FieldPayload.stored(format, reference)));
    }

    @Override
    public Object replacementInDefault(Leaf leaf) {
        return inline(leaf, FieldBytes.of(leaf.value()));
    }

    private Object inline(Leaf leaf, FieldBytes content) {
        return made(leaf, FieldPayload.inline(leaf.value(), content.bytes(), contentType));
    }

    private static Object made(Leaf leaf, FieldPayload payload) {
        return leaf.target() == null ? payload.toMap() : payload.toStruct(leaf.target());
    }
}
