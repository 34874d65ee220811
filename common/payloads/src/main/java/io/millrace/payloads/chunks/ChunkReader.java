package io.millrace.payloads.chunks;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.PayloadReference;
import io.millrace.payloads.UnavailableStoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads payloads from their chunks, several at once, each with a consumer that is assigned its partition. A consumer
 * whose position is the start of a payload continues from there, so consecutive payloads are fetched together.
 *
 * <p>Of a reference that is wrong no more is read than about its size: if there is more between its offsets, the manifest has to
 * be right before the rest is read.
 */
final class ChunkReader implements AutoCloseable {
    private static final int THREADS = 4;
    /** One for each partition of a topic that was made by us, if nothing else was configured. */
    private static final int CONSUMERS = 8;

    private static final Duration IDLE_TIME = Duration.ofMinutes(1);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(5);

    private final String topic;
    private final long patienceNanos;
    private final Supplier<Consumer<byte[], ByteBuffer>> consumers;
    private final ThreadPoolExecutor threads;

    @GuardedBy("idle")
    private final Deque<IdleConsumer> idle = new ArrayDeque<>();

    private final Set<PendingRead> unfinished = ConcurrentHashMap.newKeySet();

    /** A payload that a caller waits for. Compared by identity. */
    private static final class PendingRead {
        private final CompletableFuture<byte[]> stored;

        PendingRead(CompletableFuture<byte[]> stored) {
            this.stored = stored;
        }
    }

    /** A consumer and its position. */
    private record IdleConsumer(Consumer<byte[], ByteBuffer> consumer, TopicPartition partition, long position) {}

    /**
     * Reads a topic, which is opened for the first payload.
     *
     * @param patience how long to wait for a next record
     * @param consumers makes a consumer that gives out one record at a time
     */
    ChunkReader(String topic, Duration patience, Supplier<Consumer<byte[], ByteBuffer>> consumers) {
        this.topic = topic;
        this.patienceNanos = patience.toNanos();
        this.consumers = consumers;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_TIME.toMillis(), TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread reader = new Thread(task, "millrace-chunks-" + topic + "-" + number.incrementAndGet());
                    reader.setDaemon(true);
                    return reader;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    CompletableFuture<byte[]> read(PayloadReference reference) {
        PendingRead read = new PendingRead(new CompletableFuture<>());
        unfinished.add(read);
        try {
            ChunkUri uri = ChunkUri.parse(reference.uri());
            threads.execute(() -> {
                try {
                    read.stored.complete(fetch(uri, reference));
                } catch (RuntimeException | Error e) {
                    // Memory may be short; the caller that waits for the payload gets the error.
                    read.stored.completeExceptionally(e);
                } finally {
                    unfinished.remove(read);
                }
            });
        } catch (PayloadException e) {
            unfinished.remove(read);
            read.stored.completeExceptionally(e);
        } catch (RejectedExecutionException e) {
            unfinished.remove(read);
            read.stored.completeExceptionally(closed());
        }
        return read.stored;
    }

    private PayloadException closed() {
        return new PayloadException("kafka:" + topic + " was closed");
    }

    private byte[] fetch(ChunkUri uri, PayloadReference reference) {
        TopicPartition partition = new TopicPartition(uri.topic(), uri.partition());
        Consumer<byte[], ByteBuffer> consumer = null;
        try {
            IdleConsumer standing = borrowConsumer(partition, uri.first());
            if (standing == null) {
                consumer = consumers.get();
                consumer.assign(List.of(partition));
                consumer.seek(partition, uri.first());
            } else {
                consumer = standing.consumer();
                if (!standing.partition().equals(partition)) {
                    consumer.assign(List.of(partition));
                }
                if (!standing.partition().equals(partition) || standing.position() != uri.first()) {
                    consumer.seek(partition, uri.first());
                }
            }
            byte[] stored = assemble(consumer, partition, uri, reference);
            returnConsumer(new IdleConsumer(consumer, partition, uri.manifest() + 1));
            consumer = null;
            return stored;
        } catch (OffsetOutOfRangeException e) {
            if (e instanceof LogTruncationException) {
                throw new UnavailableStoreException("Cannot read " + uri + ": " + e, e);
            }
            throw new MissingPayloadException(uri + " no longer exists, or does not exist yet", e);
        } catch (RuntimeException e) {
            throw KafkaFaults.translate("Cannot read " + uri, e);
        } finally {
            if (consumer != null) {
                closeAtOnce(consumer);
            }
        }
    }

    private byte[] assemble(
            Consumer<byte[], ByteBuffer> consumer, TopicPartition partition, ChunkUri uri, PayloadReference reference) {
        ChunkAssembly assembly = new ChunkAssembly(uri, reference);
        long position = uri.first();
        long deadline = System.nanoTime() + patienceNanos;
        while (true) {
            for (ConsumerRecord<byte[], ByteBuffer> record : consumer.poll(POLL)) {
                byte[] stored = assembly.addRecord(record);
                if (stored != null) {
                    return stored;
                }
                if (assembly.needsProof()) {
                    verifyManifest(consumer, partition, uri, assembly);
                    consumer.seek(partition, record.offset() + 1);
                    deadline = System.nanoTime() + patienceNanos;
                    break;
                }
            }
            // The position also moves past the markers of aborted transactions, which are not delivered as records.
            long reached = consumer.position(partition);
            if (reached > position) {
                position = reached;
                deadline = System.nanoTime() + patienceNanos;
                if (position > uri.manifest()) {
                    throw new CorruptPayloadException(uri + " has no record at its manifest's offset");
                }
            } else {
                requirePresent(consumer, partition, uri);
                if (System.nanoTime() - deadline > 0) {
                    throw new TimeoutException(
                            "no record was received for " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms");
                }
            }
        }
    }

    /** Reads the record at the manifest's offset; the consumer stands behind it then. */
    private void verifyManifest(
            Consumer<byte[], ByteBuffer> consumer, TopicPartition partition, ChunkUri uri, ChunkAssembly assembly) {
        consumer.seek(partition, uri.manifest());
        long deadline = System.nanoTime() + patienceNanos;
        while (true) {
            Iterator<ConsumerRecord<byte[], ByteBuffer>> records =
                    consumer.poll(POLL).iterator();
            if (records.hasNext()) {
                assembly.verifyManifest(records.next());
                return;
            }
            requirePresent(consumer, partition, uri);
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException(
                        "no record came for " + TimeUnit.NANOSECONDS.toMillis(patienceNanos) + " ms");
            }
        }
    }

    /** Nothing came: it may be slow, or never come. */
    private static void requirePresent(Consumer<byte[], ByteBuffer> consumer, TopicPartition partition, ChunkUri uri) {
        List<PartitionInfo> partitions = consumer.partitionsFor(partition.topic());
        if (partitions == null || partitions.stream().noneMatch(info -> info.partition() == partition.partition())) {
            throw new MissingPayloadException(uri + " does not exist: the topic or partition does not exist");
        }
        long end =
                Objects.requireNonNull(consumer.endOffsets(List.of(partition)).get(partition));
        if (end <= uri.manifest()) {
            throw new MissingPayloadException(uri + " does not exist: the partition ends at " + end);
        }
    }

    /** One that stands at the position or, if as many as may be are there, any. */
    private @Nullable IdleConsumer borrowConsumer(TopicPartition partition, long position) {
        synchronized (idle) {
            for (Iterator<IdleConsumer> each = idle.iterator(); each.hasNext(); ) {
                IdleConsumer standing = each.next();
                if (standing.partition().equals(partition) && standing.position() == position) {
                    each.remove();
                    return standing;
                }
            }
            return idle.size() == CONSUMERS ? idle.removeFirst() : null;
        }
    }

    @SuppressWarnings({"deprecation", "removal"}) // Kafka 3.9 does not have what is to take its place.
    private static void closeAtOnce(Consumer<?, ?> consumer) {
        consumer.close(Duration.ZERO);
    }

    private void returnConsumer(IdleConsumer standing) {
        IdleConsumer surplus = null;
        synchronized (idle) {
            idle.addLast(standing);
            if (idle.size() > CONSUMERS || threads.isShutdown()) {
                surplus = idle.removeFirst();
            }
        }
        if (surplus != null) {
            closeAtOnce(surplus.consumer());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(TIME_TO_CLOSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        unfinished.forEach(read -> read.stored.completeExceptionally(closed()));
        synchronized (idle) {
            idle.forEach(standing -> closeAtOnce(standing.consumer()));
            idle.clear();
        }
    }
}
