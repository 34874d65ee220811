package io.millrace.tables;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Reads records ahead: while the caller applies those of one poll, a thread of its own makes the next one. A consumer fetches a
 * partition's next records only when it has returned the ones before, so that the caller's work and the broker's would take turns.
 *
 * <p>The records of at most two polls wait. All methods are for one thread, the caller's.
 */
final class ReadAhead implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long HAND_OVER_MS = 20;

    private final String name;
    private final TopicConsumer consumer;
    private final BlockingQueue<Batch> batches = new ArrayBlockingQueue<>(1);
    private @Nullable Thread thread;
    private volatile boolean stopping;
    /** Behind the records that were returned. */
    private Map<TopicPartition, Long> positions = Map.of();

    /** What a poll returned, and the positions behind it; or why it failed. */
    private record Batch(
            ConsumerRecords<ByteBuffer, ByteBuffer> records,
            Map<TopicPartition, Long> positions,
            @Nullable Throwable failure) {}

    /**
     * A reader that reads nothing yet.
     *
     * @param name of the threads
     * @param consumer what is read; the reader closes it
     */
    ReadAhead(String name, TopicConsumer consumer) {
        this.name = name;
        this.consumer = consumer;
    }

    /** Reads these partitions from these offsets, and no others. */
    void assign(Map<TopicPartition, Long> from) {
        stop();
        positions = Map.copyOf(from);
        resume();
    }

    /** Reads these partitions from these offsets, too. */
    void add(Map<TopicPartition, Long> from) {
        stop();
        Map<TopicPartition, Long> all = new HashMap<>(positions);
        all.putAll(from);
        positions = Map.copyOf(all);
        resume();
    }

    /** Reads nothing. */
    void unassign() {
        stop();
        positions = Map.of();
        consumer.unassign();
    }

    /** Replaces the client by another one that continues behind the records that were returned. */
    void reconnect() {
        stop();
        resume();
    }

    /**
     * The next records; none if the timeout ends before there are any.
     *
     * @throws KafkaException if the client failed; {@link #reconnect} replaces it
     */
    ConsumerRecords<ByteBuffer, ByteBuffer> poll(Duration timeout) {
        Batch batch;
        try {
            batch = batches.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        if (batch == null) {
            return ConsumerRecords.empty();
        }
        if (batch.failure() instanceof Error error) {
            throw error;
        }
        if (batch.failure() instanceof RuntimeException failure) {
            throw failure;
        }
        positions = batch.positions();
        return batch.records();
    }

    /** The offset of the next record of each partition, behind those that {@link #poll} returned. */
    Map<TopicPartition, Long> positions() {
        return positions;
    }

    private void resume() {
        consumer.assign(positions);
        stopping = false;
        Thread started = new Thread(this::readAhead, name);
        started.setDaemon(true);
        started.start();
        thread = started;
    }

    /** Ends the thread and discards what it has read. */
    private void stop() {
        Thread running = thread;
        thread = null;
        if (running == null) {
            return;
        }
        stopping = true;
        consumer.wakeup();
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        batches.clear();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void readAhead() {
        Map<TopicPartition, Long> before = Map.of();
        while (!stopping) {
            try {
                ConsumerRecords<ByteBuffer, ByteBuffer> records = consumer.poll(POLL);
                Map<TopicPartition, Long> behind = Map.copyOf(consumer.positions());
                if (!records.isEmpty() || !behind.equals(before)) {
                    before = behind;
                    handOver(new Batch(records, behind, null));
                }
            } catch (RuntimeException | Error e) {
                // If the reader is being stopped, this is a WakeupException, which is discarded.
                handOver(new Batch(ConsumerRecords.empty(), Map.of(), e));
                return;
            }
        }
    }

    private void handOver(Batch batch) {
        try {
            while (!stopping && !batches.offer(batch, HAND_OVER_MS, TimeUnit.MILLISECONDS)) {
                // The caller is applying the records before.
            }
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        stop();
        consumer.close();
    }
}
