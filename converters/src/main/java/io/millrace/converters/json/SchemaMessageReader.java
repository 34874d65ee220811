package io.millrace.converters.json;

import java.util.Arrays;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages <code>{"schema": …, "payload": …}</code> that begin with the same bytes as one before, up to the payload.
 */
public final class SchemaMessageReader implements MessageReader {
    /** The maximum number of remembered schemas; a topic has few. They are compared one after the other. */
    private static final int KNOWN = 16;

    private final boolean replaceNullWithDefault;
    /** The one that was learnt last is the first; the array is never changed. */
    private volatile KnownSchema[] known = {};

    /**
     * A reader without remembered schemas.
     *
     * @param replaceNullWithDefault JsonConverter's option of that name
     */
    public SchemaMessageReader(boolean replaceNullWithDefault) {
        this.replaceNullWithDefault = replaceNullWithDefault;
    }

    @Override
    public @Nullable SchemaAndValue read(byte[] message) {
        for (KnownSchema schema : known) {
            if (schema.matches(message)) {
                return schema.readMessage(message);
            }
        }
        return null;
    }

    @Override
    public void learn(byte[] message, @Nullable Schema schema) {
        if (schema == null || Arrays.stream(known).anyMatch(other -> other.matches(message))) {
            return;
        }
        ValueReader payload = ValueReader.of(schema, replaceNullWithDefault);
        if (payload == null) {
            return;
        }
        int end = KnownSchema.findPayload(message);
        if (end > 0) {
            putFirst(new KnownSchema(Arrays.copyOf(message, end), schema, payload));
        }
    }

    /** If there are more than are kept, the one that was learnt first is dropped. */
    private synchronized void putFirst(KnownSchema schema) {
        KnownSchema[] next = new KnownSchema[Math.min(KNOWN, known.length + 1)];
        next[0] = schema;
        System.arraycopy(known, 0, next, 1, next.length - 1);
        known = next;
    }
}
