package io.millrace.converters;

import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadOptions;
import io.millrace.payloads.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.PayloadFailure;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;
import org.apache.kafka.connect.storage.ConverterType;

/**
 * Has another converter make bytes of keys or values, and stores elsewhere what has more bytes than a threshold; and gives
 * it back to the other converter when the message is read. So whole messages may be larger than the broker takes.
 *
 * <pre>{@code
 * "value.converter": "io.millrace.converters.ClaimCheckConverter",
 * "value.converter.claim-check.converter": "org.apache.kafka.connect.json.JsonConverter",
 * "value.converter.claim-check.converter.schemas.enable": "false",
 * "value.converter.payload.store": "s3://shop-payloads/messages"
 * }</pre>
 *
 * <p>A message that is stored has a {@link Placeholder placeholder} for a body, and its {@link
 * io.millrace.payloads.PayloadReference reference} in the header {@code millrace.payload}, of a key in {@code
 * millrace.payload.key}. What is read and is no placeholder goes to the other converter as it is. {@link
 * ClaimCheckSerializer} and {@link ClaimCheckDeserializer} write and read the same.
 *
 * <p>Connect's error reporter converts without headers; what it converts stays whole, whatever its size.
 *
 * <p>Throws {@code DataException} where a message is wrong or a payload is missing, corrupt or larger than allowed, {@code
 * ConnectException} where the store was not available within the retry timeout. As safe for several threads as the other
 * converter.
 */
public final class ClaimCheckConverter implements Converter {
    private Converter converter;
    private MessageHeader header;
    /** Null where nothing is stored. */
    private MessageStore store;

    private MessageRestore restore;

    @Override
    public void configure(Map<String, ?> options, boolean isKey) {
        Map<String, Object> typed = new HashMap<>(options);
        typed.put(ConverterConfig.TYPE_CONFIG, (isKey ? ConverterType.KEY : ConverterType.VALUE).getName());
        AbstractConfig config = ConverterOptions.parse(typed);
        converter = InnerClass.instance(
                ConverterOptions.CONVERTER, config.getString(ConverterOptions.CONVERTER), Converter.class);
        Map<String, Object> own = config.originalsWithPrefix(ConverterOptions.CONVERTER_PREFIX);
        own.put(ConverterConfig.TYPE_CONFIG, typed.get(ConverterConfig.TYPE_CONFIG));
        InnerClass.within(converter, () -> converter.configure(own, isKey));
        header = MessageHeader.of(isKey);
        if (config.getString(PayloadOptions.STORE) != null) {
            store = new MessageStore(
                    header,
                    Payloads.writer(config, "ClaimCheckConverter"),
                    config.getString(FieldOptions.CONTENT_TYPE));
        }
        restore = new MessageRestore(header, Payloads.reader(config, "ClaimCheckConverter"));
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        return configured().fromConnectData(topic, schema, value);
    }

    @Override
    public byte[] fromConnectData(String topic, Headers headers, Schema schema, Object value) {
        byte[] body = configured().fromConnectData(topic, headers, schema, value);
        if (store == null) {
            return body;
        }
        try {
            return store.store(topic, headers, body);
        } catch (PayloadException e) {
            throw PayloadFailure.of("The " + header + " of a message for " + topic, e);
        }
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] body) {
        return toConnectData(topic, null, body);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, Headers headers, byte[] body) {
        Converter inner = configured();
        byte[] restored;
        try {
            restored = restore.restore(headers, body);
        } catch (PayloadException e) {
            throw PayloadFailure.of("The " + header + " of a message of " + topic, e);
        }
        return headers == null ? inner.toConnectData(topic, restored) : inner.toConnectData(topic, headers, restored);
    }

    private Converter configured() {
        if (restore == null) {
            throw new ConnectException("ClaimCheckConverter was given a message before its configuration");
        }
        return converter;
    }

    @Override
    public ConfigDef config() {
        return ConverterOptions.DEFINITION;
    }

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void close() throws IOException {
        // Converters can be closed since Kafka 4.0 only, which so is asked of the object and not of its type.
        Object asObject = converter;
        Closeable inner = asObject instanceof Closeable closeable ? closeable : null;
        MessageRestore reading = restore;
        try (inner;
                reading) {
            if (store != null) {
                store.close();
            }
        }
    }
}
