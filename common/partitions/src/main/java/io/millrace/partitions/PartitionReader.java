package io.millrace.partitions;

import io.millrace.changes.TopicPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the committed records of a task's partitions from their positions on. It never skips records: a position outside of the
 * log, and a topic that was created again, end it with an error that names the gap or the ids.
 *
 * <p>The brokers are queried before the first record is read and then once a second, on a thread of its own. If they do not
 * answer, reading waits, and ends with an error after a bound of time. A running reader notices a topic that was created again
 * with the next query; a starting one compares the ids before it reads anything.
 *
 * <p>For use by one thread.
 */
public final class PartitionReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionReader.class);
    private static final long QUERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(2);
    /** The longest time until every broker has a new partition. */
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(30);

    private final String connector;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, TopicPosition> committed;
    private final StartPosition start;
    private final Duration patience;
    private final KafkaLogs logs;
    private final Consumer<byte[], byte[]> consumer;
    private final ExecutorService queries;

    /** The positions of the next records. Empty until the reader has started. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    /** The logs as they were at the start, whose ids identify the topics. Empty until the reader has started. */
    private Map<TopicPartition, PartitionLog> startLogs = Map.of();

    private Map<TopicPartition, PartitionLog> latestLogs = Map.of();
    private long latestAskedNanos = System.nanoTime();
    /** Null if no query is on its way. */
    private @Nullable CompletableFuture<Answer> query;

    private long lastAnswerNanos = System.nanoTime();
    private long lastCompleteNanos = System.nanoTime();
    private long nextQueryNanos = System.nanoTime();
    private long lastPollNanos = System.nanoTime();

    /**
     * The brokers' answer.
     *
     * @param starts the offsets of the time at which partitions begin; empty if they begin at their first records
     * @param askedNanos when the query was sent, by {@link System#nanoTime}
     */
    private record Answer(Map<TopicPartition, PartitionLog> logs, Map<TopicPartition, Long> starts, long askedNanos) {}

    /**
     * The settings of a reader.
     *
     * @param connector its name, for messages and for the clients' ids
     * @param task the task's number
     * @param clients the settings of Kafka's clients
     * @param maxRecords the largest number of records of a poll
     * @param patience how long to wait for brokers that do not answer
     */
    public record Settings(
            String connector, String task, Map<String, Object> clients, int maxRecords, Duration patience) {}

    /**
     * Reads the positions that Connect has committed.
     *
     * @return of the partitions that have one
     */
    public static Map<TopicPartition, TopicPosition> readCommitted(
            OffsetStorageReader offsets, List<TopicPartition> partitions) {
        List<Map<String, Object>> sourcePartitions = partitions.stream()
                .map(partition -> TopicPosition.toSourcePartition(partition.topic(), partition.partition()))
                .toList();
        Map<TopicPartition, TopicPosition> committed = new HashMap<>();
        offsets.offsets(sourcePartitions)
                .forEach((sourcePartition, offset) -> TopicPosition.find(sourcePartition, offset)
                        .ifPresent(position ->
                                committed.put(new TopicPartition(position.topic(), position.partition()), position)));
        return committed;
    }

    /**
     * A reader, which queries the brokers at once and reads with {@link #poll}.
     *
     * @param partitions the task's partitions, at least one
     * @param committed the committed positions, of the partitions that have one
     * @param start where a partition without a committed position begins
     * @throws KafkaException if the clients' settings are invalid
     */
    public PartitionReader(
            Settings settings,
            List<TopicPartition> partitions,
            Map<TopicPartition, TopicPosition> committed,
            StartPosition start) {
        this.connector = settings.connector();
        this.partitions = List.copyOf(partitions);
        this.committed = Map.copyOf(committed);
        this.start = start;
        this.patience = settings.patience();
        String clientId = "millrace-" + settings.connector() + "-" + settings.task();
        Map<String, Object> clients = new HashMap<>(settings.clients());
        clients.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        this.consumer = connect(clients, settings.maxRecords());
        this.logs = new KafkaLogs(clients);
        this.queries = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, clientId + "-queries");
            thread.setDaemon(true);
            return thread;
        });
    }

    private static Consumer<byte[], byte[]> connect(Map<String, Object> clients, int maxRecords) {
        Map<String, Object> settings = new HashMap<>(clients);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, maxRecords);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * The next records.
     *
     * @param timeout the longest wait
     * @return perhaps none: there are none yet, or the brokers do not answer
     * @throws ConnectException if a position is not in its log, a topic was created again or deleted, or the brokers refuse the
     *     reader or have not answered for too long
     */
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        forgetPause();
        askBrokers();
        if (startLogs.isEmpty()) {
            awaitAnswer(timeout);
            takeAnswer();
            return ConsumerRecords.empty();
        }
        takeAnswer();
        try {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
            positions.replaceAll((partition, known) -> findPosition(records, partition, known));
            return records;
        } catch (OffsetOutOfRangeException e) {
            throw describeGap(e);
        } catch (RetriableException e) {
            LOG.debug("Reading failed, retrying", e);
            return ConsumerRecords.empty();
        } catch (KafkaException e) {
            throw new ConnectException("Reading the topics failed: " + e.getMessage(), e);
        }
    }

    /** Connect does not poll a paused task, so the time of a pause is not one in which the brokers did not answer. */
    private void forgetPause() {
        long now = System.nanoTime();
        if (now - lastPollNanos > patience.toNanos() / 2) {
            lastAnswerNanos = now;
            lastCompleteNanos = now;
        }
        lastPollNanos = now;
    }

    /**
     * Queries the brokers as {@link #poll} does, and reads nothing, for a caller that has no room for records.
     *
     * @throws ConnectException as {@link #poll}
     */
    public void check() {
        askBrokers();
        takeAnswer();
    }

    /** The position after a poll. It is after the last record that was returned, or after markers of transactions behind it. */
    private long findPosition(ConsumerRecords<byte[], byte[]> records, TopicPartition partition, long known) {
        try {
            return consumer.position(partition, Duration.ZERO);
        } catch (KafkaException e) {
            // It is being compared with the leader's log. What is wrong with it, the next poll reports.
            LOG.trace("The position of {} is not known", partition, e);
            var read = records.records(partition);
            return read.isEmpty() ? known : read.get(read.size() - 1).offset() + 1;
        }
    }

    /** The offset of the next record to read of each partition; empty until the reader has started. */
    public Map<TopicPartition, Long> positions() {
        return Map.copyOf(positions);
    }

    /** The offset of the next record to read of a partition; only when the reader has started. */
    public long positionOf(TopicPartition partition) {
        return Objects.requireNonNull(positions.get(partition), "The reader has not started");
    }

    /** The position with this next offset. */
    public TopicPosition positionAt(TopicPartition partition, long nextOffset) {
        PartitionLog log = Objects.requireNonNull(startLogs.get(partition), "The reader has not started");
        return new TopicPosition(partition.topic(), partition.partition(), nextOffset, log.clusterId(), log.topicId());
    }

    /** The ends of the logs by the last answer of the brokers: the high watermarks. Empty until the reader has started. */
    public Map<TopicPartition, Long> latestEnds() {
        Map<TopicPartition, Long> ends = new HashMap<>();
        latestLogs.forEach((partition, log) -> ends.put(partition, log.endOffset()));
        return ends;
    }

    /** When the query that {@link #latestEnds} answers was sent, by {@link System#nanoTime}. */
    public long latestAskedNanos() {
        return latestAskedNanos;
    }

    /** The records behind the positions up to the ends of the logs; empty if the brokers have not answered yet. */
    public OptionalLong lag() {
        return positions.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(positions.entrySet().stream()
                        .mapToLong(position -> Math.max(
                                0,
                                Objects.requireNonNull(latestLogs.get(position.getKey()))
                                                .endOffset()
                                        - position.getValue()))
                        .sum());
    }

    /**
     * Whether all records were returned that the logs contained when the reader started: those up to the high watermark, also if a
     * transaction was open then that was committed later. While such a transaction is open, the answer is false.
     */
    public boolean isCaughtUp() {
        return !positions.isEmpty()
                && positions.entrySet().stream()
                        .allMatch(position -> position.getValue()
                                >= Objects.requireNonNull(startLogs.get(position.getKey()))
                                        .endOffset());
    }

    private void askBrokers() {
        if (query == null && System.nanoTime() - nextQueryNanos >= 0) {
            Optional<Instant> time = startLogs.isEmpty() ? start.time() : Optional.empty();
            long asked = System.nanoTime();
            query = CompletableFuture.supplyAsync(
                    () -> new Answer(
                            logs.readLogs(partitions),
                            time.map(from -> logs.findOffsets(partitions, from)).orElse(Map.of()),
                            asked),
                    queries);
        }
    }

    private void awaitAnswer(Duration timeout) {
        CompletableFuture<Answer> asked = query;
        try {
            if (asked == null) {
                TimeUnit.NANOSECONDS.sleep(Math.min(timeout.toNanos(), QUERY_NANOS));
            } else {
                asked.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.trace("No answer of the brokers yet", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeAnswer() {
        CompletableFuture<Answer> asked = query;
        if (asked == null || !asked.isDone()) {
            requirePatience(null);
            return;
        }
        query = null;
        nextQueryNanos = System.nanoTime() + QUERY_NANOS;
        try {
            Answer answer = asked.join();
            lastAnswerNanos = System.nanoTime();
            if (answer.logs().keySet().containsAll(partitions)) {
                lastCompleteNanos = lastAnswerNanos;
                accept(answer);
            } else {
                requireExistence(answer);
            }
        } catch (CompletionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            if (!(cause instanceof RetriableException)) {
                throw new ConnectException(
                        "The brokers refused a query about the topics: " + cause.getMessage(), cause);
            }
            requirePatience(cause);
        }
    }

    private void requirePatience(@Nullable Throwable cause) {
        Duration silence = Duration.ofNanos(System.nanoTime() - lastAnswerNanos);
        if (silence.compareTo(patience) > 0) {
            throw new ConnectException(
                    "The brokers have not answered for " + silence.toMillis() + " ms, expected an answer within "
                            + patience.toMillis() + " ms" + (cause == null ? "" : ": " + cause.getMessage()),
                    cause);
        }
    }

    private void requireExistence(Answer answer) {
        Duration absence = Duration.ofNanos(System.nanoTime() - lastCompleteNanos);
        if (absence.compareTo(patience.compareTo(LONGEST_ABSENCE) < 0 ? patience : LONGEST_ABSENCE) > 0) {
            List<TopicPartition> missing = partitions.stream()
                    .filter(partition -> !answer.logs().containsKey(partition))
                    .toList();
            throw new ConnectException("Expected the partitions " + missing
                    + ", which do not exist any more. If their topics were deleted on purpose, remove them from the"
                    + " connector's topics, or restart the connector");
        }
    }

    private void accept(Answer answer) {
        latestLogs = answer.logs();
        latestAskedNanos = answer.askedNanos();
        if (!startLogs.isEmpty()) {
            startLogs.forEach((partition, log) -> requireSameTopic(
                    positionAt(partition, 0),
                    Objects.requireNonNull(answer.logs().get(partition))));
            return;
        }
        Map<TopicPartition, Long> first = new TreeMap<>(Comparator.comparing(TopicPartition::toString));
        answer.logs().forEach((partition, log) -> {
            if (log.clusterId() == null || log.topicId() == null) {
                throw new ConnectException("The brokers return no id of the cluster or of " + partition.topic()
                        + ", which positions and the ids of events need; expected brokers of Kafka 2.8 or newer");
            }
            first.put(partition, findStart(partition, log, answer));
        });
        startLogs = answer.logs();
        positions.putAll(first);
        consumer.assign(partitions);
        first.forEach(consumer::seek);
        LOG.info("Reading from {}", first);
    }

    private long findStart(TopicPartition partition, PartitionLog log, Answer answer) {
        TopicPosition position = committed.get(partition);
        if (position == null) {
            return Math.max(log.startOffset(), answer.starts().getOrDefault(partition, log.startOffset()));
        }
        requireSameTopic(position, log);
        requireWithinLog(partition, position.nextOffset(), log);
        return position.nextOffset();
    }

    private void requireSameTopic(TopicPosition position, PartitionLog log) {
        requireSameId("cluster", position, position.clusterId(), log.clusterId());
        requireSameId("topic", position, position.topicId(), log.topicId());
    }

    private void requireSameId(String what, TopicPosition position, @Nullable String expected, @Nullable String found) {
        if (expected != null && !expected.equals(found)) {
            throw new ConnectException("Expected the " + what + " of " + position.topic() + "-" + position.partition()
                    + " to have the id " + expected + ", found " + found + ": "
                    + (what.equals("topic")
                            ? "the topic was deleted and created again"
                            : "the brokers are those of another cluster")
                    + ". To read the present topic from its beginning, " + reset());
        }
    }

    private void requireWithinLog(TopicPartition partition, long position, PartitionLog log) {
        if (position < log.startOffset()) {
            throw new ConnectException("Records of " + partition + " were deleted before they were read: expected the"
                    + " records from offset " + position + " on, found the log from " + log.startOffset()
                    + " on; the gap is " + position + " to " + (log.startOffset() - 1)
                    + ". To resume behind the gap, stop the connector, PATCH the offset " + log.startOffset()
                    + ", and resume it; to read from the log's beginning, " + reset());
        }
        if (position > log.endOffset()) {
            throw new ConnectException("The log of " + partition + " ends before the position: expected offset "
                    + position + ", found the offsets " + log.startOffset() + " to " + log.endOffset()
                    + ". The log was truncated or restored. To read it from its beginning, " + reset());
        }
    }

    private String reset() {
        return "stop the connector, DELETE /connectors/" + connector + "/offsets, and resume it";
    }

    /** The error of a position that the brokers do not have, with what they have. */
    private ConnectException describeGap(OffsetOutOfRangeException failure) {
        Map<TopicPartition, Long> outside = failure.offsetOutOfRangePartitions();
        try {
            Map<TopicPartition, PartitionLog> found = logs.readLogs(outside.keySet());
            found.forEach((partition, log) -> {
                requireSameTopic(positionAt(partition, 0), log);
                requireWithinLog(partition, Objects.requireNonNull(outside.get(partition)), log);
            });
        } catch (ConnectException e) {
            return e;
        } catch (KafkaException e) {
            failure.addSuppressed(e);
        }
        return new ConnectException(
                "The brokers do not have the records at the positions " + outside
                        + ": they were deleted, or the log was"
                        + " truncated. To read the topics from their beginning, " + reset(),
                failure);
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"}) // Kafka 3.9 does not have what is to take its place.
    public void close() {
        queries.shutdownNow();
        logs.close();
        consumer.close(TIME_TO_CLOSE);
    }
}
