package io.millrace.connectors.projection;

import io.millrace.events.MillraceVersion;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/**
 * Connect's side of a {@link ProjectionSink}. Connect commits no offset before the views have what lies before it; where
 * there is a ledger, what Connect commits are copies for monitoring.
 */
public final class ProjectionSinkTask extends SinkTask {
    private ProjectionSink sink;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        sink = new ProjectionSink(new ProjectionSinkConfig(properties), context);
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        sink.open(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        sink.put(records);
    }

    /** Waits for what was put; Connect does not call this, because {@link #preCommit} says what is committed. */
    @Override
    public void flush(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        if (!sink.flush()) {
            throw new RetriableException("The database is slow; not everything is written yet");
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        sink.committed(currentOffsets.keySet())
                .forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
        return offsets;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        sink.close(partitions);
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        if (sink != null) {
            sink.close();
        }
    }
}
