package io.millrace.connectors.projection;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What Connect is to a task: remembers where the task wants to go on, and what it refuses. */
final class FakeContext implements SinkTaskContext {
    /** A record that the task refused. */
    record Report(SinkRecord record, Throwable reason) {}

    final Map<TopicPartition, Long> seeks = new HashMap<>();
    /** Connect delivers no records of these. */
    final Set<TopicPartition> paused = new HashSet<>();

    final List<Report> reports = new CopyOnWriteArrayList<>();
    private final boolean deadLetterQueue;
    /** When the dead letter queue has a record; Connect's answer is no CompletableFuture if its producer took the record. */
    Future<Void> reported = answered();
    /** Answers in the place of {@link #reported} if it is set. */
    Function<SinkRecord, Future<Void>> answer = record -> reported;

    FakeContext(boolean deadLetterQueue) {
        this.deadLetterQueue = deadLetterQueue;
    }

    /** The queue has the record. */
    static Future<Void> answered() {
        FutureTask<Void> answer = new FutureTask<>(() -> null);
        answer.run();
        return answer;
    }

    /** The queue's producer refused the record, and Connect does not show it. */
    static Future<Void> dropped() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Map<String, String> configs() {
        return Map.of();
    }

    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
        seeks.putAll(offsets);
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        seeks.put(partition, offset);
    }

    @Override
    public void timeout(long timeoutMs) {
        // The tests call again at once.
    }

    @Override
    public Set<TopicPartition> assignment() {
        return new HashSet<>(seeks.keySet());
    }

    @Override
    public void pause(TopicPartition... partitions) {
        paused.addAll(List.of(partitions));
    }

    @Override
    public void resume(TopicPartition... partitions) {
        List.of(partitions).forEach(paused::remove);
    }

    @Override
    public void requestCommit() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ErrantRecordReporter errantRecordReporter() {
        if (!deadLetterQueue) {
            return null;
        }
        return (record, reason) -> {
            reports.add(new Report(record, reason));
            return answer.apply(record);
        };
    }

    @Override
    public PluginMetrics pluginMetrics() {
        throw new UnsupportedOperationException();
    }
}
