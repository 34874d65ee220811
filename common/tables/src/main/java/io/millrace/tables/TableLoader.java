package io.millrace.tables;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a topic into a table and keeps it current, on a thread of its own.
 *
 * <p>A load is complete if the position of every partition has reached the high watermark that was queried at its begin. The
 * last stable offset would not do: an open transaction keeps it below records that are already committed. Positions are
 * compared, not offsets of records, because the markers of transactions have offsets, too.
 *
 * <p>Once a second the brokers are queried for the topic's id, partitions and high watermarks. The table is fresh as of such a
 * question if its positions have reached the answer. A topic that was created again or has lost records is loaded again next
 * to the table that is served, and takes its place when it is complete.
 */
final class TableLoader<K, V> implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(TableLoader.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long PROBE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_MS = 50;
    /** More than that of an entry in a topic that is compacted as usual. */
    private static final int RECORDS_OF_AN_ENTRY = 10;

    private static final int MANY_RECORDS = 100_000;
    /** Records whose slots are read at once. */
    private static final int RECORDS_AT_ONCE = 32;

    private static final long PAUSE_AFTER_FAILURE_MS = 500;
    /** Less is the time between two questions and the loader's own work. */
    private static final Duration USUAL_STALENESS = Duration.ofSeconds(10);

    private final String topic;
    private final KeyFormat<K> keys;
    private final ValueFormat<V> values;
    private final TableSettings settings;
    private final TopicProbe probe;
    private final ReadAhead reader;

    private final ByteWriter key = new ByteWriter();
    private final ByteWriter value = new ByteWriter();
    /** Records that are decoded and not applied yet: their entries, and which of them only delete their key. */
    private final byte[][] entries = new byte[RECORDS_AT_ONCE][];

    private final boolean[] deletions = new boolean[RECORDS_AT_ONCE];
    private int decoded;

    private final List<TableListener<K, V>> listeners = new ArrayList<>();
    private final Queue<TableListener<K, V>> newListeners = new ConcurrentLinkedQueue<>();

    /** The load that receives records; null before the topic is found, and after it was lost. */
    private @Nullable Load load;

    /** Why an earlier load has ended; empty if there was none. */
    private String lost = "";

    private @Nullable Question question;
    private long nextQuestionNanos = System.nanoTime();
    /** An answer that the positions have not reached yet. */
    private @Nullable Answer awaited;

    private final Object progressMade = new Object();
    private volatile boolean closed;
    private volatile @Nullable EntryStore served;
    /** Whether the served entries receive no records, because their topic is gone or is loaded again. */
    private volatile boolean detached;

    private volatile long freshNanos;
    private volatile @Nullable String failure;
    private volatile @Nullable String reason = "the topic has not been found yet";
    private volatile Map<TopicPartition, TableStatus.Progress> progress = Map.of();
    private final AtomicLong recordsRead = new AtomicLong();
    private final AtomicLong undecodable = new AtomicLong();
    private final AtomicLong reloads = new AtomicLong();

    /** A topic that is read from its start, and what of it must be read. */
    private record Load(TopicView topic, EntryStore store, Map<TopicPartition, Long> targets, long askedNanos) {}

    /** A question to the brokers, and how far the topic was read at that time. */
    private record Question(
            CompletableFuture<TopicView> answer, long askedNanos, Map<TopicPartition, Long> positions) {}

    /** High watermarks, as of the time of the question. */
    private record Answer(Map<TopicPartition, Long> ends, long askedNanos) {}

    TableLoader(String name, String topic, KeyFormat<K> keys, ValueFormat<V> values, TableSettings settings) {
        this.topic = topic;
        this.keys = keys;
        this.values = values;
        this.settings = settings;
        String clientId = "millrace-table-" + name;
        this.reader = new ReadAhead(clientId + "-reader", new TopicConsumer(clientId, settings.clients()));
        try {
            this.probe =
                    new TopicProbe(topic, settings.cleanup() == CleanupPolicy.COMPACT, clientId, settings.clients());
        } catch (KafkaException e) {
            reader.close();
            throw e;
        }
    }

    /** The entries, if reads may be answered from them. */
    EntryStore served() {
        EntryStore store = served;
        if (store == null || closed) {
            TableStatus status = status();
            throw new TableUnavailableException(
                    status.state(),
                    "The table of " + topic + " is " + status.state() + ": "
                            + status.reason().orElse("no reason is known"));
        }
        if (!settings.maxStaleness().isZero()) {
            Duration staleness = Duration.ofNanos(System.nanoTime() - freshNanos);
            if (staleness.compareTo(settings.maxStaleness()) > 0) {
                String why = reason;
                throw new TableUnavailableException(
                        TableState.STALE,
                        "The table of " + topic + " is STALE: it was last current " + staleness.toMillis()
                                + " ms ago, expected at most "
                                + settings.maxStaleness().toMillis() + " ms" + (why == null ? "" : "; " + why));
            }
        }
        return store;
    }

    TableStatus status() {
        EntryStore store = served;
        String failed = failure;
        String why = reason;
        Optional<Duration> staleness =
                store == null ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - freshNanos));
        TableState state;
        if (closed) {
            state = TableState.CLOSED;
        } else if (failed != null) {
            state = TableState.FAILED;
            why = failed;
        } else if (staleness.isEmpty()) {
            state = TableState.LOADING;
        } else {
            state = detached || staleness.get().compareTo(USUAL_STALENESS) > 0 ? TableState.STALE : TableState.READY;
        }
        return new TableStatus(
                state,
                state == TableState.READY ? Optional.empty() : Optional.ofNullable(why),
                staleness,
                progress,
                store == null ? 0 : store.size(),
                store == null ? 0 : store.bytes(),
                recordsRead.get(),
                undecodable.get(),
                reloads.get());
    }

    /** Calls a listener for each entry as soon as the table is complete, and then for each change. */
    void addListener(TableListener<K, V> listener) {
        newListeners.add(listener);
    }

    /**
     * Waits until the table is complete, whatever its staleness.
     *
     * @return whether it is
     * @throws TableUnavailableException if it has failed or was closed
     */
    boolean awaitReady(Duration timeout) throws InterruptedException {
        return await(timeout, () -> served != null);
    }

    /** Waits until the entries that are served contain a record. */
    boolean awaitPosition(TablePosition awaitedPosition, Duration timeout) throws InterruptedException {
        return await(timeout, () -> {
            // In this order: while the topic is loaded again, the progress is that of entries that are not served yet.
            TableStatus.Progress read = progress.get(awaitedPosition.partition());
            return read != null && read.position() > awaitedPosition.offset() && served != null && !detached;
        });
    }

    private interface Reached {
        boolean now();
    }

    private boolean await(Duration timeout, Reached reached) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (progressMade) {
            while (!reached.now()) {
                if (failure != null || closed) {
                    served();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                progressMade.wait(left);
            }
        }
        return true;
    }

    private void announceProgress() {
        synchronized (progressMade) {
            progressMade.notifyAll();
        }
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                takeAnswer();
                askAgain();
                pollRecords();
                checkProgress();
                greetListeners();
            }
        } catch (TableFailure e) {
            fail(e.getMessage());
        } catch (InterruptException e) {
            fail("its loader was interrupted");
        } catch (RuntimeException | Error e) {
            LOG.error("The loader of the table of {} ended by an unexpected failure", topic, e);
            fail("its loader ended by an unexpected failure: " + e);
        } finally {
            served = null;
            load = null;
            probe.close();
            reader.close();
            announceProgress();
        }
    }

    private void fail(@Nullable String message) {
        failure = message;
        LOG.error("The table of {} failed: {}", topic, message);
    }

    /** Ends the loader; reads are refused from now on. */
    void close() {
        closed = true;
    }

    private void askAgain() {
        long now = System.nanoTime();
        if (question == null && now - nextQuestionNanos >= 0) {
            nextQuestionNanos = now + PROBE_NANOS;
            Load current = load;
            question = new Question(probe.ask(), now, current == null ? Map.of() : Map.copyOf(reader.positions()));
        }
    }

    private void takeAnswer() {
        Question asked = question;
        if (asked == null || !asked.answer().isDone()) {
            return;
        }
        question = null;
        try {
            compareWithTopic(asked.answer().join(), asked);
        } catch (CompletionException e) {
            Throwable why = TopicProbe.reasonOf(e);
            if (why instanceof UnknownTopicOrPartitionException) {
                loseTopic("the topic does not exist");
            } else if (why instanceof AuthorizationException && load == null) {
                explain("reading the topic's description needs Describe and DescribeConfigs: " + why.getMessage());
            } else {
                explain("the brokers do not answer: " + why);
            }
        }
    }

    private void compareWithTopic(TopicView view, Question asked) {
        Load current = load;
        if (current == null) {
            begin(view, asked.askedNanos(), lost);
            return;
        }
        if (!current.topic().id().equals(view.id())) {
            begin(view, asked.askedNanos(), "the topic was deleted and created again");
            return;
        }
        for (Map.Entry<TopicPartition, Long> read : asked.positions().entrySet()) {
            Long end = view.ends().get(read.getKey());
            if (end == null || end < read.getValue()) {
                begin(
                        view,
                        asked.askedNanos(),
                        "records of " + read.getKey() + " were lost: it was read up to " + read.getValue()
                                + ", and ends at " + end);
                return;
            }
        }
        Duration behind =
                Duration.ofNanos(asked.askedNanos() - (isServed(current) ? freshNanos : current.askedNanos()));
        if (view.policy().mayHaveDropped(behind)) {
            begin(
                    view,
                    asked.askedNanos(),
                    "it was behind for " + behind.toSeconds()
                            + " s, longer than delete.retention.ms, so that tombstones may be missing");
            return;
        }
        addPartitions(current, view);
        // An election of an unclean leader can have removed records that the target counted.
        view.ends().forEach((partition, end) -> current.targets().merge(partition, end, Math::min));
        if (awaited != null) {
            awaited.ends()
                    .replaceAll((partition, end) -> Math.min(end, view.ends().getOrDefault(partition, end)));
        } else if (isServed(current)) {
            awaited = new Answer(view.ends(), asked.askedNanos());
        }
        explainWait(current, view);
    }

    private void begin(TopicView view, long askedNanos, String why) {
        if (settings.cleanup() == CleanupPolicy.COMPACT
                && !view.policy().cleanup().equals(List.of("compact"))) {
            throw new TableFailure("the topic has cleanup.policy="
                    + String.join(",", view.policy().cleanup())
                    + ", expected compact: otherwise keys disappear without a tombstone, and two tables differ");
        }
        if (!why.isEmpty()) {
            LOG.warn("Loading the table of {} again: {}", topic, why);
            reloads.incrementAndGet();
        }
        load = new Load(view, new EntryStore(), new HashMap<>(view.ends()), askedNanos);
        detached = true;
        awaited = null;
        explain(why.isEmpty() ? "it is being loaded" : why);
        reader.assign(view.starts());
    }

    private void addPartitions(Load current, TopicView view) {
        Map<TopicPartition, Long> added = new HashMap<>(view.starts());
        added.keySet().removeAll(current.targets().keySet());
        if (!added.isEmpty()) {
            LOG.info("The topic {} has new partitions: {}", topic, added.keySet());
            reader.add(added);
        }
    }

    private void loseTopic(String why) {
        if (load != null) {
            lost = why;
        }
        load = null;
        detached = true;
        awaited = null;
        reader.unassign();
        explain(why);
    }

    private void explain(String why) {
        if (!why.equals(reason)) {
            LOG.debug("The table of {}: {}", topic, why);
        }
        reason = why;
    }

    /** A position that stands at the last stable offset, below the high watermark, waits for the end of a transaction. */
    private void explainWait(Load current, TopicView view) {
        Map<TopicPartition, Long> positions = reader.positions();
        for (Map.Entry<TopicPartition, Long> target : current.targets().entrySet()) {
            TopicPartition partition = target.getKey();
            long position = positions.getOrDefault(partition, 0L);
            long end = isServed(current) ? view.ends().getOrDefault(partition, 0L) : target.getValue();
            if (position < end) {
                boolean stands = position == view.stable().getOrDefault(partition, -1L);
                explain(partition + " is read up to " + position + " of " + end
                        + (stands ? ": a transaction is open there" : ""));
                return;
            }
        }
    }

    private void pollRecords() {
        Load current = load;
        if (current == null) {
            pause(PAUSE_MS);
            return;
        }
        ConsumerRecords<ByteBuffer, ByteBuffer> records;
        try {
            records = reader.poll(POLL);
        } catch (InterruptException e) {
            throw e;
        } catch (OffsetOutOfRangeException e) {
            loadAgain(e);
            return;
        } catch (KafkaException e) {
            explain("reading the topic failed: " + e);
            LOG.warn("Reading the topic {} failed, retrying: {}", topic, e.toString());
            reader.reconnect();
            pause(PAUSE_AFTER_FAILURE_MS);
            return;
        }
        for (ConsumerRecord<ByteBuffer, ByteBuffer> record : records) {
            decode(record);
            if (decoded == entries.length) {
                applyDecoded(current);
            }
        }
        applyDecoded(current);
        recordsRead.addAndGet(records.count());
    }

    /** Records were removed before they were read, or after an election of an unclean leader. */
    private void loadAgain(OffsetOutOfRangeException cause) {
        question = null;
        nextQuestionNanos = System.nanoTime();
        loseTopic("records that were not read were removed: " + cause.getMessage());
    }

    /** Adds a record to those that are decoded, or refuses it. */
    private void decode(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        try {
            if (record.key() == null) {
                throw new UndecodableRecordException("it has no key");
            }
            key.clear();
            value.clear();
            keys.decode(topic, record.headers(), record.key(), key);
            boolean isDeletion =
                    record.value() == null || !values.decode(topic, record.headers(), record.value(), value);
            entries[decoded] = Entry.of(record.partition(), record.offset(), key, isDeletion ? value.clear() : value);
            deletions[decoded] = isDeletion;
        } catch (RuntimeException e) {
            refuse(record, e);
            return;
        }
        decoded++;
    }

    /** Applies the decoded records in their order. */
    private void applyDecoded(Load current) {
        int count = decoded;
        decoded = 0;
        current.store().prefetch(entries, count);
        for (int i = 0; i < count; i++) {
            apply(current, entries[i], deletions[i]);
        }
    }

    private void apply(Load current, byte[] entry, boolean isDeletion) {
        EntryStore store = current.store();
        byte[] replaced;
        if (isDeletion) {
            replaced = store.remove(entry, Entry.keyAt(entry), Entry.valueAt(entry));
        } else {
            replaced = store.put(entry);
            if (store.bytes() > settings.maxBytes()) {
                throw new TableFailure(describeNeed(current));
            }
        }
        if (!listeners.isEmpty() && isServed(current)) {
            announce(replaced, isDeletion ? null : entry);
        }
    }

    private void refuse(ConsumerRecord<ByteBuffer, ByteBuffer> record, RuntimeException cause) {
        String place = topic + "-" + record.partition() + "@" + record.offset();
        // Messages of decoders may contain the value.
        String why = cause instanceof UndecodableRecordException
                ? cause.getMessage()
                : cause.getClass().getName();
        if (settings.undecodable() == UndecodablePolicy.FAIL) {
            throw new TableFailure("the record " + place + " cannot be decoded: " + why);
        }
        if (isTemporary(cause)) {
            throw new TableFailure("the record " + place + " cannot be decoded now, and may be valid: " + why);
        }
        undecodable.incrementAndGet();
        LOG.warn("Skipped a record that cannot be decoded, its key keeps its value: {}: {}", place, why);
    }

    /** Whether a server, such as a schema registry, was not available. */
    private static boolean isTemporary(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException || cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }

    /** While the topic is being loaded, the need of the rest is estimated. */
    private String describeNeed(Load current) {
        long bytes = current.store().bytes();
        long read = 0;
        long all = 0;
        Map<TopicPartition, Long> positions = reader.positions();
        for (Map.Entry<TopicPartition, Long> target : current.targets().entrySet()) {
            long start = current.topic().starts().getOrDefault(target.getKey(), 0L);
            long position = Math.max(start, positions.getOrDefault(target.getKey(), start));
            read += position - start;
            all += Math.max(position, target.getValue()) - start;
        }
        long needed = read == 0 ? bytes : (long) ((double) bytes * all / read);
        return "it needs " + (needed > bytes ? "about " : "") + needed + " bytes, and max.bytes is "
                + settings.maxBytes();
    }

    private boolean isServed(Load current) {
        return current.store() == served;
    }

    private void checkProgress() {
        Load current = load;
        if (current == null) {
            return;
        }
        Map<TopicPartition, Long> positions = reader.positions();
        publishProgress(current, positions);
        if (!isServed(current) && hasReached(positions, current.targets())) {
            EntryStore before = served;
            freshNanos = current.askedNanos();
            served = current.store();
            detached = false;
            reason = null;
            LOG.info(
                    "The table of {} is complete: {} entries, {} bytes",
                    topic,
                    current.store().size(),
                    current.store().bytes());
            warnOfLateCompaction(current);
            if (before != null) {
                announceDifferences(before, current.store());
            }
        }
        Answer answer = awaited;
        if (answer != null && hasReached(positions, answer.ends())) {
            freshNanos = answer.askedNanos();
            awaited = null;
            reason = null;
        }
        announceProgress();
    }

    private void warnOfLateCompaction(Load current) {
        long read = current.targets().entrySet().stream()
                .mapToLong(
                        target -> target.getValue() - current.topic().starts().getOrDefault(target.getKey(), 0L))
                .sum();
        if (read > MANY_RECORDS && read / RECORDS_OF_AN_ENTRY > current.store().size()) {
            LOG.warn(
                    "The topic {} has {} records for {} keys, so loading it takes long: compaction is late;"
                            + " see min.cleanable.dirty.ratio and segment.ms",
                    topic,
                    read,
                    current.store().size());
        }
    }

    private void publishProgress(Load current, Map<TopicPartition, Long> positions) {
        Map<TopicPartition, TableStatus.Progress> read = new HashMap<>();
        Answer answer = awaited;
        Map<TopicPartition, Long> targets = answer == null ? current.targets() : answer.ends();
        positions.forEach((partition, position) ->
                read.put(partition, new TableStatus.Progress(position, targets.getOrDefault(partition, position))));
        progress = read;
    }

    private static boolean hasReached(Map<TopicPartition, Long> positions, Map<TopicPartition, Long> targets) {
        return targets.entrySet().stream()
                .allMatch(target -> positions.getOrDefault(target.getKey(), -1L) >= target.getValue());
    }

    private void greetListeners() {
        EntryStore store = served;
        if (store == null) {
            return;
        }
        for (TableListener<K, V> listener = newListeners.poll(); listener != null; listener = newListeners.poll()) {
            TableListener<K, V> greeted = listener;
            store.forEach(entry -> greeted.changed(keyOf(entry), values.read(Entry.value(entry))));
            listeners.add(listener);
        }
    }

    private void announceDifferences(EntryStore before, EntryStore after) {
        if (listeners.isEmpty()) {
            return;
        }
        before.forEach(entry -> {
            if (after.find(entry, Entry.keyAt(entry), Entry.valueAt(entry)) == null) {
                announce(entry, null);
            }
        });
        after.forEach(entry -> {
            byte[] earlier = before.find(entry, Entry.keyAt(entry), Entry.valueAt(entry));
            if (earlier == null || !Entry.haveEqualValues(earlier, entry)) {
                announce(earlier, entry);
            }
        });
    }

    private void announce(byte @Nullable [] before, byte @Nullable [] after) {
        if (before == null && after == null) {
            return;
        }
        K changed = keyOf(after == null ? Objects.requireNonNull(before) : after);
        for (TableListener<K, V> listener : listeners) {
            listener.changed(changed, after == null ? null : values.read(Entry.value(after)));
        }
    }

    private K keyOf(byte[] entry) {
        return keys.read(entry, Entry.keyAt(entry), Entry.valueAt(entry));
    }

    private void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
