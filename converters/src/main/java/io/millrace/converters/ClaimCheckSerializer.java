package io.millrace.converters;

import io.millrace.config.WrappedClass;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Serializes data with another serializer, and stores results with more bytes than a threshold elsewhere, in the format
 * of {@link ClaimCheckConverter}. For producers; independent of Connect.
 *
 * <pre>{@code
 * value.serializer=io.millrace.converters.ClaimCheckSerializer
 * claim-check.serializer=org.apache.kafka.common.serialization.StringSerializer
 * payload.store=s3://shop-payloads/messages
 * }</pre>
 *
 * <p>Throws {@code SerializationException} if data is larger than allowed, {@code TimeoutException} if the store was
 * not available within the retry timeout. Without headers a message cannot contain a reference, and data stays whole.
 * As safe for several threads as the other serializer.
 *
 * @param <T> the data
 */
public final class ClaimCheckSerializer<T> implements Serializer<T> {
    /** Null until {@link #configure}. */
    private @Nullable ConfiguredSerializer<T> configured;

    /** The configured parts. */
    private record ConfiguredSerializer<T>(Serializer<T> serializer, MessageHeader header, BodyWriter writer) {}

    @Override
    @SuppressWarnings("unchecked") // This serializer is used for the types of the wrapped one.
    public void configure(Map<String, ?> options, boolean isKey) {
        AbstractConfig config = SerdeOptions.WRITING.read(options);
        Serializer<T> serializer = WrappedClass.newInstance(
                SerdeOptions.SERIALIZER.name(), SerdeOptions.SERIALIZER.get(config), Serializer.class);
        MessageHeader header = MessageHeader.of(isKey);
        BodyWriter writer = new BodyWriter(
                header,
                Payloads.openWriter(config, "ClaimCheckSerializer"),
                FieldOptions.CONTENT_TYPE.find(config).orElse(null),
                null);
        try {
            serializer.configure(SerdeOptions.wrappedOptions(SerdeOptions.SERIALIZER, config), isKey);
        } catch (RuntimeException e) {
            writer.close();
            throw e;
        }
        configured = new ConfiguredSerializer<>(serializer, header, writer);
    }

    /** Every option, as the reference prints it. */
    public static ConfigDef configDef() {
        return SerdeOptions.WRITING.definition();
    }

    @Override
    public byte[] serialize(String topic, T data) {
        return requireConfigured().serializer().serialize(topic, data);
    }

    @Override
    public byte @Nullable [] serialize(String topic, Headers headers, T data) {
        ConfiguredSerializer<T> parts = requireConfigured();
        byte[] body = parts.serializer().serialize(topic, headers, data);
        try {
            return parts.writer().storeLarge(topic, headers, body);
        } catch (PayloadException e) {
            throw SerdeFailure.of("The " + parts.header() + " of a message for " + topic, e);
        }
    }

    private ConfiguredSerializer<T> requireConfigured() {
        if (configured == null) {
            throw new IllegalStateException("ClaimCheckSerializer was given data before its configuration");
        }
        return configured;
    }

    @Override
    public void close() {
        if (configured != null) {
            Serializer<T> wrapped = configured.serializer();
            try (wrapped) {
                configured.writer().close();
            }
        }
    }
}
