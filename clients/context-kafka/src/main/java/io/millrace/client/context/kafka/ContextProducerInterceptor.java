package io.millrace.client.context.kafka;

import io.millrace.client.context.ContextHeaders;
import io.millrace.client.context.ContextKeys;
import io.millrace.client.context.RequestContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Writes the context of the thread that calls {@code send} into the record's headers:
 *
 * <pre>
 * interceptor.classes=io.millrace.client.context.kafka.ContextProducerInterceptor
 * </pre>
 *
 * A header that the record has is kept. A record with a {@code traceparent} gets no {@code tracestate}, because the two belong
 * together. The option {@code millrace.context.keys} lists further keys.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class ContextProducerInterceptor<K extends @Nullable Object, V extends @Nullable Object>
        implements ProducerInterceptor<K, V> {
    private ContextHeaders headers = ContextHeaders.records();

    @Override
    public void configure(Map<String, ?> options) {
        headers = ContextInterceptorOptions.readHeaders(options);
    }

    @Override
    public ProducerRecord<K, V> onSend(ProducerRecord<K, V> record) {
        RequestContext context = RequestContext.current();
        if (record.headers().lastHeader(ContextKeys.TRACEPARENT) != null) {
            context = context.toBuilder().put(ContextKeys.TRACEPARENT, null).build();
        }
        if (context.isEmpty()) {
            return record;
        }
        // The producer makes the headers of a record that it has sent unchangeable; the same record can be sent again.
        ProducerRecord<K, V> copy = new ProducerRecord<>(
                record.topic(), record.partition(), record.timestamp(), record.key(), record.value(), record.headers());
        headers.write(context, (name, value) -> addHeader(copy.headers(), name, value));
        return copy;
    }

    private static void addHeader(Headers headers, String name, String value) {
        if (headers.lastHeader(name) == null) {
            headers.add(name, value.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception exception) {}

    @Override
    public void close() {}
}
