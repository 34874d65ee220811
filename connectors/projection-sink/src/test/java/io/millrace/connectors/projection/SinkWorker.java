package io.millrace.connectors.projection;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * What a worker does for one task, step by step: it hands over the next records of the partitions, again after a
 * RetriableException, and goes where the task wants it to go before it reads on.
 */
final class SinkWorker {
    private static final int MAX_POLL_RECORDS = 200;

    private final FakeContext context = new FakeContext(true);
    private final ProjectionSinkTask task;
    private final List<List<SinkRecord>> topic;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, Long> group;
    private List<SinkRecord> undelivered = List.of();
    private long delivered;
    private ConnectException failure;

    /** Starts a task that has partitions of a topic, whose records may become more. */
    SinkWorker(
            SinkFixture fixture, Map<String, String> options, List<List<SinkRecord>> topic, List<Integer> partitions) {
        this(fixture, options, topic, partitions, new HashMap<>());
    }

    /** The same with the consumer group's offsets, which outlive the worker. */
    SinkWorker(
            SinkFixture fixture,
            Map<String, String> options,
            List<List<SinkRecord>> topic,
            List<Integer> partitions,
            Map<TopicPartition, Long> group) {
        this.topic = topic;
        this.group = group;
        partitions.stream()
                .map(SinkFixture::partition)
                .forEach(partition -> positions.put(partition, group.getOrDefault(partition, 0L)));
        this.task = fixture.task(options, context);
        task.open(partitions.stream().map(SinkFixture::partition).toList());
    }

    /** Gives the task further partitions. */
    void open(List<Integer> partitions) {
        partitions.stream().map(SinkFixture::partition).forEach(partition -> positions.put(partition, 0L));
        task.open(partitions.stream().map(SinkFixture::partition).toList());
    }

    /** One turn of a worker's loop. */
    void step() {
        if (failure != null) {
            return;
        }
        seek();
        if (undelivered.isEmpty()) {
            undelivered = poll();
        }
        try {
            task.put(undelivered);
            delivered += undelivered.size();
            undelivered = List.of();
        } catch (RetriableException e) {
            // Delivered again by the next step.
            Thread.onSpinWait();
        } catch (ConnectException e) {
            failure = e;
        }
    }

    private void seek() {
        positions.putAll(context.seeks);
        context.seeks.clear();
    }

    private List<SinkRecord> poll() {
        for (Map.Entry<TopicPartition, Long> position : positions.entrySet()) {
            if (context.paused.contains(position.getKey())) {
                continue;
            }
            List<SinkRecord> next = topic.get(position.getKey().partition()).stream()
                    .filter(record -> record.kafkaOffset() >= position.getValue())
                    .limit(MAX_POLL_RECORDS)
                    .toList();
            if (!next.isEmpty()) {
                position.setValue(next.get(next.size() - 1).kafkaOffset() + 1);
                return next;
            }
        }
        return List.of();
    }

    /** How many records the task was given, those included that it was given again. */
    long delivered() {
        return delivered;
    }

    /** Commits the group's offsets, as a worker does now and then. */
    void commitOffsets() {
        SinkFixture.committed(task, positions.keySet())
                .forEach((partition, offset) -> group.put(partition, offset.offset()));
    }

    /** Whether everything that is there has been committed. */
    boolean isAtTheEnd() {
        if (failure != null) {
            throw failure;
        }
        Set<TopicPartition> partitions = Set.copyOf(positions.keySet());
        Map<TopicPartition, Long> committed = new HashMap<>(group);
        SinkFixture.committed(task, partitions)
                .forEach((partition, offset) -> committed.put(partition, offset.offset()));
        return !partitions.isEmpty()
                && partitions.stream().allMatch(partition -> committed.getOrDefault(partition, 0L) >= end(partition));
    }

    private long end(TopicPartition partition) {
        Collection<SinkRecord> records = topic.get(partition.partition());
        return records.stream().mapToLong(SinkRecord::kafkaOffset).max().orElse(-1) + 1;
    }

    boolean hasFailed() {
        return failure != null;
    }

    ConnectException failure() {
        return failure;
    }

    /** Stops the task as a worker does. */
    void stop() {
        commitOffsets();
        task.close(positions.keySet());
        task.stop();
    }

    /** Leaves the task alone as it is, as when a worker dies; what it is just writing may still be committed. */
    void abandon() {
        task.stop();
    }
}
