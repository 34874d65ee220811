package io.millrace.payloads.chunks;

import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadObject;
import io.millrace.payloads.UnavailableStoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes payloads as chunks, through an idempotent producer of its own. A partition takes one payload after the other, so
 * that a reader finds a payload's chunks next to each other; several partitions are written at once. The manifest follows
 * when all chunks are acknowledged, and a payload has a URI when its manifest is.
 *
 * <p>All that waits for Kafka is on a thread of its own. A payload waits for its turn no longer than the producer's delivery
 * timeout; then its chunks, and after them its manifest, are each acknowledged or failed within that timeout.
 */
final class ChunkSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkSender.class);
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(5);

    private final String topic;
    private final int chunkBytes;
    private final long timeoutNanos;
    private final Supplier<Integer> prepare;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final ExecutorService thread;
    private final Executor completions;
    private final Set<ChunkUpload> unfinished = ConcurrentHashMap.newKeySet();

    // The following fields are used by the thread only, except that close() reads the producer.
    private final List<Lane> lanes = new ArrayList<>();
    private volatile @Nullable Producer<byte[], byte[]> producer;

    /** The payloads for a partition: one on its way, others waiting. */
    private static final class Lane {
        private final int partition;
        private final Queue<ChunkUpload> waiting = new ArrayDeque<>();
        private long bytes;
        private boolean busy;

        Lane(int partition) {
            this.partition = partition;
        }
    }

    /**
     * Writes to a topic, which is not looked at before the first payload comes.
     *
     * @param timeout how long a payload may wait for its turn
     * @param prepare makes and checks the topic, and returns its number of partitions
     * @param producers makes a producer
     * @param completions where futures complete; not on the producer's thread, which must not wait for anything
     */
    ChunkSender(
            String topic,
            int chunkBytes,
            Duration timeout,
            Supplier<Integer> prepare,
            Supplier<Producer<byte[], byte[]>> producers,
            Executor completions) {
        this.topic = topic;
        this.chunkBytes = chunkBytes;
        this.timeoutNanos = timeout.toNanos();
        this.prepare = prepare;
        this.producers = producers;
        this.completions = completions;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread sender = new Thread(task, "millrace-chunks-" + topic);
            sender.setDaemon(true);
            return sender;
        });
    }

    CompletableFuture<String> send(PayloadObject object) {
        ChunkUpload upload = new ChunkUpload(object, chunkBytes, System.nanoTime() + timeoutNanos);
        unfinished.add(upload);
        runOnThread(upload, () -> enqueue(upload));
        return upload.uri();
    }

    private void runOnThread(ChunkUpload upload, Runnable step) {
        try {
            thread.execute(() -> {
                try {
                    step.run();
                } catch (RuntimeException | Error e) {
                    // Memory may be short; the caller that waits for the payload gets the error.
                    failUpload(upload, e);
                }
            });
        } catch (RejectedExecutionException e) {
            failUpload(upload, new PayloadException("kafka:" + topic + " was closed", e));
        }
    }

    private void enqueue(ChunkUpload upload) {
        requireTime(upload);
        if (lanes.isEmpty()) {
            int partitions = prepare.get();
            for (int i = 0; i < partitions; i++) {
                lanes.add(new Lane(i));
            }
        }
        Lane lane = lanes.get(0);
        for (Lane other : lanes) {
            if (other.bytes < lane.bytes) {
                lane = other;
            }
        }
        lane.bytes += upload.bytes();
        lane.waiting.add(upload);
        startNext(lane);
    }

    private void startNext(Lane lane) {
        while (!lane.busy && !lane.waiting.isEmpty()) {
            ChunkUpload upload = lane.waiting.remove();
            try {
                requireTime(upload);
                if (producer == null) {
                    producer = producers.get();
                }
                lane.busy = true;
                upload.sendChunks(
                        producer,
                        topic,
                        lane.partition,
                        chunkBytes,
                        () -> runOnThread(upload, () -> sendManifest(lane, upload)));
            } catch (RuntimeException e) {
                lane.busy = false;
                lane.bytes -= upload.bytes();
                failUpload(upload, e);
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of what failed.
    private void sendManifest(Lane lane, ChunkUpload upload) {
        try {
            Throwable failed = upload.failure();
            if (failed != null) {
                failSending(upload, failed);
                return;
            }
            Producer<byte[], byte[]> through = upload.producer();
            if (through == null || through != producer) {
                failUpload(
                        upload,
                        new UnavailableStoreException("The producer for kafka:" + topic + " was replaced", null));
                return;
            }
            through.send(upload.createManifest(topic, lane.partition), (metadata, failure) -> {
                if (failure == null) {
                    completeUpload(upload, lane.partition, metadata.offset());
                } else {
                    runOnThread(upload, () -> failSending(upload, failure));
                }
            });
        } catch (RuntimeException e) {
            failSending(upload, e);
        } finally {
            lane.busy = false;
            lane.bytes -= upload.bytes();
            startNext(lane);
        }
    }

    private void requireTime(ChunkUpload upload) {
        if (upload.isLate()) {
            throw new TimeoutException("it could not be sent for " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
                    + " ms, as others before it");
        }
    }

    private void failSending(ChunkUpload upload, Throwable failure) {
        Producer<byte[], byte[]> failed = upload.producer();
        if (!KafkaFaults.leavesProducerUsable(failure) && failed != null && failed == producer) {
            LOG.warn("Producer failed, replacing the producer for kafka:{}: {}", topic, failure.toString());
            failed.close(Duration.ZERO);
            producer = null;
        }
        failUpload(upload, failure);
    }

    private void failUpload(ChunkUpload upload, Throwable failure) {
        unfinished.remove(upload);
        PayloadException translated = KafkaFaults.translate("Cannot write to kafka:" + topic, failure);
        completeOutside(() -> upload.uri().completeExceptionally(translated));
    }

    private void completeUpload(ChunkUpload upload, int partition, long manifest) {
        unfinished.remove(upload);
        completeOutside(() -> {
            long records = manifest - upload.first();
            if (records > ChunkUri.MOST_RECORDS) {
                upload.uri()
                        .completeExceptionally(new UnavailableStoreException(
                                "kafka:" + topic + " has " + records
                                        + " records between a payload's first chunk and its manifest, more than"
                                        + " a reader accepts",
                                null));
            } else {
                upload.uri().complete(new ChunkUri(topic, partition, upload.first(), manifest).toString());
            }
        });
    }

    private void completeOutside(Runnable completion) {
        try {
            completions.execute(completion);
        } catch (RejectedExecutionException e) {
            // While everything is closed, futures complete on this thread.
            completion.run();
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        closeProducer();
        try {
            if (!thread.awaitTermination(TIME_TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
        // The thread may have been about to make one.
        closeProducer();
        for (ChunkUpload upload : unfinished) {
            failUpload(upload, new PayloadException("kafka:" + topic + " was closed"));
        }
    }

    private void closeProducer() {
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(TIME_TO_CLOSE);
        }
    }
}
