package io.millrace.payloads.chunks;

import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.RefusedPayloadException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
 * as long as the topic's retention lets it; one that is stored again has new chunks. Chunks are given another reference only
 * within the time by which the topic keeps them for longer than the option requires, so that the reference lives as long.
 *
 * <p>It has its own producer, consumers and threads, which are created for the first payload.
 */
final class ChunkStore implements PayloadStore {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String topic;
    private final ChunkTopic chunkTopic;
    private final Executor executor;
    private final ChunkSender sender;
    private final ChunkReader reader;
    /** The topics of records that were compared with this one. */
    private final Set<String> recordTopics = ConcurrentHashMap.newKeySet();

    ChunkStore(String topic, ChunkTopic chunkTopic, Executor executor, ChunkSender sender, ChunkReader reader) {
        this.topic = topic;
        this.chunkTopic = chunkTopic;
        this.executor = executor;
        this.sender = sender;
        this.reader = reader;
    }

    /** A store in a topic that is created or checked for the first payload. */
    static ChunkStore open(String topic, ChunkSettings settings, Executor executor) {
        ProducerConfig producer = new ProducerConfig(settings.producer());
        ChunkTopic chunkTopic = new ChunkTopic(topic, settings);
        ChunkSender sender = new ChunkSender(
                topic,
                settings.chunkBytes(),
                Duration.ofMillis(producer.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)),
                chunkTopic::prepareTopic,
                () -> new KafkaProducer<>(settings.producer(), new ByteArraySerializer(), new ByteArraySerializer()),
                executor);
        ChunkReader reader = new ChunkReader(
                topic,
                PATIENCE,
                () -> new KafkaConsumer<byte[], ByteBuffer>(
                        settings.consumer(), new ByteArrayDeserializer(), new ByteBufferDeserializer()));
        return new ChunkStore(topic, chunkTopic, executor, sender, reader);
    }

    @Override
    public CompletableFuture<String> put(PayloadObject object) {
        if (recordTopics.add(object.topic())) {
            executor.execute(() -> chunkTopic.warnOfLongerRetention(object.topic()));
        }
        return sender.send(object);
    }

    /** Requests the topic from the brokers, which need not be there: the first payload creates it. */
    @Override
    public CompletableFuture<?> checkWriting() {
        return CompletableFuture.completedFuture(chunkTopic).thenAcceptAsync(ChunkTopic::requireBrokers, executor);
    }

    @Override
    public CompletableFuture<?> checkReading() {
        return checkWriting();
    }

    @Override
    public CompletableFuture<Boolean> canReuse(String uri, Duration age) {
        return CompletableFuture.completedFuture(age.compareTo(chunkTopic.reuseTime()) <= 0);
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
