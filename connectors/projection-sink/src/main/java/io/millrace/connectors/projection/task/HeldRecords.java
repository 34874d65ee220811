package io.millrace.connectors.projection.task;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Delivered records for which the writer has no room, and the pause of their partitions. Connect takes a record that
 * was delivered for taken, so that it delivers none twice; a task that refuses records instead has each refusal logged
 * as an error.
 */
final class HeldRecords {
    private final SinkTaskContext context;
    private final Deque<SinkRecord> records = new ArrayDeque<>();
    private final Set<TopicPartition> opened = new HashSet<>();
    private final Set<TopicPartition> waiting = new HashSet<>();
    private boolean paused;

    HeldRecords(SinkTaskContext context) {
        this.context = context;
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    /** Holds records behind those that are held. */
    void addAll(Collection<SinkRecord> more) {
        records.addAll(more);
    }

    /** Takes records, in their order, one with each call of {@code next}. */
    Iterator<SinkRecord> takeOneByOne() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !records.isEmpty();
            }

            @Override
            public SinkRecord next() {
                return records.remove();
            }
        };
    }

    /** Forgets all records, which the consumer is to read again. */
    void clear() {
        records.clear();
    }

    /** Whether Connect assigned a partition. */
    boolean isOpened(TopicPartition partition) {
        return opened.contains(partition);
    }

    /** Connect assigned partitions. */
    void open(Collection<TopicPartition> partitions) {
        opened.addAll(partitions);
        waiting.removeAll(partitions);
        if (paused) {
            pause(partitions);
        }
    }

    /** Connect took partitions away, with their records. */
    void close(Collection<TopicPartition> partitions) {
        opened.removeAll(partitions);
        waiting.removeAll(partitions);
        records.removeIf(record ->
                partitions.contains(new TopicPartition(record.originalTopic(), record.originalKafkaPartition())));
    }

    /** Pauses partitions until {@link #endWait}. */
    void beginWait(Collection<TopicPartition> partitions) {
        waiting.addAll(partitions);
        pause(partitions);
    }

    /** Resumes partitions, unless all are paused. */
    void endWait(Collection<TopicPartition> partitions) {
        List<TopicPartition> ended = partitions.stream().filter(waiting::remove).toList();
        if (!paused) {
            resume(ended);
        }
    }

    /** Whether all partitions are paused. */
    boolean isPaused() {
        return paused;
    }

    /** Pauses all partitions. */
    void pauseAll() {
        if (!paused) {
            paused = true;
            pause(opened);
        }
    }

    /** Resumes all partitions but those that wait. */
    void resumeAll() {
        if (paused) {
            paused = false;
            resume(opened.stream()
                    .filter(partition -> !waiting.contains(partition))
                    .toList());
        }
    }

    private void pause(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            context.pause(partitions.toArray(TopicPartition[]::new));
        }
    }

    private void resume(Collection<TopicPartition> partitions) {
        if (!partitions.isEmpty()) {
            context.resume(partitions.toArray(TopicPartition[]::new));
        }
    }
}
