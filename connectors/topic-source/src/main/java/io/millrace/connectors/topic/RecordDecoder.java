package io.millrace.connectors.topic;

import io.millrace.changes.IdentityRecord;
import io.millrace.config.WrappedClass;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.ConverterConfig;
import org.apache.kafka.connect.storage.ConverterType;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the records of topics with Connect's converters. A decoded record has the name of the topic that it was read from, and no
 * partition; transforms route it. For use by one thread.
 */
final class RecordDecoder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RecordDecoder.class);

    private final Converter keys;
    private final Converter values;
    private final HeaderConverter headers;

    private RecordDecoder(Converter keys, Converter values, HeaderConverter headers) {
        this.keys = keys;
        this.values = values;
        this.headers = headers;
    }

    /**
     * Creates and configures the converters.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one is not valid
     */
    static RecordDecoder of(AbstractConfig config) {
        Converter keys = WrappedClass.newInstance(
                TopicSourceOptions.KEY_CONVERTER.name(), TopicSourceOptions.KEY_CONVERTER.get(config), Converter.class);
        Converter values = WrappedClass.newInstance(
                TopicSourceOptions.VALUE_CONVERTER.name(),
                TopicSourceOptions.VALUE_CONVERTER.get(config),
                Converter.class);
        HeaderConverter headers = WrappedClass.newInstance(
                TopicSourceOptions.HEADER_CONVERTER.name(),
                TopicSourceOptions.HEADER_CONVERTER.get(config),
                HeaderConverter.class);
        Map<String, Object> ofKeys = TopicSourceOptions.ofConverter(TopicSourceOptions.KEY_CONVERTER, config);
        Map<String, Object> ofValues = TopicSourceOptions.ofConverter(TopicSourceOptions.VALUE_CONVERTER, config);
        Map<String, Object> ofHeaders =
                new HashMap<>(TopicSourceOptions.ofConverter(TopicSourceOptions.HEADER_CONVERTER, config));
        ofHeaders.put(ConverterConfig.TYPE_CONFIG, ConverterType.HEADER.getName());
        WrappedClass.runWithLoaderOf(keys, () -> keys.configure(ofKeys, true));
        WrappedClass.runWithLoaderOf(values, () -> values.configure(ofValues, false));
        WrappedClass.runWithLoaderOf(headers, () -> headers.configure(ofHeaders));
        return new RecordDecoder(keys, values, headers);
    }

    /**
     * Decodes a record.
     *
     * @throws DecodingException if a part of it cannot be decoded, now or ever
     */
    SourceRecord decode(ConsumerRecord<byte[], byte[]> record, Map<String, ?> partition, Map<String, ?> offset)
            throws DecodingException {
        SchemaAndValue key =
                decode("key", keys, () -> keys.toConnectData(record.topic(), record.headers(), record.key()));
        SchemaAndValue value =
                decode("value", values, () -> values.toConnectData(record.topic(), record.headers(), record.value()));
        Headers decoded = new ConnectHeaders();
        for (Header header : record.headers()) {
            decoded.add(
                    header.key(),
                    decode(
                            "header " + header.key(),
                            headers,
                            () -> headers.toConnectHeader(record.topic(), header.key(), header.value())));
        }
        return IdentityRecord.of(new SourceRecord(
                partition,
                offset,
                record.topic(),
                null,
                key.schema(),
                key.value(),
                value.schema(),
                value.value(),
                record.timestamp() < 0 ? null : record.timestamp(),
                decoded));
    }

    private interface Decoding {
        SchemaAndValue run();
    }

    private static SchemaAndValue decode(String part, Object converter, Decoding decoding) throws DecodingException {
        try {
            return decoding.run();
        } catch (RuntimeException e) {
            LOG.debug("A {} cannot be decoded", part, e);
            throw new DecodingException(part, converter.getClass().getName(), e, isTransient(e));
        }
    }

    /** Whether another system that the converter needs did not respond. Bytes that are wrong also cause an {@link IOException}. */
    private static boolean isTransient(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException
                    || cause instanceof org.apache.kafka.common.errors.RetriableException
                    || cause instanceof SocketException
                    || cause instanceof HttpTimeoutException
                    || cause instanceof UnknownHostException
                    || cause instanceof InterruptedIOException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        for (Object converter : new Object[] {keys, values, headers}) {
            // Converters can be closed since Kafka 4.0 only.
            if (converter instanceof Closeable closeable) {
                try {
                    closeable.close();
                } catch (IOException e) {
                    LOG.debug("Closing {} failed", converter, e);
                }
            }
        }
    }
}
