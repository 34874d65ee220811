package io.millrace.converters;

import io.millrace.payloads.PayloadException;
import io.millrace.payloads.Payloads;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads what {@link ClaimCheckSerializer} and {@link ClaimCheckConverter} stored, and has another deserializer make data of
 * it. For consumers; needs nothing of Connect.
 *
 * <pre>{@code
 * value.deserializer=io.millrace.converters.ClaimCheckDeserializer
 * claim-check.deserializer=org.apache.kafka.common.serialization.StringDeserializer
 * payload.read.locations=s3://shop-payloads/messages
 * }</pre>
 *
 * <p>Throws {@code SerializationException} where a message is wrong or its payload is missing or corrupt, {@code
 * TimeoutException} where the store was not available within the retry timeout. A consumer wraps either in a {@code
 * RecordDeserializationException}, which has topic, partition and offset, and stays in front of the record: who polls again
 * after a {@code TimeoutException} tries again.
 *
 * @param <T> the data
 */
public final class ClaimCheckDeserializer<T> implements Deserializer<T> {
    private Deserializer<T> deserializer;
    private MessageHeader header;
    private MessageRestore restore;

    @Override
    @SuppressWarnings("unchecked") // What the other deserializer makes is what this one is used for.
    public void configure(Map<String, ?> options, boolean isKey) {
        AbstractConfig config = new AbstractConfig(SerdeOptions.READING, options, false);
        deserializer = InnerClass.instance(
                SerdeOptions.DESERIALIZER, config.getString(SerdeOptions.DESERIALIZER), Deserializer.class);
        deserializer.configure(SerdeOptions.own(SerdeOptions.DESERIALIZER, config), isKey);
        header = MessageHeader.of(isKey);
        restore = new MessageRestore(header, Payloads.reader(config, "ClaimCheckDeserializer"));
    }

    /** Every option, as the reference prints it. */
    public static ConfigDef configDef() {
        return new ConfigDef(SerdeOptions.READING);
    }

    @Override
    public T deserialize(String topic, byte[] body) {
        return deserializer.deserialize(topic, restored(topic, null, body));
    }

    @Override
    public T deserialize(String topic, Headers headers, byte[] body) {
        return deserializer.deserialize(topic, headers, restored(topic, headers, body));
    }

    private byte[] restored(String topic, Headers headers, byte[] body) {
        try {
            return restore.restore(headers, body);
        } catch (PayloadException e) {
            throw SerdeFailure.of("The " + header + " of a message of " + topic, e);
        }
    }

    @Override
    public void close() {
        Deserializer<T> inner = deserializer;
        try (inner) {
            if (restore != null) {
                restore.close();
            }
        }
    }
}
