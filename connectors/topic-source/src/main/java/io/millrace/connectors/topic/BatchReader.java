package io.millrace.connectors.topic;

import io.millrace.changes.TopicPosition;
import io.millrace.partitions.PartitionReader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads batches and decodes them. A record that stops the task, or cannot be decoded yet, ends the batch before it: those before are
 * sent and committed, so that the next batch, or the next start, begins with it. For use by one thread.
 */
final class BatchReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BatchReader.class);

    private final PartitionReader reader;
    private final RecordDecoder decoder;
    private final UndecodableRecords undecodable;
    private final ReadProgress progress;
    private final TopicSourceMetrics metrics;
    private final Duration patience;

    private final Map<TopicPartition, Map<String, Object>> sourcePartitions = new HashMap<>();
    private final Queue<ConsumerRecord<byte[], byte[]>> pending = new ArrayDeque<>();
    /** When the first pending record could not be decoded for the first time; 0 if it was not tried. */
    private long failingSinceNanos;

    BatchReader(
            PartitionReader reader,
            RecordDecoder decoder,
            UndecodableRecords undecodable,
            ReadProgress progress,
            TopicSourceMetrics metrics,
            Duration patience) {
        this.reader = reader;
        this.decoder = decoder;
        this.undecodable = undecodable;
        this.progress = progress;
        this.metrics = metrics;
        this.patience = patience;
    }

    /**
     * The next records, decoded.
     *
     * @param timeout the longest wait
     * @return perhaps none
     * @throws ConnectException if the topics cannot be read, or a record stops the task
     */
    List<SourceRecord> next(Duration timeout) throws InterruptedException {
        if (pending.isEmpty()) {
            boolean started = !reader.positions().isEmpty();
            reader.poll(timeout).forEach(pending::add);
            if (!started) {
                positions().forEach(progress::addStart);
            }
            metrics.countRecords(pending.size());
            metrics.setLag(reader.lag().orElse(-1));
        }
        List<SourceRecord> decoded = new ArrayList<>(pending.size());
        while (!pending.isEmpty() && decodeFirst(decoded, timeout)) {
            pending.remove();
        }
        if (pending.isEmpty()) {
            positions().forEach(progress::addPosition);
        }
        return decoded;
    }

    private List<TopicPosition> positions() {
        return reader.positions().entrySet().stream()
                .map(position -> reader.positionAt(position.getKey(), position.getValue()))
                .toList();
    }

    /** Decodes the first pending record; false if the batch ends before it. */
    private boolean decodeFirst(List<SourceRecord> decoded, Duration timeout) throws InterruptedException {
        ConsumerRecord<byte[], byte[]> record = pending.element();
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        TopicPosition position = reader.positionAt(partition, record.offset() + 1);
        Map<String, Object> sourcePartition = sourcePartitions.computeIfAbsent(
                partition, named -> TopicPosition.toSourcePartition(named.topic(), named.partition()));
        Map<String, Object> offset = position.toSourceOffset();
        try {
            decoded.add(decoder.decode(record, sourcePartition, offset));
        } catch (DecodingException e) {
            boolean endsBatch = e.isTransient() || undecodable.stopTask();
            if (endsBatch && !decoded.isEmpty()) {
                return false;
            }
            if (e.isTransient()) {
                awaitRetry(record, e, timeout);
                return false;
            }
            decoded.add(undecodable.replace(record, sourcePartition, offset, e));
            metrics.countUndecodable();
        }
        failingSinceNanos = 0;
        progress.addRecord(position);
        return true;
    }

    private void awaitRetry(ConsumerRecord<byte[], byte[]> record, DecodingException failure, Duration timeout)
            throws InterruptedException {
        long now = System.nanoTime();
        if (failingSinceNanos == 0) {
            failingSinceNanos = now;
            LOG.warn(
                    "Decoding {}-{}@{} failed, retrying: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    failure.getMessage());
        }
        Duration failing = Duration.ofNanos(now - failingSinceNanos);
        if (failing.compareTo(patience) > 0) {
            throw new ConnectException("The record " + record.topic() + "-" + record.partition() + "@"
                    + record.offset() + " could not be decoded for " + failing.toMillis() + " ms, expected within "
                    + patience.toMillis() + " ms: " + failure.getMessage());
        }
        TimeUnit.NANOSECONDS.sleep(timeout.toNanos());
    }

    @Override
    public void close() {
        try (reader;
                decoder) {
            pending.clear();
        }
    }
}
