package io.millrace.payloads.chunks;

import io.millrace.payloads.PayloadObject;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A payload on its way into chunks. Begun and finished by one thread; its chunks are acknowledged by the producer's. */
final class ChunkUpload {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PayloadObject object;
    private final long deadlineNanos;
    private final CompletableFuture<String> uri = new CompletableFuture<>();
    private final byte[] id = new byte[ChunkFormat.ID_BYTES];
    private final long[] offsets;
    /** One more than the chunks that are on their way, until all of them are. */
    private final AtomicInteger outstanding = new AtomicInteger(1);

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private @Nullable Producer<byte[], byte[]> producer;

    ChunkUpload(PayloadObject object, int chunkBytes, long deadlineNanos) {
        this.object = object;
        this.deadlineNanos = deadlineNanos;
        this.offsets = new long[ChunkFormat.countChunks(object.stored().length, chunkBytes)];
        RANDOM.nextBytes(id);
    }

    CompletableFuture<String> uri() {
        return uri;
    }

    /** How much it is to a partition's load; never nothing, so that empty ones are spread too. */
    long bytes() {
        return (long) object.stored().length + ChunkFormat.OVERHEAD;
    }

    boolean isLate() {
        return System.nanoTime() - deadlineNanos > 0;
    }

    @Nullable
    Throwable failure() {
        return failure.get();
    }

    /** The producer that has the chunks. */
    @Nullable
    Producer<byte[], byte[]> producer() {
        return producer;
    }

    /**
     * Hands all chunks to the producer, and runs an action when the last of them is acknowledged, or one has failed and the
     * others are decided.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of what failed.
    void sendChunks(
            Producer<byte[], byte[]> through, String topic, int partition, int chunkBytes, Runnable whenAcknowledged) {
        producer = through;
        for (int i = 0; i < offsets.length && failure.get() == null; i++) {
            int index = i;
            outstanding.incrementAndGet();
            try {
                through.send(createChunk(topic, partition, index, chunkBytes), (metadata, failed) -> {
                    if (failed == null) {
                        offsets[index] = metadata.offset();
                    }
                    countDecision(failed, whenAcknowledged);
                });
            } catch (RuntimeException | Error e) {
                countDecision(e, whenAcknowledged);
            }
        }
        countDecision(null, whenAcknowledged);
    }

    private ProducerRecord<byte[], byte[]> createChunk(String topic, int partition, int index, int chunkBytes) {
        byte[] stored = object.stored();
        int from = index * chunkBytes;
        // It never changes, so a payload of one chunk need not be copied.
        byte[] value = offsets.length == 1
                ? stored
                : Arrays.copyOfRange(stored, from, Math.min(stored.length, from + chunkBytes));
        ProducerRecord<byte[], byte[]> chunk = new ProducerRecord<>(topic, partition, id, value);
        chunk.headers()
                .add(ChunkFormat.CHUNK_HEADER, new ChunkFormat.Chunk(index, offsets.length, stored.length).header());
        return chunk;
    }

    private void countDecision(@Nullable Throwable failed, Runnable whenAcknowledged) {
        if (failed != null) {
            failure.compareAndSet(null, failed);
        }
        if (outstanding.decrementAndGet() == 0) {
            whenAcknowledged.run();
        }
    }

    /** The record that completes the payload. */
    ProducerRecord<byte[], byte[]> createManifest(String topic, int partition) {
        ProducerRecord<byte[], byte[]> manifest = new ProducerRecord<>(
                topic,
                partition,
                id,
                new ChunkFormat.Manifest(object.stored().length, object.sha256(), offsets).value());
        manifest.headers().add(ChunkFormat.MANIFEST_HEADER, ChunkFormat.Manifest.header());
        return manifest;
    }

    long first() {
        return offsets[0];
    }
}
