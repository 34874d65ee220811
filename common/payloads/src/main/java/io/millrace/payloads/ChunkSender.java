package io.millrace.payloads;

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

    // What follows belongs to the thread; close() looks at the producer.
    private final List<Lane> lanes = new ArrayList<>();
    private volatile Producer<byte[], byte[]> producer;

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
     * @param prepare makes and checks the topic, and says how many partitions it has
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
        onThread(upload, () -> begin(upload));
        return upload.uri();
    }

    private void onThread(ChunkUpload upload, Runnable step) {
        try {
            thread.execute(() -> {
                try {
                    step.run();
                } catch (RuntimeException | Error e) {
                    // Memory may be short; whoever waits for the payload has to hear of it.
                    fail(upload, e);
                }
            });
        } catch (RejectedExecutionException e) {
            fail(upload, new PayloadException("kafka:" + topic + " was closed", e));
        }
    }

    private void begin(ChunkUpload upload) {
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
        next(lane);
    }

    private void next(Lane lane) {
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
                        () -> onThread(upload, () -> finish(lane, upload)));
            } catch (RuntimeException e) {
                lane.busy = false;
                lane.bytes -= upload.bytes();
                fail(upload, e);
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of what failed.
    private void finish(Lane lane, ChunkUpload upload) {
        try {
            if (upload.failure() != null) {
                failed(upload, upload.failure());
                return;
            }
            if (upload.producer() != producer) {
                fail(upload, new UnavailableStoreException("The producer for kafka:" + topic + " was replaced", null));
                return;
            }
            upload.producer().send(upload.manifest(topic, lane.partition), (metadata, failure) -> {
                if (failure == null) {
                    complete(upload, lane.partition, metadata.offset());
                } else {
                    onThread(upload, () -> failed(upload, failure));
                }
            });
        } catch (RuntimeException e) {
            failed(upload, e);
        } finally {
            lane.busy = false;
            lane.bytes -= upload.bytes();
            next(lane);
        }
    }

    private void requireTime(ChunkUpload upload) {
        if (upload.isLate()) {
            throw new TimeoutException("it could not be sent for " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos)
                    + " ms, as others before it");
        }
    }

    private void failed(ChunkUpload upload, Throwable failure) {
        if (!KafkaFaults.leavesProducerUsable(failure) && upload.producer() == producer) {
            LOG.warn("The producer for kafka:{} is replaced: {}", topic, failure.toString());
            producer.close(Duration.ZERO);
            producer = null;
        }
        fail(upload, failure);
    }

    private void fail(ChunkUpload upload, Throwable failure) {
        unfinished.remove(upload);
        PayloadException translated = KafkaFaults.translated("Cannot write to kafka:" + topic, failure);
        elsewhere(() -> upload.uri().completeExceptionally(translated));
    }

    private void complete(ChunkUpload upload, int partition, long manifest) {
        unfinished.remove(upload);
        elsewhere(() -> {
            long records = manifest - upload.first();
            if (records > ChunkUri.MOST_RECORDS) {
                upload.uri()
                        .completeExceptionally(new UnavailableStoreException(
                                "kafka:" + topic + " has " + records
                                        + " records between a payload's first chunk and its"
                                        + " manifest, more than a reader would read",
                                null));
            } else {
                upload.uri().complete(new ChunkUri(topic, partition, upload.first(), manifest).toString());
            }
        });
    }

    private void elsewhere(Runnable completion) {
        try {
            completions.execute(completion);
        } catch (RejectedExecutionException e) {
            // While everything is closed, whoever waits is told here.
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
            fail(upload, new PayloadException("kafka:" + topic + " was closed"));
        }
    }

    private void closeProducer() {
        Producer<byte[], byte[]> open = producer;
        if (open != null) {
            open.close(TIME_TO_CLOSE);
        }
    }
}
