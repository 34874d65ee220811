package io.millrace.clients.spooling;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** The serializers and interceptors of a configuration, which are called once for each record. Safe for use by many threads. */
record ConfiguredParts<K, V>(
        Serializer<K> keySerializer, Serializer<V> valueSerializer, ConfiguredInterceptors<K, V> interceptors)
        implements AutoCloseable {
    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
                    ConfigDef.Type.CLASS,
                    null,
                    ConfigDef.Importance.HIGH,
                    "")
            .define(
                    ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
                    ConfigDef.Type.CLASS,
                    null,
                    ConfigDef.Importance.HIGH,
                    "")
            .define(
                    ProducerConfig.INTERCEPTOR_CLASSES_CONFIG,
                    ConfigDef.Type.LIST,
                    List.of(),
                    ConfigDef.Importance.LOW,
                    "");

    /**
     * Makes the parts.
     *
     * @param keySerializer configured already; null for the one of the options
     * @param valueSerializer configured already; null for the one of the options
     */
    static <K, V> ConfiguredParts<K, V> of(
            Map<String, Object> configs,
            @Nullable Serializer<K> keySerializer,
            @Nullable Serializer<V> valueSerializer) {
        AbstractConfig config = new AbstractConfig(DEFINITION, configs, false);
        return new ConfiguredParts<>(
                keySerializer == null
                        ? serializer(config, ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, true)
                        : keySerializer,
                valueSerializer == null
                        ? serializer(config, ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, false)
                        : valueSerializer,
                new ConfiguredInterceptors<>(interceptors(config)));
    }

    @SuppressWarnings("unchecked") // The caller names a class for its type of keys or values.
    private static <T> Serializer<T> serializer(AbstractConfig config, String option, boolean isKey) {
        if (config.getClass(option) == null) {
            throw new ConfigException(option, null, "Expected the class of a serializer");
        }
        Serializer<T> serializer = config.getConfiguredInstance(option, Serializer.class);
        serializer.configure(config.originals(), isKey);
        return serializer;
    }

    @SuppressWarnings("unchecked") // The caller names classes for its types of keys and values.
    private static <K, V> List<ProducerInterceptor<K, V>> interceptors(AbstractConfig config) {
        List<ProducerInterceptor<K, V>> typed = new ArrayList<>();
        for (Object interceptor :
                config.getConfiguredInstances(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, ProducerInterceptor.class)) {
            typed.add((ProducerInterceptor<K, V>) interceptor);
        }
        return typed;
    }

    byte @Nullable [] serializeKey(String topic, Headers headers, K key) {
        return serialize(keySerializer, "key", topic, headers, key);
    }

    byte @Nullable [] serializeValue(String topic, Headers headers, V value) {
        return serialize(valueSerializer, "value", topic, headers, value);
    }

    private static <T> byte @Nullable [] serialize(
            Serializer<T> serializer, String what, String topic, Headers headers, T object) {
        try {
            return serializer.serialize(topic, headers, object);
        } catch (ClassCastException e) {
            throw new SerializationException(
                    "The " + what + " of a record of the topic " + topic + " is no object for the serializer "
                            + serializer.getClass().getName(),
                    e);
        }
    }

    @Override
    public void close() {
        interceptors.close();
        keySerializer.close();
        valueSerializer.close();
    }
}
