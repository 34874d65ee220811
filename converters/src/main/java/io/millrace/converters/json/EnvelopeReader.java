package io.millrace.converters.json;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;

/**
 * Reads messages <code>{"schema": …, "payload": …}</code> that begin with the same bytes as one before, up to the payload.
 */
public final class EnvelopeReader implements MessageReader {
    /** How many schemas are known at once; a topic has few. They are compared one after the other. */
    private static final int KNOWN = 16;

    private final boolean replaceNullWithDefault;
    /** The one that a message had last is the first; the array is never changed. */
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
        Envelope[] candidates = known;
        for (int i = 0; i < candidates.length; i++) {
            Envelope envelope = candidates[i];
            if (envelope.begins(message)) {
                if (i > 0) {
                    putFirst(envelope);
                }
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

    private synchronized void putFirst(Envelope envelope) {
        List<Envelope> others =
                Arrays.stream(known).filter(other -> other != envelope).toList();
        Envelope[] next = new Envelope[Math.min(KNOWN, others.size() + 1)];
        next[0] = envelope;
        for (int i = 1; i < next.length; i++) {
            next[i] = others.get(i - 1);
        }
        known = next;
    }
}
