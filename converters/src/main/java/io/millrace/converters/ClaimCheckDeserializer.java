package io.millrace.converters;

import io.millrace.config.WrappedClass;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.config.Payloads;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of {@link ClaimCheckSerializer} and {@link ClaimCheckConverter}, and deserializes them with another
 * deserializer. For consumers; independent of Connect.
 *
 * <pre>{@code
 * value.deserializer=io.millrace.converters.ClaimCheckDeserializer
 * claim-check.deserializer=org.apache.kafka.common.serialization.StringDeserializer
 * payload.read.locations=s3://shop-payloads/messages
 * }</pre>
 *
 * <p>Throws {@code SerializationException} if a message is wrong or its payload is missing or corrupt,
 * {@code TimeoutException} if the store was not available within the retry timeout. A consumer wraps either in a
 * {@code RecordDeserializationException}, which has topic, partition and offset, and stays before the record: after a
 * {@code TimeoutException}, the next poll retries.
 *
 * @param <T> the data
 */
public final class ClaimCheckDeserializer<T> implements Deserializer<T> {
    /** Null until {@link #configure}. */
    private @Nullable ConfiguredDeserializer<T> configured;

    /** The configured parts. */
    private record ConfiguredDeserializer<T>(Deserializer<T> deserializer, MessageHeader header, BodyReader reader) {}

    @Override
    @SuppressWarnings("unchecked") // This deserializer is used for the types of the wrapped one.
    public void configure(Map<String, ?> options, boolean isKey) {
        AbstractConfig config = SerdeOptions.READING.read(options);
        Deserializer<T> deserializer = WrappedClass.newInstance(
                SerdeOptions.DESERIALIZER.name(), SerdeOptions.DESERIALIZER.get(config), Deserializer.class);
        MessageHeader header = MessageHeader.of(isKey);
        BodyReader reader = new BodyReader(header, Payloads.openReader(config, "ClaimCheckDeserializer"));
        try {
            deserializer.configure(SerdeOptions.wrappedOptions(SerdeOptions.DESERIALIZER, config), isKey);
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
        configured = new ConfiguredDeserializer<>(deserializer, header, reader);
    }

    /** Every option, as the reference prints it. */
    public static ConfigDef configDef() {
        return SerdeOptions.READING.definition();
    }

    @Override
    public T deserialize(String topic, byte[] body) {
        ConfiguredDeserializer<T> parts = requireConfigured();
        return parts.deserializer().deserialize(topic, restoreBody(parts, topic, null, body));
    }

    @Override
    public T deserialize(String topic, Headers headers, byte[] body) {
        ConfiguredDeserializer<T> parts = requireConfigured();
        return parts.deserializer().deserialize(topic, headers, restoreBody(parts, topic, headers, body));
    }

    private static byte @Nullable [] restoreBody(
            ConfiguredDeserializer<?> parts, String topic, @Nullable Headers headers, byte @Nullable [] body) {
        try {
            return parts.reader().restore(headers, body);
        } catch (PayloadException e) {
            throw SerdeFailure.of("The " + parts.header() + " of a message of " + topic, e);
        }
    }

    private ConfiguredDeserializer<T> requireConfigured() {
        if (configured == null) {
            throw new IllegalStateException("ClaimCheckDeserializer was given a message before its configuration");
        }
        return configured;
    }

    @Override
    public void close() {
        if (configured != null) {
            Deserializer<T> wrapped = configured.deserializer();
            try (wrapped) {
                configured.reader().close();
            }
        }
    }
}
