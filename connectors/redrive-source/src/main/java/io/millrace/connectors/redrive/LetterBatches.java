package io.millrace.connectors.redrive;

import io.millrace.changes.TopicPlace;
import io.millrace.changes.TopicPosition;
import io.millrace.partitions.PartitionReader;
import io.millrace.partitions.StateLoader;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The batches of a task. At first the letters that wait are loaded. Then each batch has what was read of the queues, and what is due.
 *
 * <p>{@link #addSent} may be called by any thread; the other methods are for one thread.
 */
final class LetterBatches implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LetterBatches.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    private static final Duration LEAST_WAIT = Duration.ofMillis(1);

    private final Redriver redriver;
    private final PartitionReader reader;
    private final StateLoader loader;
    private final TopicSizes sizes;
    private final RedriveRecords records;
    private final RedriveSourceMetrics metrics;
    private final Settings settings;

    /** Records of the state topic of own partitions, in the order of the queues. */
    private final TreeMap<TopicPlace, ConsumerRecord<byte[], byte[]>> loaded =
            new TreeMap<>(Comparator.comparing(TopicPlace::topic)
                    .thenComparing(TopicPlace::partition)
                    .thenComparing(TopicPlace::offset));

    private final Queue<ConsumerRecord<byte[], byte[]>> pending = new ArrayDeque<>();
    private final Set<String> neededTopics = new HashSet<>();
    private boolean isLoaded;

    /**
     * The settings of a task.
     *
     * @param partitions the queues' partitions
     * @param most how many letters a batch has that were read, and how many that are due
     * @param createsTopics whether topics of parked letters need not exist
     */
    record Settings(List<TopicPartition> partitions, int most, boolean createsTopics) {}

    LetterBatches(
            Redriver redriver,
            PartitionReader reader,
            StateLoader loader,
            TopicSizes sizes,
            RedriveRecords records,
            RedriveSourceMetrics metrics,
            Settings settings) {
        this.redriver = redriver;
        this.reader = reader;
        this.loader = loader;
        this.sizes = sizes;
        this.records = records;
        this.metrics = metrics;
        this.settings = settings;
    }

    /**
     * The next batch.
     *
     * @return perhaps none
     * @throws ConnectException if the topics cannot be read, or a letter stops the task
     */
    List<SourceRecord> next() throws InterruptedException {
        if (!isLoaded && !load()) {
            return List.of();
        }
        if (pending.isEmpty() && (redriver.hasRoom() || !isStarted())) {
            read();
        } else if (pending.isEmpty()) {
            reader.check();
            TimeUnit.MILLISECONDS.sleep(waitMs());
        }
        if (!isStarted() || !sizes.require(neededTopics, LONGEST_WAIT)) {
            return List.of();
        }
        List<SourceRecord> batch = new ArrayList<>();
        decide(batch);
        metrics.setWaiting(redriver);
        metrics.setLag(reader.lag().orElse(-1));
        return batch;
    }

    private boolean isStarted() {
        return !reader.positions().isEmpty();
    }

    private boolean load() {
        boolean isComplete = loader.poll(LONGEST_WAIT, record -> {
            TopicPlace place = HeldLetter.placeOf(Objects.requireNonNull(record.key()));
            if (!settings.partitions().contains(new TopicPartition(place.topic(), place.partition()))) {
                return;
            }
            if (record.value() == null) {
                loaded.remove(place);
            } else {
                loaded.put(place, record);
            }
        });
        if (isComplete) {
            loaded.values().forEach(state -> {
                HeldLetter held = redriver.restore(state.key(), state.value());
                neededTopics.addAll(redriver.topicsOf(held.letter()));
            });
            LOG.info("Loaded {} letters that wait", loaded.size());
            loaded.clear();
            loader.close();
            isLoaded = true;
        }
        return isComplete;
    }

    private void read() {
        reader.poll(Duration.ofMillis(waitMs())).forEach(pending::add);
        metrics.countLetters(pending.size());
        pending.forEach(letter -> neededTopics.addAll(redriver.topicsOf(letter)));
    }

    /** Until the next letter is due, but not long. */
    private long waitMs() {
        long next = redriver.nextDue().orElse(Long.MAX_VALUE) - System.currentTimeMillis();
        return Math.max(LEAST_WAIT.toMillis(), Math.min(LONGEST_WAIT.toMillis(), next));
    }

    private void decide(List<SourceRecord> batch) {
        long now = System.currentTimeMillis();
        List<RedriveStep> steps = new ArrayList<>();
        Map<TopicPartition, RedriveStep> lastSkipped = new LinkedHashMap<>();
        Map<TopicPartition, Long> next = new HashMap<>(reader.positions());
        while (!pending.isEmpty()) {
            ConsumerRecord<byte[], byte[]> letter = pending.remove();
            RedriveStep step = redriver.accept(letter, now);
            steps.add(step);
            if (step instanceof RedriveStep.Skipped) {
                lastSkipped.put(partitionOf(step), step);
            } else {
                lastSkipped.remove(partitionOf(step));
                // Without a transaction, a position is committed when its record was sent, and not those behind it.
                records.add(step, positionAfter(step), batch);
            }
        }
        lastSkipped.values().forEach(step -> batch.add(records.ofPosition(step, positionAfter(step))));
        List<RedriveStep> due = redriver.takeDue(now, settings.most());
        steps.addAll(due);
        for (RedriveStep step : due) {
            TopicPartition partition = partitionOf(step);
            records.add(step, reader.positionAt(partition, next.getOrDefault(partition, 0L)), batch);
        }
        records.addTombstones(partition -> reader.positionAt(partition, next.getOrDefault(partition, 0L)), batch);
        requireTopics(steps, sizes::count, settings.createsTopics());
        metrics.count(steps);
    }

    private TopicPosition positionAfter(RedriveStep step) {
        return reader.positionAt(partitionOf(step), step.letter().offset() + 1);
    }

    private static TopicPartition partitionOf(RedriveStep step) {
        return new TopicPartition(step.letter().topic(), step.letter().partition());
    }

    /**
     * Requires the topics to which letters are sent. Connect may create those of parked letters; a topic that nobody reads yet would hide
     * that a letter has a wrong name in its headers.
     *
     * @param counts how many partitions a topic has
     * @param createsParked whether Connect creates topics
     * @throws ConnectException naming the letter and the topic
     */
    static void requireTopics(List<RedriveStep> steps, ToIntFunction<String> counts, boolean createsParked) {
        for (RedriveStep step : steps) {
            if (step instanceof RedriveStep.Sent sent
                    && !(createsParked && sent.isParked())
                    && counts.applyAsInt(sent.record().topic()) == 0) {
                throw new ConnectException("The letter " + sent.record() + " cannot be sent: expected the topic "
                        + sent.record().topic() + ", which does not exist. Create it"
                        + (sent.isParked()
                                ? ", or set topic.creation.default.partitions and .replication.factor"
                                : ", or set " + RedriveSourceOptions.TARGET)
                        + "; then restart the connector");
            }
        }
    }

    /** A record was sent. */
    void addSent(SourceRecord record) {
        records.addSent(record);
    }

    @Override
    public void close() {
        try (metrics;
                sizes;
                reader;
                loader) {
            pending.clear();
        }
    }
}
