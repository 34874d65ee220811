package io.millrace.converters;

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
 * Has another serializer make bytes of data, and stores elsewhere what has more bytes than a threshold, in the format of
 * {@link ClaimCheckConverter}. For producers; needs nothing of Connect.
 *
 * <pre>{@code
 * value.serializer=io.millrace.converters.ClaimCheckSerializer
 * claim-check.serializer=org.apache.kafka.common.serialization.StringSerializer
 * payload.store=s3://shop-payloads/messages
 * }</pre>
 *
 * <p>Throws {@code SerializationException} where data is larger than allowed, {@code TimeoutException} where the store was not
 * available within the retry timeout. Without headers there is no place for a reference, and data stays whole. As safe for
 * several threads as the other serializer.
 *
 * @param <T> the data
 */
public final class ClaimCheckSerializer<T> implements Serializer<T> {
    /** Null until {@link #configure}. */
    private @Nullable ConfiguredSerializer<T> configured;

    /** What the options configure. */
    private record ConfiguredSerializer<T>(Serializer<T> serializer, MessageHeader header, BodyWriter writer) {}

    @Override
    @SuppressWarnings("unchecked") // What the other serializer takes is what this one is used for.
    public void configure(Map<String, ?> options, boolean isKey) {
        AbstractConfig config = SerdeOptions.WRITING.read(options);
        Serializer<T> serializer = WrappedClass.newInstance(
                SerdeOptions.SERIALIZER.name(), SerdeOptions.SERIALIZER.get(config), Serializer.class);
        serializer.configure(SerdeOptions.wrappedOptions(SerdeOptions.SERIALIZER, config), isKey);
        MessageHeader header = MessageHeader.of(isKey);
        BodyWriter writer = new BodyWriter(
                header,
                Payloads.openWriter(config, "ClaimCheckSerializer"),
                FieldOptions.CONTENT_TYPE.find(config).orElse(null));
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
