package io.millrace.converters;

import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadWriter;
import io.millrace.payloads.TransactionWaits;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Stores large bodies of messages, keys or values. Safe for use by many threads. */
final class BodyWriter implements AutoCloseable {
    private final MessageHeader header;
    private final PayloadWriter writer;
    private final @Nullable String contentType;
    private final @Nullable TransactionWaits waits;

    /**
     * Stores with a writer, which is closed with this.
     *
     * @param contentType of bodies; null if it is unknown
     * @param waits bounds the waits for the store; null if no task of Connect waits
     */
    BodyWriter(
            MessageHeader header,
            PayloadWriter writer,
            @Nullable String contentType,
            @Nullable TransactionWaits waits) {
        this.header = header;
        this.writer = writer;
        this.contentType = contentType;
        this.waits = waits;
    }

    /**
     * Stores a body that is large, or that a reader would take for a placeholder, and puts its reference into the headers. A
     * reference that is there from an earlier hop is taken out either way.
     *
     * @param body null if the message has none
     * @return the placeholder, or the body if it is not large
     * @throws io.millrace.payloads.PayloadException if it could not be stored
     */
    byte @Nullable [] storeLarge(String topic, Headers headers, byte @Nullable [] body) {
        header.remove(headers);
        if (body == null) {
            return null;
        }
        if (body.length <= writer.threshold() && !Placeholder.isLike(body)) {
            writer.metrics().countInline();
            return body;
        }
        CompletableFuture<PayloadReference> stored = writer.write(topic, body, contentType);
        if (waits != null) {
            waits.awaitCompletion(stored, writer.metrics());
        }
        PayloadReference reference = PayloadWriter.await(stored);
        header.write(headers, reference);
        return Placeholder.of(reference).toBytes();
    }

    /** Begins to look whether the store can be used, and logs if it cannot. */
    void warnIfUnusable() {
        writer.warnIfUnusable();
    }

    @Override
    public void close() {
        writer.close();
    }
}
