package io.millrace.converters;

import io.millrace.payloads.ErasedPayloadException;
import io.millrace.payloads.PayloadReader;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what {@link BodyWriter} stored.
 *
 * <table>
 * <caption>What a body becomes</caption>
 * <tr><td>a placeholder, and the header's reference is of the same size and hash</td><td>what is stored</td></tr>
 * <tr><td>a placeholder of a value that was erased, if the options say so</td><td>null</td></tr>
 * <tr><td>a placeholder, and the header is missing, malformed, or another payload's</td><td>refused</td></tr>
 * <tr><td>anything else, with the header or without</td><td>itself: such a header is from an earlier hop, whose message
 * had another body</td></tr>
 * </table>
 *
 * <p>Safe for use by many threads.
 */
final class BodyReader implements AutoCloseable {
    private final MessageHeader header;
    private final PayloadReader reader;

    /** Reads with a reader, which is closed with this. */
    BodyReader(MessageHeader header, PayloadReader reader) {
        this.header = header;
        this.reader = reader;
    }

    /**
     * Returns the body that a placeholder refers to. Leaves the headers as they are: a dead letter queue gets the
     * message with them.
     *
     * @param headers null if they are unknown
     * @param body null if the message has none
     * @return the body, null if it was erased, which is the given one if it is not a placeholder
     * @throws io.millrace.payloads.PayloadException if it could not be read, or the message is malformed
     */
    byte @Nullable [] restore(@Nullable Headers headers, byte @Nullable [] body) {
        Optional<Placeholder> placeholder = Placeholder.parse(body);
        if (placeholder.isEmpty()) {
            return body;
        }
        try {
            return reader.readNow(header.read(headers, placeholder.get()));
        } catch (ErasedPayloadException e) {
            // A key that is null would be another key.
            if (reader.givesNullForErased() && header == MessageHeader.VALUE) {
                return null;
            }
            throw e;
        }
    }

    /** Begins to look whether the store can be used, and logs if it cannot. */
    void warnIfUnusable() {
        reader.warnIfUnusable();
    }

    @Override
    public void close() {
        reader.close();
    }
}
