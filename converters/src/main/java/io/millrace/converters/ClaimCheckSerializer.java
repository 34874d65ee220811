package io.millrace.converters;

import io.millrace.payloads.PayloadException;
import io.millrace.payloads.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;

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
    private Serializer<T> serializer;
    private MessageHeader header;
    private MessageStore store;

    @Override
    @SuppressWarnings("unchecked") // What the other serializer takes is what this one is used for.
    public void configure(Map<String, ?> options, boolean isKey) {
        AbstractConfig config = new AbstractConfig(SerdeOptions.WRITING, options, false);
        serializer = InnerClass.instance(
                SerdeOptions.SERIALIZER, config.getString(SerdeOptions.SERIALIZER), Serializer.class);
        serializer.configure(SerdeOptions.own(SerdeOptions.SERIALIZER, config), isKey);
        header = MessageHeader.of(isKey);
        store = new MessageStore(
                header, Payloads.writer(config, "ClaimCheckSerializer"), config.getString(FieldOptions.CONTENT_TYPE));
    }

    /** Every option, as the reference prints it. */
    public static ConfigDef configDef() {
        return new ConfigDef(SerdeOptions.WRITING);
    }

    @Override
    public byte[] serialize(String topic, T data) {
        return serializer.serialize(topic, data);
    }

    @Override
    public byte[] serialize(String topic, Headers headers, T data) {
        byte[] body = serializer.serialize(topic, headers, data);
        try {
            return store.store(topic, headers, body);
        } catch (PayloadException e) {
            throw SerdeFailure.of("The " + header + " of a message for " + topic, e);
        }
    }

    @Override
    public void close() {
        Serializer<T> inner = serializer;
        try (inner) {
            if (store != null) {
                store.close();
            }
        }
    }
}
