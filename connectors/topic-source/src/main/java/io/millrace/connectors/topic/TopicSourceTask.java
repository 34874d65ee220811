package io.millrace.connectors.topic;

import io.millrace.changes.RecordPlace;
import io.millrace.changes.TopicPosition;
import io.millrace.events.MillraceVersion;
import io.millrace.partitions.BrokerOptions;
import io.millrace.partitions.PartitionReader;
import io.millrace.partitions.PartitionSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;

/**
 * Reads partitions of topics and returns their records, whose source offsets are their places in the topics. With exactly-once
 * support each batch is a transaction of Kafka, of which the positions are a part.
 *
 * <p>{@link #poll} returns within about a second, also while the brokers do not answer, because Connect stops a task when its
 * {@code poll} has returned, on the same thread.
 */
public final class TopicSourceTask extends SourceTask {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    /** Null until {@link #start}. */
    private @Nullable StartedTask started;

    /** The place of a record that was written to a topic that the connector reads; null if there is none. */
    private volatile @Nullable String loop;

    /**
     * The parts of a started task.
     *
     * @param topics every topic that the connector reads
     */
    private record StartedTask(
            Set<String> topics, BatchReader batches, ReadProgress progress, TopicSourceMetrics metrics) {}

    @Override
    public String version() {
        return MillraceVersion.get();
    }

    @Override
    public void start(Map<String, String> properties) {
        AbstractConfig config = TopicSourceOptions.ALL.read(properties);
        String connector = TopicSourceOptions.nameOf(config);
        String task = PartitionSplit.numberOf(properties);
        List<TopicPartition> partitions = PartitionSplit.partitionsOf(properties);
        Duration patience = TopicSourceOptions.patience(config);
        Map<TopicPartition, TopicPosition> committed =
                PartitionReader.readCommitted(context.offsetStorageReader(), partitions);
        ReadProgress progress = new ReadProgress(
                TopicSourceOptions.heartbeatTopic(config),
                connector,
                TopicSourceOptions.HEARTBEAT_INTERVAL_MS.get(config),
                TopicSourceOptions.MAX_POLL_RECORDS.get(config),
                System::currentTimeMillis);
        RecordDecoder decoder = RecordDecoder.of(config);
        PartitionReader reader;
        try {
            reader = new PartitionReader(
                    new PartitionReader.Settings(
                            connector,
                            task,
                            BrokerOptions.clientSettings(config),
                            TopicSourceOptions.MAX_POLL_RECORDS.get(config),
                            patience),
                    partitions,
                    committed,
                    TopicSourceOptions.START_POSITION.get(config));
        } catch (RuntimeException e) {
            decoder.close();
            throw e;
        }
        TopicSourceMetrics metrics = new TopicSourceMetrics(connector, task);
        started = new StartedTask(
                Set.copyOf(TopicSourceOptions.TOPICS.get(config)),
                new BatchReader(
                        reader,
                        decoder,
                        new UndecodableRecords(TopicSourceOptions.UNDECODABLE_TOPIC.find(config)),
                        progress,
                        metrics,
                        patience),
                progress,
                metrics);
    }

    @Override
    public @Nullable List<SourceRecord> poll() throws InterruptedException {
        StartedTask own = requireStarted();
        throwLoop();
        // Connect has processed what was returned before, so what was not sent of it was dropped.
        List<SourceRecord> heartbeats = own.progress().takeDueHeartbeats();
        own.metrics().countHeartbeats(heartbeats.size());
        List<SourceRecord> returned = new ArrayList<>(heartbeats);
        returned.addAll(own.batches().next(heartbeats.isEmpty() ? LONGEST_WAIT : Duration.ZERO));
        return returned.isEmpty() ? null : returned;
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        StartedTask own = started;
        if (own == null || metadata == null) {
            return;
        }
        TopicPosition.find(record.sourcePartition(), record.sourceOffset()).ifPresent(position -> {
            own.progress().addSent(position);
            if (own.topics().contains(metadata.topic())) {
                loop = RecordPlace.of(position);
            }
        });
    }

    private void throwLoop() {
        String place = loop;
        if (place != null) {
            throw new ConnectException("The record " + place + " was written to a topic of "
                    + TopicSourceOptions.TOPICS + ", and would be read and written again without an end. Expected"
                    + " transforms that route each record to another topic or drop it, such as ToOfficialEvent with"
                    + " on.unmatched=drop");
        }
    }

    @Override
    public void stop() {
        // Connect also stops a task that could not start.
        StartedTask own = started;
        if (own != null) {
            TopicSourceMetrics metrics = own.metrics();
            try (metrics) {
                own.batches().close();
            }
        }
    }

    private StartedTask requireStarted() {
        return Objects.requireNonNull(started, "The task was used before its start");
    }
}
