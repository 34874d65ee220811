package io.millrace.payloads.chunks;

import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.RefusedPayloadException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * Keeps payloads as chunks in a topic of their own, in the format of {@link ChunkFormat}. A URI is given out when all chunks
 * and the manifest are acknowledged by all replicas that are in sync, so no reference precedes its payload. A payload lives
 * as long as the topic's retention lets it; one that is stored again has new chunks.
 *
 * <p>Its producer, consumers and threads are its own, and come with the first payload.
 */
final class ChunkStore implements PayloadStore {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String topic;
    private final ChunkSender sender;
    private final ChunkReader reader;

    ChunkStore(String topic, ChunkSender sender, ChunkReader reader) {
        this.topic = topic;
        this.sender = sender;
        this.reader = reader;
    }

    /** Keeps payloads in a topic that is made, or checked, when the first one comes. */
    static ChunkStore open(String topic, ChunkSettings settings, Executor executor) {
        ProducerConfig producer = new ProducerConfig(settings.producer());
        ChunkSender sender = new ChunkSender(
                topic,
                settings.chunkBytes(),
                Duration.ofMillis(producer.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)),
                new ChunkTopic(topic, settings)::prepareTopic,
                () -> new KafkaProducer<>(settings.producer(), new ByteArraySerializer(), new ByteArraySerializer()),
                executor);
        ChunkReader reader = new ChunkReader(
                topic,
                PATIENCE,
                () -> new KafkaConsumer<byte[], ByteBuffer>(
                        settings.consumer(), new ByteArrayDeserializer(), new ByteBufferDeserializer()));
        return new ChunkStore(topic, sender, reader);
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        return sender.send(object);
    }

    @Override
    public CompletableFuture<byte[]> get(PayloadReference reference) {
        return holds(reference.uri())
                ? reader.read(reference)
                : CompletableFuture.failedFuture(
                        new RefusedPayloadException("A payload's reference leads outside of " + this));
    }

    @Override
    public boolean holds(String uri) {
        return uri.startsWith(this + "/");
    }

    @Override
    public String toString() {
        return ChunkUri.SCHEME + topic;
    }

    @Override
    public void close() {
        try (sender) {
            reader.close();
        }
    }
}
