package io.millrace.converters;

import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.RefusedPayloadException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The header that has the {@link PayloadReference reference} of a message's key or value, as text in ASCII. */
enum MessageHeader {
    KEY("millrace.payload.key"),
    VALUE("millrace.payload");

    private final String key;

    MessageHeader(String key) {
        this.key = key;
    }

    static MessageHeader of(boolean isKey) {
        return isKey ? KEY : VALUE;
    }

    void write(Headers headers, PayloadReference reference) {
        headers.add(key, reference.toString().getBytes(StandardCharsets.US_ASCII));
    }

    void remove(Headers headers) {
        headers.remove(key);
    }

    /**
     * The reference of what a placeholder stands for.
     *
     * @throws RefusedPayloadException if no header has it
     */
    PayloadReference read(@Nullable Headers headers, Placeholder placeholder) {
        Header last = headers == null ? null : headers.lastHeader(key);
        if (last == null || last.value() == null) {
            throw new RefusedPayloadException(
                    "The body is a placeholder of a payload, and its reference, the header " + key + ", is not there");
        }
        PayloadReference reference = PayloadReference.parse(new String(last.value(), StandardCharsets.ISO_8859_1));
        if (!Placeholder.of(reference).equals(placeholder)) {
            throw new RefusedPayloadException(
                    "The body is a placeholder of a payload other than that of the header " + key);
        }
        return reference;
    }

    /** The subject of the header, for messages. */
    @Override
    public String toString() {
        return this == KEY ? "key" : "value";
    }
}
