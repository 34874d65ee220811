package io.millrace.connectors.spool;

import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.spool.CorruptSpoolException;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolListing;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of one incarnation, in their order, each with what became of it: read, looked up, returned, committed, deleted. An object is
 * deleted when all of its records are committed, and those of all objects before it. For one thread; records are confirmed by whatever
 * thread.
 */
final class WriterDrain {
    private static final Logger LOG = LoggerFactory.getLogger(WriterDrain.class);
    /** Objects that are read ahead, at most. */
    private static final int READ_AHEAD = 64;
    /** So many objects are being read at the same time, at most: only when one is read, its size in memory is known. */
    private static final int AT_ONCE = 8;

    /**
     * What the drains of a task share.
     *
     * @param skipsCorrupt whether an object that cannot be read is put aside
     * @param skippedIds of events that are left out
     */
    record Shared(
            SpoolStore store,
            SpoolRecords records,
            SpoolSourceMetrics metrics,
            ReadBudget budget,
            boolean skipsCorrupt,
            Set<String> skippedIds) {}

    private final Incarnation incarnation;
    /** The source partition of its records. */
    private final Map<String, String> partition;

    private final SpoolStore store;
    private final SpoolRecords records;
    private final boolean skipsCorrupt;
    private final Set<String> skippedIds;
    private final SpoolSourceMetrics metrics;
    private final ReadBudget budget;

    /** The position after the last object that was returned. */
    private SpoolPosition position;
    /** The sequence of the marker that was read or written last. */
    private long marked;
    /** The records of each returned object that are not committed. */
    private final SortedMap<Long, AtomicInteger> open = new ConcurrentSkipListMap<>();

    /** The sequences of objects that are not deleted yet, and were returned or left out here. */
    private final Set<Long> known = new HashSet<>();

    /** The sequence up to which missing objects were reported. */
    private long skipped;

    private List<SpoolListing.Entry> entries = List.of();
    private final Map<SpoolKey, Reading> reads = new HashMap<>();
    /** The sequence of an object that has to wait; 0 without one. */
    private long deferred;

    private final Map<SpoolKey, Long> firstSeenNanos = new HashMap<>();

    /** An object that is read or being read, and what it takes of the budget: about as much as the largest one, until it is read. */
    private static final class Reading {
        private final CompletableFuture<SpoolObject> answer;
        private long bytes;
        private boolean isMeasured;

        Reading(CompletableFuture<SpoolObject> answer, long bytes) {
            this.answer = answer;
            this.bytes = bytes;
        }
    }

    /**
     * A drain that begins after the committed position or after the marker, whichever is later: a connector of another name has its own
     * positions.
     */
    WriterDrain(Incarnation incarnation, Shared shared, SpoolPosition committed) {
        this.incarnation = incarnation;
        this.store = shared.store();
        this.records = shared.records();
        this.partition = records.partition(incarnation);
        this.skipsCorrupt = shared.skipsCorrupt();
        this.skippedIds = shared.skippedIds();
        this.metrics = shared.metrics();
        this.budget = shared.budget();
        this.marked = readMarker();
        SpoolPosition recovered = marked == 0 ? SpoolPosition.START : SpoolPosition.after(marked);
        this.position = committed.compareTo(recovered) < 0 ? recovered : committed;
    }

    private long readMarker() {
        try {
            return Failures.await(store.readRecovered(incarnation));
        } catch (PayloadException e) {
            if (e.getCause() instanceof CorruptSpoolException corrupt) {
                throw new ConnectException(corrupt.getMessage(), corrupt);
            }
            throw e;
        }
    }

    Incarnation incarnation() {
        return incarnation;
    }

    /** Takes what the spool contains now. */
    void update(SpoolListing.Waiting waiting, long nowNanos) {
        entries = waiting.objects();
        Set<SpoolKey> keys = new HashSet<>();
        entries.forEach(entry -> keys.add(entry.key()));
        forgetIf(key -> !keys.contains(key));
        firstSeenNanos.keySet().retainAll(keys);
        keys.forEach(key -> firstSeenNanos.putIfAbsent(key, nowNanos));
    }

    /** The objects that are not recovered. */
    List<SpoolListing.Entry> waiting() {
        return entries.stream()
                .filter(entry -> entry.key().sequence() > lastComplete())
                .toList();
    }

    /** When an object was first seen. */
    long firstSeen(SpoolObject object) {
        return firstSeenNanos.entrySet().stream()
                .filter(seen -> seen.getKey().sequence() == object.sequence())
                .mapToLong(Map.Entry::getValue)
                .max()
                .orElse(Long.MIN_VALUE);
    }

    /** Drops what was read. It is read again when it is needed. */
    void drop() {
        forgetIf(key -> true);
    }

    /** Drops what was read, because an object has to wait. */
    void defer(SpoolObject object) {
        deferred = object.sequence();
        drop();
    }

    /** When the object of {@link #defer} was first seen; empty if none waits. */
    OptionalLong deferredSince() {
        return firstSeenNanos.entrySet().stream()
                .filter(seen -> seen.getKey().sequence() == deferred && isAhead(deferred))
                .mapToLong(Map.Entry::getValue)
                .max();
    }

    private void forgetIf(Predicate<SpoolKey> condition) {
        reads.entrySet().removeIf(entry -> {
            boolean isForgotten = condition.test(entry.getKey());
            if (isForgotten) {
                budget.release(entry.getValue().bytes);
            }
            return isForgotten;
        });
    }

    /**
     * Reads the next objects that are there, up to a number of records and to the task's {@link ReadBudget}, without moving on. The first
     * object and the one behind it are always read.
     *
     * @return in their order, without those that the producer gave up
     * @throws PayloadException if the store does not respond
     * @throws ConnectException if one cannot be read, and is not skipped
     */
    List<SpoolObject> peek(int maxRecords) {
        refuseRepeated();
        // What failed while a batch was sent is read again, and does not fail this call.
        forgetFailed();
        Ahead ahead = readAhead(ahead(entries.size()), maxRecords);
        List<SpoolObject> read = ahead.objects();
        List<SpoolObject> found = new ArrayList<>();
        long count = 0;
        SpoolPosition after = position;
        // Only the object behind it shows whether one was given up.
        for (int i = 0; i < read.size() - (ahead.isMore() ? 1 : 0); i++) {
            SpoolObject object = read.get(i);
            if (i + 1 < read.size() && read.get(i + 1).abandons(object.sequence())) {
                if (known.add(object.sequence())) {
                    LOG.info("{} was given up by its producer, and is left out", object);
                }
                continue;
            }
            if (!found.isEmpty() && count + object.records().size() > maxRecords) {
                break;
            }
            if (isBehindHole(object, after)) {
                if (!found.isEmpty() && !skipsCorrupt) {
                    // What is in front of it is recovered first.
                    break;
                }
                refuseHole(object, after);
            }
            found.add(object);
            after = SpoolPosition.after(object.sequence());
            count += object.records().size();
        }
        return found;
    }

    /** A producer gives a sequence once; of two objects with one sequence, neither can be trusted. */
    private void refuseRepeated() {
        SpoolKey before = null;
        for (SpoolListing.Entry entry : entries) {
            SpoolKey key = entry.key();
            if (before != null && before.sequence() == key.sequence()) {
                refuse(
                        key,
                        new CorruptSpoolException(store + "/" + SpoolStore.nameOf(key) + ": " + before.digest()
                                + " has its sequence, too"));
                return;
            }
            before = key;
        }
    }

    private List<SpoolListing.Entry> ahead(int most) {
        return entries.stream()
                .filter(entry -> isAhead(entry.key().sequence()))
                .limit(most)
                .toList();
    }

    /** Whether records of an object are not returned. The last index of an object is only in its content. */
    private boolean isAhead(long sequence) {
        return sequence > position.sequence() || (sequence == position.sequence() && position.index() < Long.MAX_VALUE);
    }

    /**
     * Objects that were read.
     *
     * @param isMore whether others behind them can be read
     */
    private record Ahead(List<SpoolObject> objects, boolean isMore) {}

    /** Reads until one object was not given up by the one behind it, and then as many as are permitted. */
    private Ahead readAhead(List<SpoolListing.Entry> next, int maxRecords) {
        List<SpoolObject> read = new ArrayList<>();
        boolean isAny = false;
        long count = 0;
        while (read.size() < next.size()) {
            if (isAny && (count >= maxRecords || read.size() >= READ_AHEAD)) {
                return new Ahead(read, true);
            }
            int from = read.size();
            int to = from < 2 ? Math.min(2, next.size()) : from + 1;
            if (from >= 2) {
                beginReads(next.subList(from, Math.min(next.size(), Math.max(to, READ_AHEAD))));
            }
            if (isAny && !reads.containsKey(next.get(from).key())) {
                // The budget is used up, or enough objects behind it are being read.
                return new Ahead(read, true);
            }
            if (!read(next.subList(from, to), read)) {
                return new Ahead(read, false);
            }
            for (int i = Math.max(1, from); i < read.size(); i++) {
                SpoolObject former = read.get(i - 1);
                if (!read.get(i).abandons(former.sequence())) {
                    isAny = true;
                    count += remaining(former).size();
                }
            }
        }
        return new Ahead(read, false);
    }

    /**
     * Begins to read objects within the budget, some at the same time. Their size in memory is not in the listing, so each may be as large as the
     * largest one was, or twice its size in the store.
     */
    private void beginReads(List<SpoolListing.Entry> some) {
        long atOnce =
                reads.values().stream().filter(reading -> !reading.isMeasured).count();
        for (SpoolListing.Entry entry : some) {
            if (reads.containsKey(entry.key())) {
                continue;
            }
            if (atOnce >= AT_ONCE || budget.left() < estimateOf(entry)) {
                return;
            }
            beginRead(entry);
            atOnce++;
        }
    }

    private long estimateOf(SpoolListing.Entry entry) {
        return Math.max(budget.largest(), 2 * entry.bytes());
    }

    private void beginRead(SpoolListing.Entry entry) {
        if (!reads.containsKey(entry.key())) {
            long estimate = estimateOf(entry);
            reads.put(entry.key(), new Reading(store.get(entry.key()), estimate));
            budget.add(estimate);
        }
    }

    private SpoolObject await(Reading reading) {
        SpoolObject object = Failures.await(reading.answer);
        if (!reading.isMeasured) {
            long bytes = object.bytes();
            budget.add(bytes - reading.bytes);
            reading.bytes = bytes;
            reading.isMeasured = true;
            budget.measure(bytes);
        }
        return object;
    }

    private void forgetFailed() {
        forgetIf(key -> Objects.requireNonNull(reads.get(key)).answer.isCompletedExceptionally());
    }

    private void forget(SpoolKey key) {
        Reading forgotten = reads.remove(key);
        if (forgotten != null) {
            budget.release(forgotten.bytes);
        }
    }

    /**
     * Waits for objects, up to the first one that is not as it should be, which is dealt with when it is the first one.
     *
     * @return whether all were read
     */
    private boolean read(List<SpoolListing.Entry> some, List<SpoolObject> read) {
        some.forEach(this::beginRead);
        for (SpoolListing.Entry entry : some) {
            SpoolKey key = entry.key();
            Reading reading = reads.get(key);
            if (reading == null) {
                return false;
            }
            try {
                read.add(await(reading));
            } catch (MissingPayloadException e) {
                // It was deleted meanwhile; the next listing shows it.
                forget(key);
                return false;
            } catch (PayloadException e) {
                if (!(e.getCause() instanceof CorruptSpoolException corrupt)) {
                    forget(key);
                    throw e;
                }
                if (read.isEmpty()) {
                    refuse(key, corrupt);
                    // The marker follows, so that a later task does not report this object as missing.
                    position = SpoolPosition.after(key.sequence());
                }
                return false;
            }
        }
        return true;
    }

    private void refuse(SpoolKey key, CorruptSpoolException reason) {
        forget(key);
        if (!skipsCorrupt) {
            throw new ConnectException(
                    reason.getMessage() + ". Its records are not in Kafka, nor are those behind it: put"
                            + " the object right, or set " + SpoolSourceOptions.ON_CORRUPT + "=skip to put it aside",
                    reason);
        }
        LOG.error("An object is put aside, and its records are not in Kafka: {}", reason.getMessage());
        store.refuse(key, String.valueOf(reason.getMessage()));
        metrics.countRefused();
        // The next listing does not have it; what is behind it may follow.
        entries = entries.stream().filter(entry -> !entry.key().equals(key)).toList();
        skipped = Math.max(skipped, key.sequence());
    }

    private boolean isBehindHole(SpoolObject object, SpoolPosition after) {
        return object.previous() > Math.max(after.sequence(), skipped);
    }

    private void refuseHole(SpoolObject object, SpoolPosition after) {
        String hole = "Expected object " + object.previous() + " of " + incarnation + " before " + object.sequence()
                + " in " + store + ", and it is missing; the last one before it is " + after.sequence();
        if (!skipsCorrupt) {
            throw new ConnectException(hole + ". Its records are not in Kafka: bring it back, or set "
                    + SpoolSourceOptions.ON_CORRUPT + "=skip to go on");
        }
        LOG.error("{}. Its records are not in Kafka", hole);
        metrics.countRefused();
        skipped = Math.max(skipped, object.previous());
    }

    /** The records of an object that are not returned yet, without those that are left out by their ids. */
    List<SpooledRecord> remaining(SpoolObject object) {
        List<SpooledRecord> all = object.records();
        List<SpooledRecord> remaining = all.subList(next(object), all.size());
        return skippedIds.isEmpty()
                ? remaining
                : remaining.stream()
                        .filter(record -> !skippedIds.contains(record.eventId()))
                        .toList();
    }

    /** The index of the first record of an object that is not returned yet. */
    private int next(SpoolObject object) {
        int size = object.records().size();
        // A position after all records has the largest index.
        return object.sequence() == position.sequence() ? (int) Math.min(size - 1L, position.index()) + 1 : 0;
    }

    /**
     * Returns the records of objects of {@link #peek}, and moves on. The next objects are read while these are sent.
     *
     * @param written those that are in Kafka already
     */
    List<SourceRecord> take(List<SpoolObject> objects, Set<SpooledRecord> written) {
        List<SourceRecord> taken = new ArrayList<>();
        for (SpoolObject object : objects) {
            List<Integer> sent = findSent(object, written);
            AtomicInteger left = new AtomicInteger(sent.size());
            open.put(object.sequence(), left);
            for (int i = 0; i < sent.size(); i++) {
                // What is left out behind a record needs no second look.
                int covered = (i + 1 < sent.size()
                                ? sent.get(i + 1)
                                : object.records().size())
                        - 1;
                SpooledRecord record = object.records().get(sent.get(i));
                taken.add(records.make(partition, object.sequence(), covered, record, left));
            }
            position = SpoolPosition.after(object.sequence());
            known.add(object.sequence());
            send(object.sequence());
        }
        forgetIf(key -> !isAhead(key.sequence()));
        beginReads(ahead(READ_AHEAD));
        return taken;
    }

    /** The indexes of the records that are sent. The others are counted. */
    private List<Integer> findSent(SpoolObject object, Set<SpooledRecord> written) {
        List<Integer> sent = new ArrayList<>();
        for (int i = next(object); i < object.records().size(); i++) {
            SpooledRecord record = object.records().get(i);
            if (skippedIds.contains(record.eventId())) {
                LOG.error(
                        "{}, record {} is left out because of {}, and is not in Kafka: {}",
                        object,
                        i,
                        SpoolSourceOptions.SKIP_EVENT_IDS,
                        record);
                metrics.countSkipped();
            } else if (written.contains(record)) {
                metrics.countDropped();
            } else {
                sent.add(i);
            }
        }
        return sent;
    }

    /** The batch has the object now. */
    private void send(long sequence) {
        reads.entrySet().removeIf(entry -> {
            boolean isSent = entry.getKey().sequence() == sequence;
            if (isSent) {
                budget.send(entry.getValue().bytes);
            }
            return isSent;
        });
    }

    /** The sequence up to which everything is committed. */
    private long lastComplete() {
        for (Map.Entry<Long, AtomicInteger> object : open.entrySet()) {
            if (object.getValue().get() > 0) {
                return object.getKey() - 1;
            }
        }
        return position.index() == Long.MAX_VALUE ? position.sequence() : position.sequence() - 1;
    }

    /**
     * Writes the marker and deletes the objects that are recovered.
     *
     * @throws PayloadException if the store does not respond; the call is then repeated
     */
    void finish() {
        long complete = lastComplete();
        if (complete > marked) {
            Failures.await(store.putRecovered(incarnation, complete));
            marked = complete;
        }
        List<SpoolKey> done = entries.stream()
                .map(SpoolListing.Entry::key)
                .filter(key -> key.sequence() <= complete)
                .toList();
        store.delete(done);
        List<SpoolKey> others =
                done.stream().filter(key -> !known.contains(key.sequence())).toList();
        if (!others.isEmpty()) {
            LOG.warn(
                    "Objects are deleted that this task has not sent, because the position or the marker is behind them: {}",
                    others);
        }
        known.removeIf(sequence -> sequence <= complete);
        entries = entries.stream()
                .filter(entry -> entry.key().sequence() > complete)
                .toList();
        for (Iterator<Long> sequence = open.keySet().iterator(); sequence.hasNext(); ) {
            if (sequence.next() <= complete) {
                sequence.remove();
            }
        }
    }

    /** Whether nothing is left of it. */
    boolean isEmpty() {
        return entries.isEmpty() && open.isEmpty();
    }
}
