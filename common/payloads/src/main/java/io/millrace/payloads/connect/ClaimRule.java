package io.millrace.payloads.connect;

import io.millrace.payloads.PayloadWriter;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;

/** Bytes and strings become payloads, and large ones are stored. What is a payload already stays one. */
final class ClaimRule implements LeafRule {
    private final PayloadWriter writer;
    private final String contentType;

    ClaimRule(PayloadWriter writer, String contentType) {
        this.writer = writer;
        this.contentType = contentType;
    }

    @Override
    public Schema target(Schema schema, Place place, String name) {
        if (PayloadSchema.describes(schema)) {
            return null;
        }
        if (!PayloadSchema.fits(schema)) {
            throw wrongType(place, (schema.name() == null ? "" : schema.name() + " of type ") + schema.type());
        }
        return PayloadSchema.of(name, schema);
    }

    @Override
    public boolean replaces(Object value, Place place) {
        if (PayloadSchema.describes(value)) {
            return false;
        }
        if (value instanceof byte[] || value instanceof ByteBuffer || value instanceof String) {
            return true;
        }
        throw wrongType(place, value.getClass().getSimpleName());
    }

    private static DataException wrongType(Place place, String type) {
        return new DataException(place + " is " + type + "; only bytes and strings can be stored elsewhere");
    }

    @Override
    public CompletableFuture<?> replacement(String topic, Leaf leaf) {
        Content content = Content.of(leaf.value());
        if (content.bytes().length <= writer.threshold() || !content.exact()) {
            writer.metrics().inline();
            return CompletableFuture.completedFuture(inline(leaf, content));
        }
        Schema.Type format = leaf.value() instanceof String ? Schema.Type.STRING : Schema.Type.BYTES;
        return writer.write(topic, content.bytes(), contentType)
                .thenApply(reference -> made(leaf, FieldPayload.stored(format, reference)));
    }

    @Override
    public Object replacementInDefault(Leaf leaf) {
        return inline(leaf, Content.of(leaf.value()));
    }

    private Object inline(Leaf leaf, Content content) {
        return made(leaf, FieldPayload.inline(leaf.value(), content.bytes(), contentType));
    }

    private static Object made(Leaf leaf, FieldPayload payload) {
        return leaf.target() == null ? payload.toMap() : payload.toStruct(leaf.target());
    }
}
