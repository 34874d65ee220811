package io.millrace.connectors.redrive;

import io.millrace.changes.SourcePosition;
import io.millrace.changes.TopicPlace;
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
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
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

    private final Queue<ReadLetter> pending = new ArrayDeque<>();
    /** When the first pending letter is due, in milliseconds since 1970; 0 if nothing was decided about it. */
    private long pendingDueMs;

    private final Set<String> neededTopics = new HashSet<>();
    private boolean isLoaded;

    /**
     * The settings of a task.
     *
     * @param partitions the queues' partitions
     * @param most how many letters a batch has that were read, and how many that are due
     * @param createsTopics whether topics of parked letters need not exist
     * @param inTransactions whether each batch is a transaction
     */
    record Settings(List<TopicPartition> partitions, int most, boolean createsTopics, boolean inTransactions) {}

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
        } else if (pendingDueMs > System.currentTimeMillis()) {
            TimeUnit.MILLISECONDS.sleep(waitMs());
        }
        if (!isStarted() || !sizes.require(neededTopics, LONGEST_WAIT)) {
            return List.of();
        }
        List<SourceRecord> batch = decide();
        metrics.setWaiting(redriver);
        metrics.setLag(reader.lag().orElse(-1));
        return batch;
    }

    /** How many letters were read about which was not decided. */
    int pending() {
        return pending.size();
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
            loaded.values().forEach(state -> redriver.restore(state.key(), state.value(), neededTopics));
            LOG.info("Loaded {} letters that wait", loaded.size());
            loaded.clear();
            loader.close();
            isLoaded = true;
        }
        return isComplete;
    }

    private void read() {
        ConsumerRecords<byte[], byte[]> read = reader.poll(Duration.ofMillis(waitMs()));
        long foundMs = System.currentTimeMillis();
        read.forEach(record -> pending.add(redriver.read(record, foundMs)));
        pendingDueMs = 0;
        metrics.countLetters(pending.size());
        pending.forEach(letter -> redriver.addTopics(letter, neededTopics));
    }

    /** Until the next letter is due, but not long. */
    private long waitMs() {
        long first = redriver.nextDue().orElse(Long.MAX_VALUE);
        long next = (pending.isEmpty() ? first : Math.min(first, pendingDueMs)) - System.currentTimeMillis();
        return Math.max(LEAST_WAIT.toMillis(), Math.min(LONGEST_WAIT.toMillis(), next));
    }

    private List<SourceRecord> decide() {
        long now = System.currentTimeMillis();
        List<RedriveStep> accepted = acceptPending(now);
        List<RedriveStep> due = redriver.takeDue(now, settings.most());
        Map<TopicPartition, Long> ends = findEnds();
        Map<TopicPartition, SourcePosition> shared = new HashMap<>();
        Function<TopicPartition, SourcePosition> atEnd = partition -> shared.computeIfAbsent(
                partition, named -> SourcePosition.of(reader.positionAt(named, ends.getOrDefault(named, 0L))));
        List<SourceRecord> batch = new ArrayList<>();
        Map<TopicPartition, RedriveStep> lastSkipped = new LinkedHashMap<>();
        for (RedriveStep step : accepted) {
            TopicPartition partition = partitionOf(step);
            if (step instanceof RedriveStep.Skipped) {
                lastSkipped.put(partition, step);
            } else {
                lastSkipped.remove(partition);
                // Without a transaction, a position is committed when its record was sent, and not those behind it.
                records.add(step, settings.inTransactions() ? atEnd.apply(partition) : positionAfter(step), batch);
            }
        }
        if (settings.inTransactions()) {
            // Another record of the transaction has the position behind them.
            lastSkipped.keySet().removeAll(shared.keySet());
        }
        lastSkipped.values().forEach(step -> batch.add(records.ofPosition(step, positionAfter(step))));
        due.forEach(step -> records.add(step, atEnd.apply(partitionOf(step)), batch));
        records.addTombstones(atEnd, batch);
        requireTopics(accepted, sizes::count, settings.createsTopics());
        requireTopics(due, sizes::count, settings.createsTopics());
        metrics.count(accepted);
        metrics.count(due);
        return batch;
    }

    /** Decides about letters that were read, up to the first one that is due in a moment. */
    private List<RedriveStep> acceptPending(long now) {
        List<RedriveStep> accepted = new ArrayList<>(pending.size());
        for (ReadLetter letter = pending.peek(); letter != null; letter = pending.peek()) {
            RedriveStep step = redriver.accept(letter, now);
            if (step instanceof RedriveStep.Soon soon) {
                pendingDueMs = soon.dueMs();
                break;
            }
            accepted.add(step);
            pending.remove();
        }
        return accepted;
    }

    /** The offset of each partition behind the letters about which was decided. */
    private Map<TopicPartition, Long> findEnds() {
        Map<TopicPartition, Long> ends = new HashMap<>(reader.positions());
        for (ReadLetter read : pending) {
            ends.merge(partitionOf(read.letter().record()), read.letter().offset(), Math::min);
        }
        return ends;
    }

    private SourcePosition positionAfter(RedriveStep step) {
        return SourcePosition.of(
                reader.positionAt(partitionOf(step), step.letter().offset() + 1));
    }

    private static TopicPartition partitionOf(RedriveStep step) {
        return partitionOf(step.letter());
    }

    private static TopicPartition partitionOf(ConsumerRecord<byte[], byte[]> letter) {
        return new TopicPartition(letter.topic(), letter.partition());
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
