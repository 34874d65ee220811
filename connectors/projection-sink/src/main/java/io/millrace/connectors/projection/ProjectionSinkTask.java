package io.millrace.connectors.projection;

import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.task.RunningSink;
import io.millrace.events.MillraceVersion;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/**
 * Connect's side of a {@link RunningSink}. Connect commits no offset before the views have what is before it; if there is a
 * ledger, the offsets that Connect commits are copies for monitoring.
 */
public final class ProjectionSinkTask extends SinkTask {
    private @Nullable RunningSink sink;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        sink = new RunningSink(new ProjectionSinkConfig(properties), context);
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        running().open(partitions);
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        running().put(records);
    }

    /** Waits for what was put; Connect does not call this, because {@link #preCommit} returns what is committed. */
    @Override
    public void flush(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        if (!running().flush()) {
            throw new RetriableException("The database is slow; not everything is written yet");
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        running()
                .committedOffsets(currentOffsets.keySet())
                .forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
        return offsets;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        running().close(partitions);
    }

    /** The started task; Connect calls nothing else before it. */
    private RunningSink running() {
        return Objects.requireNonNull(sink, "The task was not started");
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        if (sink != null) {
            sink.close();
        }
    }
}
