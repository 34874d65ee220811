package io.millrace.benchmarks.sink;

import io.millrace.benchmarks.harness.RecordFormat;
import io.millrace.benchmarks.harness.Topics;
import io.millrace.testing.servers.KafkaBroker;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.storage.Converter;

/** A topic of orders, as a source connector with the same converter would have written it. */
public final class OrderTopic {
    private static final Schema KEY = SchemaBuilder.struct()
            .name("OrderKey")
            .field(OrderShape.KEY, Schema.INT64_SCHEMA)
            .build();

    private OrderTopic() {}

    /**
     * Makes the topic and writes both parts of the stream into it, the records of a key into the key's partition.
     *
     * @throws IllegalStateException if the broker did not take every record
     */
    static void writeTopic(KafkaBroker broker, String topic, int partitions, RecordFormat format, OrderStream stream) {
        Topics.createTopic(broker, topic, partitions);
        for (int part = 1; part <= OrderStream.PARTS; part++) {
            writePart(broker, topic, format, stream, part);
        }
    }

    /**
     * Writes part 1 or 2 of the stream into an existing topic, the records of a key into the key's partition.
     *
     * @throws IllegalStateException if the broker did not take every record
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of it.
    public static void writePart(KafkaBroker broker, String topic, RecordFormat format, OrderStream stream, int part) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "compression.type", "lz4",
                "batch.size", 262_144,
                "linger.ms", 20,
                "buffer.memory", 67_108_864);
        Delivery delivery = new Delivery();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            Converter keys = format.makeConverter(true);
            Converter values = format.makeConverter(false);
            Schema schema = stream.shape().valueSchema();
            stream.ordersOfPart(part)
                    .forEach(order -> producer.send(
                            new ProducerRecord<>(
                                    topic,
                                    keys.fromConnectData(topic, KEY, key(order)),
                                    values.fromConnectData(topic, schema, valueOf(order, schema))),
                            delivery));
        }
        delivery.requireDelivery(topic);
    }

    /** Remembers the first record that the broker did not take. */
    private static final class Delivery implements Callback {
        private final AtomicReference<Exception> failure = new AtomicReference<>();

        @Override
        public void onCompletion(RecordMetadata metadata, Exception exception) {
            if (exception != null) {
                failure.compareAndSet(null, exception);
            }
        }

        private void requireDelivery(String topic) {
            if (failure.get() != null) {
                throw new IllegalStateException("Not every record of " + topic + " could be written", failure.get());
            }
        }
    }

    private static Struct key(Order order) {
        return new Struct(KEY).put(OrderShape.KEY, order.id());
    }

    private static Struct valueOf(Order order, Schema schema) {
        Struct value = new Struct(schema);
        schema.fields().forEach(field -> value.put(field, order.values().get(field.index())));
        return value;
    }
}
