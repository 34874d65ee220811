package io.millrace.converters;

import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadWriter;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Stores large bodies of messages, keys or values. Safe for use by many threads. */
final class BodyWriter implements AutoCloseable {
    private final MessageHeader header;
    private final PayloadWriter writer;
    private final @Nullable String contentType;

    /**
     * Stores with a writer, which is closed with this.
     *
     * @param contentType of bodies; null if it is not known
     */
    BodyWriter(MessageHeader header, PayloadWriter writer, @Nullable String contentType) {
        this.header = header;
        this.writer = writer;
        this.contentType = contentType;
    }

    /**
     * Stores a body that is large, and puts its reference into the headers. A reference that is there from an earlier hop is
     * taken out either way.
     *
     * @param body null if the message has none
     * @return the placeholder, or the body where it is not large
     * @throws io.millrace.payloads.PayloadException if it could not be stored
     */
    byte @Nullable [] storeLarge(String topic, Headers headers, byte @Nullable [] body) {
        header.remove(headers);
        if (body == null) {
            return null;
        }
        if (body.length <= writer.threshold()) {
            writer.metrics().countInline();
            return body;
        }
        PayloadReference reference = writer.writeNow(topic, body, contentType);
        header.write(headers, reference);
        return Placeholder.of(reference).toBytes();
    }

    @Override
    public void close() {
        writer.close();
    }
}
