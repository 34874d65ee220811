package io.millrace.connectors.spool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.partitions.KafkaLogs;
import io.millrace.partitions.PartitionLog;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpooledRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the records that an attempt of the producer has written although no answer came: by the id of the event, in the log of their
 * partition. It is read from the last offset that the producer had an answer for; if there was none, from the time of the record or of the
 * attempt, whichever is earlier. Only committed records count, because a transaction of the recovery itself may have been aborted; so the
 * check waits until no transaction is open before the end that the log had when an object was first looked up. That end is kept until the
 * object's records are found or known to be absent: later transactions of others do not count. For one thread, except for {@link #stop}.
 */
final class AmbiguityCheck implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AmbiguityCheck.class);
    /** By which the clocks of producer and broker may differ. */
    private static final long CLOCK_MS = 60_000;

    private static final Duration POLL = Duration.ofMillis(200);
    /** A check without progress for so long ends, and is repeated. */
    private static final long STALLED_NANOS = Duration.ofSeconds(5).toNanos();

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Function<Collection<TopicPartition>, Map<TopicPartition, PartitionLog>> logs;
    private final LongSupplier nanos;
    private final BrokerWatch watch;
    private final long maxRecords;
    private final SpoolSourceMetrics metrics;
    /** The ends of logs for objects whose look-up has not succeeded yet. */
    private final Map<Look, End> ends = new HashMap<>();

    private @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    AmbiguityCheck(
            Map<String, Object> clientSettings,
            String clientId,
            KafkaLogs logs,
            BrokerWatch watch,
            long maxRecords,
            SpoolSourceMetrics metrics) {
        this(() -> open(clientSettings, clientId), logs::readLogs, System::nanoTime, watch, maxRecords, metrics);
    }

    /**
     * A check over other clients.
     *
     * @param consumers open a consumer of committed records, when it is first needed
     * @param logs reads the logs of the partitions that exist
     */
    AmbiguityCheck(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Function<Collection<TopicPartition>, Map<TopicPartition, PartitionLog>> logs,
            LongSupplier nanos,
            BrokerWatch watch,
            long maxRecords,
            SpoolSourceMetrics metrics) {
        this.consumers = consumers;
        this.logs = logs;
        this.nanos = nanos;
        this.watch = watch;
        this.maxRecords = maxRecords;
        this.metrics = metrics;
    }

    private static Consumer<byte[], byte[]> open(Map<String, Object> clientSettings, String clientId) {
        Map<String, Object> settings = new HashMap<>(clientSettings);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, clientId);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A record that may be in the log, and its object. */
    record Candidate(SpooledRecord record, SpoolObject object) {
        TopicPartition topicPartition() {
            Integer partition = record.partition();
            return new TopicPartition(record.topic(), partition == null ? 0 : partition);
        }

        private Look look() {
            return new Look(object.incarnation(), object.sequence(), topicPartition());
        }
    }

    /** What is looked up in a log at once, at least. */
    private record Look(Incarnation incarnation, long sequence, TopicPartition partition) {}

    /**
     * The end that a log had.
     *
     * @param topicId null if the brokers do not return it
     */
    private record End(@Nullable String topicId, long offset) {}

    /**
     * Finds the candidates that are in their logs. If an id occurs several times, as many of its candidates are found as the log has, the
     * first ones first.
     *
     * @param candidates in the order sent
     * @throws KafkaException if the brokers do not answer, or a transaction stays open; the call is then repeated
     */
    Set<SpooledRecord> findWritten(List<Candidate> candidates) {
        Map<TopicPartition, List<Candidate>> byPartition = new HashMap<>();
        candidates.forEach(candidate -> byPartition
                .computeIfAbsent(candidate.topicPartition(), missing -> new ArrayList<>())
                .add(candidate));
        Map<TopicPartition, PartitionLog> found = watch.ask(() -> logs.apply(byPartition.keySet()));
        // A partition that does not exist has nothing; sending fails with its name.
        byPartition.keySet().retainAll(found.keySet());
        Map<TopicPartition, Window> windows = openWindows(byPartition, found);
        read(windows);
        Set<SpooledRecord> written = new HashSet<>();
        windows.forEach((partition, window) -> {
            for (Candidate candidate : byPartition.getOrDefault(partition, List.of())) {
                if (window.takeOne(candidate.record())) {
                    written.add(candidate.record());
                }
            }
        });
        candidates.forEach(candidate -> ends.remove(candidate.look()));
        return written;
    }

    /**
     * The end up to which a log is read: the one that it had when each candidate was first looked up. A log that is shorter by now, or of
     * another topic, has only its present end.
     */
    private long findEnd(List<Candidate> candidates, PartitionLog log) {
        long end = 0;
        for (Candidate candidate : candidates) {
            End kept = ends.compute(
                    candidate.look(),
                    (look, former) -> former != null
                                    && Objects.equals(former.topicId(), log.topicId())
                                    && former.offset() <= log.endOffset()
                            ? former
                            : new End(log.topicId(), log.endOffset()));
            end = Math.max(end, kept.offset());
        }
        return end;
    }

    /** The part of a log that is read. */
    private static final class Window {
        private final Set<String> idHeaders = new HashSet<>();
        private final Set<String> wanted = new HashSet<>();
        /** Where each id is, in the order of the log. */
        private final Map<String, List<Long>> offsets = new HashMap<>();

        private final long from;
        private final long end;
        private long records;
        private boolean unverified;

        Window(List<Candidate> candidates, long from, long end) {
            candidates.forEach(candidate -> {
                idHeaders.add(candidate.object().idHeader());
                wanted.add(candidate.record().eventId());
            });
            this.from = from;
            this.end = end;
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            records++;
            for (String header : idHeaders) {
                Header id = record.headers().lastHeader(header);
                if (id != null && id.value() != null) {
                    String text = new String(id.value(), UTF_8);
                    if (wanted.contains(text)) {
                        offsets.computeIfAbsent(text, missing -> new ArrayList<>())
                                .add(record.offset());
                        return;
                    }
                }
            }
        }

        /** Whether the log has a record behind its floor; no other one of its id is that record then. */
        boolean takeOne(SpooledRecord record) {
            long floor = isOfFormerLog(record, end) ? SpooledRecord.NO_FLOOR : record.floor();
            List<Long> found = unverified ? List.of() : offsets.getOrDefault(record.eventId(), List.of());
            for (int i = 0; i < found.size(); i++) {
                if (found.get(i) > floor) {
                    found.remove(i);
                    return true;
                }
            }
            return false;
        }
    }

    /** Whether the floor is in a log that was longer: the topic was made again, or the log was truncated. */
    private static boolean isOfFormerLog(SpooledRecord record, long end) {
        return record.floor() >= end;
    }

    private Map<TopicPartition, Window> openWindows(
            Map<TopicPartition, List<Candidate>> byPartition, Map<TopicPartition, PartitionLog> found) {
        Map<TopicPartition, Long> windowEnds = new HashMap<>();
        found.forEach((partition, log) ->
                windowEnds.put(partition, findEnd(byPartition.getOrDefault(partition, List.of()), log)));
        Map<TopicPartition, Long> begins = findBegins(byPartition, windowEnds);
        Map<TopicPartition, Window> windows = new HashMap<>();
        byPartition.forEach((partition, candidates) -> {
            PartitionLog log = found.get(partition);
            if (log != null) {
                long end = windowEnds.getOrDefault(partition, log.endOffset());
                long begin = Math.max(log.startOffset(), begins.getOrDefault(partition, log.startOffset()));
                windows.put(partition, new Window(candidates, Math.min(begin, end), end));
            }
        });
        return windows;
    }

    /** Where each log is read from, at the latest. */
    private Map<TopicPartition, Long> findBegins(
            Map<TopicPartition, List<Candidate>> byPartition, Map<TopicPartition, Long> windowEnds) {
        Map<TopicPartition, Long> begins = new HashMap<>();
        Map<TopicPartition, Long> times = new HashMap<>();
        byPartition.forEach((partition, candidates) -> {
            long floor = Long.MAX_VALUE;
            long time = Long.MAX_VALUE;
            boolean isOfFormerLog = false;
            for (Candidate candidate : candidates) {
                SpooledRecord record = candidate.record();
                floor = Math.min(floor, record.floor());
                time = Math.min(time, Math.min(record.timestamp(), record.firstAttempt()));
                isOfFormerLog |= isOfFormerLog(record, windowEnds.getOrDefault(partition, Long.MAX_VALUE));
            }
            if (isOfFormerLog) {
                begins.put(partition, 0L);
            } else if (floor == SpooledRecord.NO_FLOOR) {
                times.put(partition, Math.max(0, time - CLOCK_MS));
            } else {
                begins.put(partition, floor + 1);
            }
        });
        if (!times.isEmpty()) {
            // Records behind an open transaction have no offset by time: without one, the read begins at the last
            // stable offset.
            begins.putAll(watch.ask(() -> connect().endOffsets(times.keySet())));
            watch.ask(() -> connect().offsetsForTimes(times)).forEach((partition, offset) -> {
                if (offset != null) {
                    begins.put(partition, offset.offset());
                }
            });
        }
        return begins;
    }

    private void read(Map<TopicPartition, Window> windows) {
        Map<TopicPartition, Window> open = new HashMap<>(windows);
        open.values().removeIf(window -> window.from >= window.end);
        if (open.isEmpty()) {
            return;
        }
        Consumer<byte[], byte[]> reader = connect();
        reader.assign(open.keySet());
        open.forEach((partition, window) -> reader.seek(partition, window.from));
        long progressed = nanos.getAsLong();
        long before = sumPositions(open, reader);
        while (!open.isEmpty()) {
            if (closed) {
                throw new TimeoutException("The task is being stopped");
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                Window window = open.get(new TopicPartition(record.topic(), record.partition()));
                if (window != null && record.offset() < window.end) {
                    window.add(record);
                }
            }
            // Aborted records move the position, too, and are not returned.
            long after = sumPositions(open, reader);
            boolean isProgress = after != before;
            if (finish(open, reader) || isProgress) {
                progressed = nanos.getAsLong();
                before = sumPositions(open, reader);
            } else if (nanos.getAsLong() - progressed > STALLED_NANOS) {
                throw new TimeoutException("The logs of " + open.keySet()
                        + " cannot be read to their ends: the brokers do not answer, or a transaction is open");
            }
        }
    }

    private static long sumPositions(Map<TopicPartition, Window> open, Consumer<byte[], byte[]> reader) {
        return open.keySet().stream().mapToLong(reader::position).sum();
    }

    /** Ends the windows that are read, or are too large; returns whether there was one. */
    private boolean finish(Map<TopicPartition, Window> open, Consumer<byte[], byte[]> reader) {
        boolean isAny = open.entrySet().removeIf(entry -> {
            Window window = entry.getValue();
            if (window.records >= maxRecords) {
                window.unverified = true;
                metrics.countUnverified(window.wanted.size());
                LOG.warn(
                        "{}: {} records are sent without a look at the log, of which {} records were read; {} is {}",
                        entry.getKey(),
                        window.wanted.size(),
                        window.records,
                        SpoolSourceOptions.VERIFY_MAX_RECORDS,
                        maxRecords);
                return true;
            }
            return reader.position(entry.getKey()) >= window.end;
        });
        if (isAny) {
            reader.assign(open.keySet());
        }
        return isAny;
    }

    private Consumer<byte[], byte[]> connect() {
        Consumer<byte[], byte[]> connected = consumer;
        if (connected == null) {
            connected = consumers.get();
            consumer = connected;
        }
        return connected;
    }

    /** Ends a running check, from whatever thread. */
    void stop() {
        closed = true;
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"}) // Kafka 3.9 does not have what is to take its place.
    public void close() {
        closed = true;
        if (consumer != null) {
            consumer.close(Duration.ZERO);
        }
    }
}
