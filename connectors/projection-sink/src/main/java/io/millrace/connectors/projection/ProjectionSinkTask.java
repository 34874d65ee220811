package io.millrace.connectors.projection;

import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.task.RunningSink;
import io.millrace.connectors.projection.task.SinkStart;
import io.millrace.events.MillraceVersion;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;

/**
 * Connect's side of a {@link RunningSink}. Connect commits an offset only when the views contain the records before it;
 * with a ledger, the offsets that Connect commits are copies for monitoring.
 */
public final class ProjectionSinkTask extends SinkTask {
    /** If the database responds in time, {@link #start} throws errors; otherwise {@link #put} throws them. */
    private static final Duration TIME_TO_START = Duration.ofSeconds(10);

    private @Nullable SinkStart start;

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        SinkStart started = new SinkStart(new ProjectionSinkConfig(properties), context);
        start = started;
        started.awaitSink(TIME_TO_START);
    }

    @Override
    public void open(Collection<TopicPartition> partitions) {
        Optional<RunningSink> sink = findSink();
        if (sink.isPresent()) {
            sink.get().open(partitions);
        } else {
            started().hold(partitions);
        }
    }

    @Override
    public void put(Collection<SinkRecord> records) {
        // Until then the partitions are paused.
        findSink().ifPresent(sink -> sink.put(records));
    }

    /**
     * Waits until all delivered records are written. Connect does not call this method, because {@link #preCommit}
     * returns the committed offsets.
     */
    @Override
    public void flush(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        if (!findSink().map(RunningSink::flush).orElse(false)) {
            throw new RetriableException("The database is slow; not everything is written yet");
        }
    }

    @Override
    public Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> currentOffsets) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        findSink()
                .map(sink -> sink.committedOffsets(currentOffsets))
                .orElse(Map.of())
                .forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset)));
        return offsets;
    }

    @Override
    public void close(Collection<TopicPartition> partitions) {
        started().close(partitions);
    }

    private Optional<RunningSink> findSink() {
        return started().awaitSink(Duration.ZERO);
    }

    /** Connect calls nothing else before {@link #start}. */
    private SinkStart started() {
        return Objects.requireNonNull(start, "The task was not started");
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        if (start != null) {
            start.close();
        }
    }
}
