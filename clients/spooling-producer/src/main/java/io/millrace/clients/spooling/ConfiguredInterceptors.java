package io.millrace.clients.spooling;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configured interceptors, which see each record once: before it is serialized, and when its caller has an answer. As in Kafka's own
 * producer, their failures are logged and change nothing. Safe for use by many threads.
 */
final class ConfiguredInterceptors<K, V> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfiguredInterceptors.class);

    private final List<ProducerInterceptor<K, V>> interceptors;

    ConfiguredInterceptors(List<ProducerInterceptor<K, V>> interceptors) {
        this.interceptors = List.copyOf(interceptors);
    }

    boolean isEmpty() {
        return interceptors.isEmpty();
    }

    ProducerRecord<K, V> onSend(ProducerRecord<K, V> record) {
        ProducerRecord<K, V> changed = record;
        for (ProducerInterceptor<K, V> interceptor : interceptors) {
            try {
                changed = interceptor.onSend(changed);
            } catch (RuntimeException e) {
                LOG.warn("An interceptor failed for a record of the topic {}", record.topic(), e);
            }
        }
        return changed;
    }

    void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception failure, Headers headers) {
        for (ProducerInterceptor<K, V> interceptor : interceptors) {
            try {
                interceptor.onAcknowledgement(metadata, failure, headers);
            } catch (Throwable e) {
                LOG.warn("An interceptor failed for an acknowledgement", e);
            }
        }
    }

    @Override
    public void close() {
        for (ProducerInterceptor<K, V> interceptor : interceptors) {
            try {
                interceptor.close();
            } catch (Throwable e) {
                LOG.warn("Closing an interceptor failed", e);
            }
        }
    }
}
