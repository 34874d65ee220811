package io.millrace.connectors.channel;

import io.millrace.events.MillraceVersion;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/**
 * Connect's side of a {@link RunningChannels}. The committed offsets are where the history begins, so they stay behind by the length of its
 * window; a restart reads it again.
 */
public final class ChannelSinkTask extends SinkTask {
    /** Null until {@link #start}. */
    private @Nullable RunningChannels running;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        running = new RunningChannels(ChannelSinkOptions.ALL.read(properties), context);
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        requireStarted().open(partitions);
    }

    /** Never waits for a client. */
    @Override
    public void put(Collection<SinkRecord> records) {
        requireStarted().put(records);
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        Map<TopicPartition, Long> next = new HashMap<>();
        currentOffsets.forEach((partition, offset) -> next.put(partition, offset.offset()));
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        requireStarted()
                .beginnings(next)
                .forEach((partition, offset) -> committed.put(partition, new OffsetAndMetadata(offset)));
        return committed;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        requireStarted().close(partitions);
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        if (running != null) {
            running.stop();
        }
    }

    private RunningChannels requireStarted() {
        return Objects.requireNonNull(running, "The task was used before its start");
    }
}
