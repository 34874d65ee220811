package io.millrace.converters.json;

import java.util.Arrays;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;

/**
 * Reads messages <code>{"schema": …, "payload": …}</code> that begin with the same bytes as one before, up to the payload.
 */
public final class EnvelopeReader implements MessageReader {
    /** How many schemas are known at once; a topic has few. They are compared one after the other. */
    private static final int KNOWN = 16;

    private final boolean replaceNullWithDefault;
    /** The one that was learnt last is the first; the array is never changed. */
    private volatile Envelope[] known = {};

    /**
     * Knows no schema yet.
     *
     * @param replaceNullWithDefault JsonConverter's option of that name
     */
    public EnvelopeReader(boolean replaceNullWithDefault) {
        this.replaceNullWithDefault = replaceNullWithDefault;
    }

    @Override
    public SchemaAndValue read(byte[] message) {
        for (Envelope envelope : known) {
            if (envelope.begins(message)) {
                return envelope.read(message);
            }
        }
        return null;
    }

    @Override
    public void learn(byte[] message, Schema schema) {
        if (schema == null || Arrays.stream(known).anyMatch(envelope -> envelope.begins(message))) {
            return;
        }
        ValueReader payload = ValueReader.of(schema, replaceNullWithDefault);
        int end = payload == null ? -1 : Envelope.beginning(message);
        if (end > 0) {
            putFirst(new Envelope(Arrays.copyOf(message, end), schema, payload));
        }
    }

    /** Where there are more than are kept, the one that was learnt first makes room. */
    private synchronized void putFirst(Envelope envelope) {
        Envelope[] next = new Envelope[Math.min(KNOWN, known.length + 1)];
        next[0] = envelope;
        System.arraycopy(known, 0, next, 1, next.length - 1);
        known = next;
    }
}
