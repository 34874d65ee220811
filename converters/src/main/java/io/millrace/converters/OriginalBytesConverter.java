package io.millrace.converters;

import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.config.WrappedClass;
import io.millrace.events.MillraceVersion;
import io.millrace.events.OriginalBytes;
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
import org.apache.kafka.connect.storage.HeaderConverter;
import org.jspecify.annotations.Nullable;

/**
 * Writes bytes with the schema {@code io.millrace.OriginalBytes} as they are, and everything else with another converter. It lets
 * {@code TopicSourceConnector} write a record that cannot be decoded with its original key, value and headers, and events with
 * the converter of events.
 *
 * <pre>{@code
 * "value.converter": "io.millrace.converters.OriginalBytesConverter",
 * "value.converter.original-bytes.converter": "org.apache.kafka.connect.json.JsonConverter",
 * "value.converter.original-bytes.converter.schemas.enable": "false"
 * }</pre>
 *
 * <p>Keys, values and headers are read by the other converter. Throws the exceptions of the other converter. As safe for several
 * threads as the other converter.
 */
public final class OriginalBytesConverter implements Converter, HeaderConverter {
    private static final String CONVERTER_NAME = "original-bytes.converter";
    private static final String CONVERTER_PREFIX = CONVERTER_NAME + ".";

    private static final Option<String> CONVERTER = Option.string(CONVERTER_NAME)
            .valid(
                    "the full name of a converter's class",
                    name -> WrappedClass.newInstance(CONVERTER_NAME, name, Object.class))
            .required()
            .high("The full class name of the converter for everything else. Options that begin with "
                    + CONVERTER_PREFIX + " are passed to it.");

    private static final OptionSet ALL = OptionSet.of(CONVERTER);

    /** Null until it is configured for keys or values. */
    private @Nullable Converter bodies;

    /** Null until it is configured for headers. */
    private @Nullable HeaderConverter headers;

    @Override
    public void configure(Map<String, ?> options, boolean isKey) {
        AbstractConfig config = read(options, isKey ? ConverterType.KEY : ConverterType.VALUE);
        Converter converter = WrappedClass.newInstance(CONVERTER_NAME, CONVERTER.get(config), Converter.class);
        Map<String, Object> own = ownOptions(config);
        WrappedClass.runWithLoaderOf(converter, () -> converter.configure(own, isKey));
        bodies = converter;
    }

    @Override
    public void configure(Map<String, ?> options) {
        Object type = options.get(ConverterConfig.TYPE_CONFIG);
        if (type != null && !ConverterType.HEADER.getName().equals(type.toString())) {
            configure(options, ConverterType.KEY.getName().equals(type.toString()));
            return;
        }
        AbstractConfig config = read(options, ConverterType.HEADER);
        HeaderConverter converter =
                WrappedClass.newInstance(CONVERTER_NAME, CONVERTER.get(config), HeaderConverter.class);
        Map<String, Object> own = ownOptions(config);
        WrappedClass.runWithLoaderOf(converter, () -> converter.configure(own));
        headers = converter;
    }

    private static AbstractConfig read(Map<String, ?> options, ConverterType type) {
        Map<String, Object> typed = new HashMap<>(options);
        typed.put(ConverterConfig.TYPE_CONFIG, type.getName());
        return ALL.read(typed, values -> new AbstractConfig(definition(), values, false));
    }

    private static Map<String, Object> ownOptions(AbstractConfig config) {
        Map<String, Object> own = config.originalsWithPrefix(CONVERTER_PREFIX);
        own.put(ConverterConfig.TYPE_CONFIG, config.getString(ConverterConfig.TYPE_CONFIG));
        return own;
    }

    @Override
    public byte @Nullable [] fromConnectData(String topic, Schema schema, Object value) {
        return OriginalBytes.isSchema(schema) ? (byte[]) value : require(bodies).fromConnectData(topic, schema, value);
    }

    @Override
    public byte @Nullable [] fromConnectData(String topic, Headers recordHeaders, Schema schema, Object value) {
        return OriginalBytes.isSchema(schema)
                ? (byte[]) value
                : require(bodies).fromConnectData(topic, recordHeaders, schema, value);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] message) {
        return require(bodies).toConnectData(topic, message);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, Headers recordHeaders, byte[] message) {
        return require(bodies).toConnectData(topic, recordHeaders, message);
    }

    @Override
    public byte @Nullable [] fromConnectHeader(String topic, String headerKey, Schema schema, Object value) {
        return OriginalBytes.isSchema(schema)
                ? (byte[]) value
                : require(headers).fromConnectHeader(topic, headerKey, schema, value);
    }

    @Override
    public SchemaAndValue toConnectHeader(String topic, String headerKey, byte[] value) {
        return require(headers).toConnectHeader(topic, headerKey, value);
    }

    private static <T> T require(@Nullable T converter) {
        if (converter == null) {
            throw new ConnectException("OriginalBytesConverter was given a message before its configuration");
        }
        return converter;
    }

    private static ConfigDef definition() {
        return ALL.addTo(ConverterConfig.newConfigDef());
    }

    @Override
    public ConfigDef config() {
        return definition();
    }

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void close() throws IOException {
        // Converters can be closed since Kafka 4.0 only, so the object is tested and not its declared type.
        Object ofBodies = bodies;
        Closeable closeable = ofBodies instanceof Closeable found ? found : null;
        HeaderConverter ofHeaders = headers;
        try (closeable;
                ofHeaders) {
            bodies = null;
        }
    }
}
