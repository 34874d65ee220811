package io.millrace.client.context.kafka;

import io.millrace.client.context.ContextHeaders;
import io.millrace.client.context.RequestContext;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Removes the context's headers whose value is not valid, so that no code of the consumer writes one into a log or a statement:
 *
 * <pre>
 * interceptor.classes=io.millrace.client.context.kafka.ContextConsumerInterceptor
 * </pre>
 *
 * A poll returns records of many requests, so the interceptor does not change the context of the thread;
 * {@link RecordContext#runInContextOf} does for each record, with or without this interceptor. The option
 * {@code millrace.context.keys} lists further keys.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class ContextConsumerInterceptor<K extends @Nullable Object, V extends @Nullable Object>
        implements ConsumerInterceptor<K, V> {
    private ContextHeaders headers = ContextHeaders.records();

    @Override
    public void configure(Map<String, ?> options) {
        headers = ContextInterceptorOptions.readHeaders(options);
    }

    @Override
    public ConsumerRecords<K, V> onConsume(ConsumerRecords<K, V> records) {
        for (ConsumerRecord<K, V> record : records) {
            removeRefused(record);
        }
        return records;
    }

    private void removeRefused(ConsumerRecord<K, V> record) {
        RequestContext context = RecordContext.of(record, headers);
        headers.names().forEach((key, name) -> {
            List<Header> found = RecordContext.findAll(record.headers(), name);
            if (found.size() > 1 || (found.size() == 1 && context.value(key).isEmpty())) {
                record.headers().remove(name);
                // Of several, the last one is the one that counts.
                context.value(key).ifPresent(value -> record.headers().add(found.get(found.size() - 1)));
            }
        });
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
}
