package io.millrace.converters.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.cache.Cache;
import org.apache.kafka.common.cache.LRUCache;
import org.apache.kafka.common.cache.SynchronizedCache;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverterConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes messages as {@code JsonConverter} does. {@code JsonConverter} writes the first message of each schema, from which the bytes
 * before the payload are taken; the bytes of the payload must be those of this class, or {@code JsonConverter} writes all
 * messages of the schema.
 *
 * <p>Schemas are found by their identity, or else by their parts. At most {@code schemas.cache.size} are remembered, those
 * that were used last. Safe for several threads.
 */
public final class MessageWriter {
    private static final Logger LOG = LoggerFactory.getLogger(MessageWriter.class);

    private static final byte[] NOTHING = {};
    private static final byte[] NO_SCHEMA = ascii("{\"schema\":null,\"payload\":");
    private static final byte[] SCHEMA = ascii("{\"schema\":");
    private static final byte[] PAYLOAD = ascii(",\"payload\":");
    private static final byte[] END = ascii("}");
    /** How many schemas are found without a comparison of their parts. */
    private static final int RECENT = 32;

    private final JsonConverterConfig config;
    private final byte[] end;
    private final Cache<Schema, KnownPayload> known;
    /** The one that was added last is the first; the array is never changed. */
    private volatile Recent[] recent = {};
    /** A buffer that no thread uses. */
    private final AtomicReference<@Nullable JsonOutput> spare = new AtomicReference<>();

    private record Recent(Schema schema, KnownPayload payload) {}

    /**
     * How messages of a schema are written.
     *
     * @param writer null if JsonConverter writes all of them
     * @param beginning what is before the payload; null as long as it is not known
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record KnownPayload(@Nullable ValueWriter writer, byte @Nullable [] beginning) {}

    /**
     * A writer without remembered schemas.
     *
     * @param config JsonConverter's options
     */
    public MessageWriter(JsonConverterConfig config) {
        this.config = config;
        this.end = config.schemasEnabled() ? END : NOTHING;
        this.known = new SynchronizedCache<>(new LRUCache<>(config.schemaCacheSize()));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Writes a message.
     *
     * @param schema null if the value has none
     * @return null if JsonConverter must write it
     */
    public byte @Nullable [] write(@Nullable Schema schema, @Nullable Object value) {
        if (schema == null) {
            return value == null
                    ? null
                    : write(config.schemasEnabled() ? NO_SCHEMA : NOTHING, SchemalessWriter::write, value);
        }
        KnownPayload payload = find(schema);
        return payload == null || payload.writer == null || payload.beginning == null
                ? null
                : write(payload.beginning, payload.writer, value);
    }

    private byte @Nullable [] write(byte[] beginning, PartWriter writer, @Nullable Object value) {
        JsonOutput out = spare.getAndSet(null);
        if (out == null) {
            out = new JsonOutput();
        }
        try {
            writer.write(out, value);
            return out.toBytes(beginning, end);
        } catch (UnsupportedJsonException | RuntimeException e) {
            return null;
        } finally {
            out.clear();
            spare.set(out);
        }
    }

    /**
     * Takes notice of a message that JsonConverter has written.
     *
     * @param schema the message's; null if the value has none
     */
    public void learn(@Nullable Schema schema, @Nullable Object value, byte[] message) {
        // A schema of another class, such as a builder, may have other fields the next time.
        if (schema == null || schema.getClass() != ConnectSchema.class || config.schemaCacheSize() <= 0) {
            return;
        }
        KnownPayload payload = find(schema);
        if (payload == null) {
            payload = learn(schema, newWriter(schema), value, message);
        } else if (payload.writer != null && payload.beginning == null) {
            payload = learn(schema, payload.writer, value, message);
        } else {
            return;
        }
        known.put(schema, payload);
        putFirst(schema, payload);
    }

    private @Nullable ValueWriter newWriter(Schema schema) {
        try {
            return ValueWriter.of(schema, config);
        } catch (RuntimeException e) {
            // The schema has no names or types where it needs them.
            return null;
        }
    }

    private KnownPayload learn(Schema schema, @Nullable ValueWriter writer, @Nullable Object value, byte[] message) {
        byte[] mark = config.schemasEnabled() ? PAYLOAD : NOTHING;
        byte[] written = writer == null ? null : write(mark, writer, value);
        if (written == null) {
            return new KnownPayload(writer, null);
        }
        int start = message.length - written.length;
        if (start >= 0
                && Arrays.equals(message, start, message.length, written, 0, written.length)
                && (config.schemasEnabled() ? startsWithSchema(message) : start == 0)) {
            return new KnownPayload(writer, Arrays.copyOf(message, start + mark.length));
        }
        LOG.warn(
                "JsonConverter of this worker writes other bytes than expected, so it writes all messages of {}",
                schema);
        return new KnownPayload(null, null);
    }

    private static boolean startsWithSchema(byte[] message) {
        return Arrays.equals(message, 0, Math.min(SCHEMA.length, message.length), SCHEMA, 0, SCHEMA.length);
    }

    private @Nullable KnownPayload find(Schema schema) {
        for (Recent each : recent) {
            if (each.schema == schema) {
                return each.payload;
            }
        }
        if (schema.getClass() != ConnectSchema.class) {
            return null;
        }
        KnownPayload payload = known.get(schema);
        if (payload != null) {
            putFirst(schema, payload);
        }
        return payload;
    }

    private synchronized void putFirst(Schema schema, KnownPayload payload) {
        Recent[] next = new Recent[Math.min(Math.min(RECENT, config.schemaCacheSize()), recent.length + 1)];
        next[0] = new Recent(schema, payload);
        int count = 1;
        for (Recent other : recent) {
            if (other.schema != schema && count < next.length) {
                next[count++] = other;
            }
        }
        recent = Arrays.copyOf(next, count);
    }
}
