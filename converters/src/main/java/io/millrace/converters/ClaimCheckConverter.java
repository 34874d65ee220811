package io.millrace.converters;

import io.millrace.config.WrappedClass;
import io.millrace.events.MillraceVersion;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.TransactionWaits;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.payloads.connect.FieldOptions;
import io.millrace.payloads.connect.PayloadFailure;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;
import org.apache.kafka.connect.storage.ConverterType;
import org.jspecify.annotations.Nullable;

/**
 * Converts keys or values with another converter, and stores results with more bytes than a threshold elsewhere. When
 * the message is read, the other converter gets the restored bytes. Messages can thus be larger than the broker's
 * limit.
 *
 * <pre>{@code
 * "value.converter": "io.millrace.converters.ClaimCheckConverter",
 * "value.converter.claim-check.converter": "org.apache.kafka.connect.json.JsonConverter",
 * "value.converter.claim-check.converter.schemas.enable": "false",
 * "value.converter.payload.store": "s3://shop-payloads/messages"
 * }</pre>
 *
 * <p>A message that is stored has a {@link Placeholder placeholder} for a body, and its
 * {@link io.millrace.payloads.PayloadReference reference} in the header {@code millrace.payload}, of a key in
 * {@code millrace.payload.key}. A body that is not a placeholder goes to the other converter unchanged.
 * {@link ClaimCheckSerializer} and {@link ClaimCheckDeserializer} write and read the same.
 *
 * <p>Connect's error reporter converts without headers; those messages stay whole, whatever their size.
 *
 * <p>Throws {@code DataException} if a message is wrong or a payload is missing, corrupt or larger than allowed,
 * {@code ConnectException} if the store was not available within the retry timeout. As safe for several threads as the
 * other converter.
 */
public final class ClaimCheckConverter implements Converter {
    /** Null until {@link #configure}. */
    private @Nullable ConfiguredConverter configured;

    /**
     * The configured parts.
     *
     * @param converter makes bytes of values, and values of bytes
     * @param writer null if nothing is stored
     */
    private record ConfiguredConverter(
            Converter converter,
            MessageHeader header,
            @Nullable BodyWriter writer,
            BodyReader reader) implements Closeable {
        @Override
        public void close() throws IOException {
            // Converters can be closed since Kafka 4.0 only, so the object is tested and not its declared type.
            Object asObject = converter;
            Closeable wrapped = asObject instanceof Closeable closeable ? closeable : null;
            try (wrapped;
                    reader) {
                if (writer != null) {
                    writer.close();
                }
            }
        }
    }

    @Override
    public void configure(Map<String, ?> options, boolean isKey) {
        Map<String, Object> typed = new HashMap<>(options);
        typed.put(ConverterConfig.TYPE_CONFIG, (isKey ? ConverterType.KEY : ConverterType.VALUE).getName());
        AbstractConfig config = ConverterOptions.read(typed);
        Converter converter = WrappedClass.newInstance(
                ConverterOptions.CONVERTER.name(), ConverterOptions.CONVERTER.get(config), Converter.class);
        Map<String, Object> own = config.originalsWithPrefix(ConverterOptions.CONVERTER_PREFIX);
        own.put(ConverterConfig.TYPE_CONFIG, typed.get(ConverterConfig.TYPE_CONFIG));
        MessageHeader header = MessageHeader.of(isKey);
        BodyReader reader = new BodyReader(header, Payloads.openReader(config, "ClaimCheckConverter"));
        BodyWriter writer = openWriter(config, header, reader);
        try {
            WrappedClass.runWithLoaderOf(converter, () -> converter.configure(own, isKey));
        } catch (RuntimeException e) {
            // Nothing of a refused configuration stays in JMX.
            try (reader) {
                if (writer != null) {
                    writer.close();
                }
            }
            throw e;
        }
        if (writer == null) {
            reader.warnIfUnusable();
        } else {
            writer.warnIfUnusable();
        }
        configured = new ConfiguredConverter(converter, header, writer, reader);
    }

    private static @Nullable BodyWriter openWriter(AbstractConfig config, MessageHeader header, BodyReader reader) {
        if (ConverterOptions.STORE.find(config).isEmpty()) {
            return null;
        }
        try {
            return new BodyWriter(
                    header,
                    Payloads.openWriter(config, "ClaimCheckConverter"),
                    FieldOptions.CONTENT_TYPE.find(config).orElse(null),
                    new TransactionWaits(Duration.ofMillis(PayloadOptions.TRANSACTION_TIMEOUT_MS.get(config))));
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
        return requireConfigured().converter().fromConnectData(topic, schema, value);
    }

    @Override
    public byte @Nullable [] fromConnectData(String topic, Headers headers, Schema schema, Object value) {
        ConfiguredConverter parts = requireConfigured();
        byte[] body = parts.converter().fromConnectData(topic, headers, schema, value);
        BodyWriter writer = parts.writer();
        if (writer == null) {
            if (Placeholder.isLike(body)) {
                throw new DataException("The " + parts.header() + " of a message for " + topic
                        + " begins like a placeholder, and without " + ConverterOptions.STORE
                        + " it cannot be stored for readers that would take it for one");
            }
            return body;
        }
        try {
            return writer.storeLarge(topic, headers, body);
        } catch (PayloadException e) {
            throw PayloadFailure.of("The " + parts.header() + " of a message for " + topic, e);
        }
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] body) {
        return toConnectData(topic, null, body);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, @Nullable Headers headers, byte[] body) {
        ConfiguredConverter parts = requireConfigured();
        byte[] restored;
        try {
            restored = parts.reader().restore(headers, body);
        } catch (PayloadException e) {
            throw PayloadFailure.of("The " + parts.header() + " of a message of " + topic, e);
        }
        Converter converter = parts.converter();
        return headers == null
                ? converter.toConnectData(topic, restored)
                : converter.toConnectData(topic, headers, restored);
    }

    private ConfiguredConverter requireConfigured() {
        if (configured == null) {
            throw new ConnectException("ClaimCheckConverter was given a message before its configuration");
        }
        return configured;
    }

    @Override
    public ConfigDef config() {
        return ConverterOptions.definition();
    }

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void close() throws IOException {
        if (configured != null) {
            configured.close();
        }
    }
}
