package io.millrace.clients.spooling;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where each record goes: to Kafka, to the spool, or nowhere until the spool's records of its keys are in Kafka. A slot is a set of
 * keys with one hash; it is in one of three states:
 *
 * <pre>
 * DIRECT ── a record has no answer in time ──▶ SPOOLING ── the recovery makes progress ──▶ DRAINING ── it is at the end ──▶ DIRECT
 *                                                  ▲                                          │
 *                                                  └── a record has waited for half its time ─┘
 * </pre>
 *
 * <b>The boundary.</b> When one record fails, others of its keys may be on their way behind it. Therefore all records without an answer
 * go to the spool together, in the order of the calls, and Kafka's producer is closed at once. Because that producer is idempotent, the
 * brokers have taken a beginning of what it sent to a partition, and nothing behind a gap. The recovery leaves out what is there.
 * Nothing is stored before the producer is closed.
 *
 * <p>After a failure Kafka counts as down until it acknowledges a record: meanwhile records of all slots are spooled at once, except for one
 * in a second, which is tried.
 *
 * <p>Safe for use by many threads: one lock, which is held for no call of others.
 */
final class RecordRouter {
    private static final Logger LOG = LoggerFactory.getLogger(RecordRouter.class);
    private static final int SLOTS = 4096;
    private static final long PROBE_MS = 1_000;
    /** Threads that wait for memory are woken when this part of it is free: to wake one for each record takes longer than to send it. */
    private static final int PART_FREE = 64;

    private final RouterSettings settings;
    private final Ticker ticker;

    private final List<Slot> slots = Stream.generate(Slot::new).limit(SLOTS).toList();

    /** Those that are not DIRECT. */
    @GuardedBy("this")
    private final Set<Slot> busy = new LinkedHashSet<>();

    /** The records that Kafka's producer has. */
    @GuardedBy("this")
    private final RecordChain direct = new RecordChain(record -> record.direct);

    /** The records that wait to be stored, in the order of the calls for each slot. */
    @GuardedBy("this")
    private final Deque<PendingRecord> queue = new ArrayDeque<>();

    @GuardedBy("this")
    private long queueBytes;

    /** The producers that have failed and are not closed yet. */
    @GuardedBy("this")
    private final List<Attempt> retired = new ArrayList<>();

    /** Null while none could be made. */
    @GuardedBy("this")
    private @Nullable Attempt current;

    /** The last one that failed; null before the first failure. */
    @GuardedBy("this")
    private @Nullable Attempt former;

    @GuardedBy("this")
    private boolean down;

    @GuardedBy("this")
    private long nextProbeMs;

    @GuardedBy("this")
    private @Nullable Throwable lastFailure;

    /** The sequence of the last object whose records are all in Kafka. */
    @GuardedBy("this")
    private long recovered;

    @GuardedBy("this")
    private long orders;

    @GuardedBy("this")
    private long usedBytes;

    /** The records whose callers have no complete answer: their futures are open, or their callbacks run. */
    @GuardedBy("this")
    private final RecordChain unanswered = new RecordChain(record -> record.unanswered);

    /** The callbacks of this producer that this thread runs, one within the other. */
    private final ThreadLocal<Depth> answering = ThreadLocal.withInitial(Depth::new);

    /** The threads that wait for {@link #release}. */
    @GuardedBy("this")
    private int waiting;

    /** Whether all of them were woken, and none has begun to wait since. */
    @GuardedBy("this")
    private boolean woken;

    @GuardedBy("this")
    private boolean closed;

    @GuardedBy("this")
    private boolean signalled;

    /** A number of calls. */
    private static final class Depth {
        private int calls;
    }

    RecordRouter(RouterSettings settings, Ticker ticker, Attempt first) {
        this.settings = settings;
        this.ticker = ticker;
        this.current = first;
    }

    /** The slot of a record; null if it has no order with others. */
    @Nullable
    Slot slotOf(String topic, byte @Nullable [] key) {
        if (key == null || settings.order() == SpoolOrder.NONE) {
            return null;
        }
        int hash = 31 * topic.hashCode() + Arrays.hashCode(key);
        // The lower bits of a short key's hash are much alike.
        return slots.get((hash * 0x9E3779B9) >>> 20);
    }

    /**
     * Takes a record. Blocks while there is no memory, except in a callback of this producer.
     *
     * @return the producer that the caller has to send it with; null if the record is on its way to the spool
     * @throws BufferExhaustedException if no memory became free
     * @throws IllegalStateException if this is closed
     */
    synchronized @Nullable Attempt accept(PendingRecord record) {
        requireOpen();
        reserve(record.bytes);
        record.order = ++orders;
        unanswered.add(record);
        Slot slot = record.slot;
        if (slot != null && slot.state == Slot.State.DRAINING) {
            record.place = PendingRecord.Place.HELD;
            slot.held.add(record);
            return null;
        }
        Attempt attempt = current;
        boolean isDirect =
                attempt != null && (slot == null || slot.state == Slot.State.DIRECT) && mayTry(slot, ticker.nowMs());
        if (attempt == null || !isDirect) {
            enqueue(record);
            return null;
        }
        beginDirect(record, attempt);
        return attempt;
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("Cannot perform operation after producer has been closed");
        }
    }

    @GuardedBy("this")
    private void reserve(int bytes) {
        long deadline = ticker.nowMs() + settings.maxBlockMs();
        // A single record larger than the memory waits alone. In a callback, the thread may be the one that frees
        // memory.
        while (usedBytes > 0 && usedBytes + bytes > settings.memoryBytes() && !isAnswering()) {
            // What is held can be stored.
            enqueueAllHeld();
            long left = deadline - ticker.nowMs();
            if (left <= 0) {
                Throwable failure = lastFailure;
                throw new BufferExhaustedException("Records of " + usedBytes + " bytes wait for Kafka or for the spool,"
                        + " and " + SpoolingOptions.MEMORY_BYTES + " is " + settings.memoryBytes()
                        + (failure == null ? "" : ". Kafka: " + failure.getMessage()));
            }
            try {
                awaitRelease(left);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
            requireOpen();
        }
        usedBytes += bytes;
    }

    @GuardedBy("this")
    @SuppressWarnings("WaitNotInLoop") // The callers have loops.
    private void awaitRelease(long longestMs) throws InterruptedException {
        waiting++;
        woken = false;
        try {
            wait(longestMs);
        } finally {
            waiting--;
        }
    }

    @GuardedBy("this")
    private void wake() {
        if (waiting > 0 && !woken) {
            woken = true;
            notifyAll();
        }
    }

    /** Whether a record of a slot without records in the spool is sent to Kafka now. */
    @GuardedBy("this")
    private boolean mayTry(@Nullable Slot slot, long nowMs) {
        // Behind a record that is being tried, another one would be overtaken by it in the spool.
        if (!down || (slot != null && slot.direct > 0)) {
            return true;
        }
        if (nowMs < nextProbeMs) {
            return false;
        }
        nextProbeMs = nowMs + PROBE_MS;
        return true;
    }

    @GuardedBy("this")
    private void beginDirect(PendingRecord record, Attempt attempt) {
        record.place = PendingRecord.Place.DIRECT;
        record.attempt = attempt;
        if (record.slot != null) {
            record.slot.direct++;
        }
        direct.add(record);
    }

    @GuardedBy("this")
    private void enqueue(PendingRecord record) {
        record.place = PendingRecord.Place.SPOOL;
        Slot slot = record.slot;
        if (slot != null) {
            slot.queued++;
            slot.state = Slot.State.SPOOLING;
            busy.add(slot);
        }
        queue.add(record);
        queueBytes += record.bytes;
        if (queue.size() == 1 || queueBytes >= settings.batchBytes()) {
            signal();
        }
    }

    /** Sends a record with the producer that {@link #accept} named. The answer completes it, on whatever thread. */
    void send(PendingRecord record, Attempt attempt) {
        Thread caller = Thread.currentThread();
        try {
            var unused = attempt.producer.send(record.record, (metadata, failure) -> {
                boolean isBeforeSending = Thread.currentThread().equals(caller);
                complete(record, attempt, metadata, isBeforeSending ? explain(record, attempt, failure) : failure);
            });
        } catch (RuntimeException e) {
            // Also after the producer was closed, when the record is on its way to the spool.
            complete(record, attempt, null, e);
        }
    }

    /** Kafka's producer reports a partition that the topic does not have as a timeout, after it has waited for the partition. */
    private static @Nullable Exception explain(PendingRecord record, Attempt attempt, @Nullable Exception failure) {
        Integer partition = record.record.partition();
        if (partition == null || !(failure instanceof TimeoutException)) {
            return failure;
        }
        String topic = record.record.topic();
        try {
            int count = attempt.producer.partitionsFor(topic).size();
            return partition < count
                    ? failure
                    : new UnknownTopicOrPartitionException(
                            "Expected a partition below " + count + " of the topic " + topic + ", found " + partition);
        } catch (RuntimeException e) {
            return failure;
        }
    }

    private void complete(
            PendingRecord record, Attempt attempt, @Nullable RecordMetadata metadata, @Nullable Exception failure) {
        synchronized (this) {
            if (metadata != null
                    && metadata.partition() >= 0
                    && (failure != null || record.place != PendingRecord.Place.DIRECT)) {
                record.attempted = metadata.partition();
            }
            if (record.place != PendingRecord.Place.DIRECT) {
                return;
            }
            if (failure != null && isUnavailability(failure)) {
                failOver(attempt, failure);
                return;
            }
            if (failure == null && metadata != null) {
                attempt.acknowledge(metadata);
                setUp(attempt);
            }
            endDirect(record);
            var unused = release(record);
        }
        if (failure != null) {
            fail(record, failure);
        } else {
            succeed(record, metadata == null ? record.metadata() : metadata);
        }
    }

    private void succeed(PendingRecord record, RecordMetadata metadata) {
        answer(record, () -> record.succeed(metadata));
    }

    /** Reports the failure of a record to its caller. */
    void fail(PendingRecord record, Exception failure) {
        answer(record, () -> record.fail(failure));
    }

    private void answer(PendingRecord record, Runnable call) {
        Depth depth = answering.get();
        depth.calls++;
        try {
            call.run();
        } finally {
            depth.calls--;
            synchronized (this) {
                // One that was refused is not there.
                if (record.order > 0) {
                    unanswered.remove(record);
                }
                if (unanswered.isEmpty()) {
                    wake();
                }
            }
        }
    }

    /** Whether this thread runs a callback of this producer. A callback must not wait for other records. */
    boolean isAnswering() {
        return answering.get().calls > 0;
    }

    /** Whether Kafka did not take a record because it was away, and not because of the record. */
    static boolean isUnavailability(Exception failure) {
        return (failure instanceof RetriableException || failure instanceof OutOfOrderSequenceException)
                // An answer of Kafka's, to which a producer waits whether the topic appears.
                && !(failure instanceof UnknownTopicOrPartitionException)
                && !(failure.getCause() instanceof UnknownTopicOrPartitionException);
    }

    @GuardedBy("this")
    private void setUp(Attempt attempt) {
        if (down && attempt.equals(current)) {
            down = false;
            LOG.info("Kafka takes records again");
            signal();
        }
    }

    @GuardedBy("this")
    private void endDirect(PendingRecord record) {
        direct.remove(record);
        if (record.slot != null) {
            record.slot.direct--;
        }
    }

    /**
     * Frees the memory of a record that gets its answer.
     *
     * @return whether the caller has to answer it; false if another thread does
     */
    @GuardedBy("this")
    private boolean release(PendingRecord record) {
        if (record.place == PendingRecord.Place.DONE) {
            return false;
        }
        record.place = PendingRecord.Place.DONE;
        usedBytes -= record.bytes;
        if (usedBytes <= settings.memoryBytes() - settings.memoryBytes() / PART_FREE) {
            wake();
        }
        return true;
    }

    /** Sends everything that has no answer to the spool, unless that was done for this producer already. */
    @GuardedBy("this")
    private void failOver(Attempt attempt, Throwable cause) {
        if (!attempt.equals(current)) {
            return;
        }
        LOG.warn("Kafka does not take records, which go to the spool: {}", cause.toString());
        current = null;
        former = attempt;
        retired.add(attempt);
        down = true;
        lastFailure = cause;
        nextProbeMs = ticker.nowMs() + PROBE_MS;
        for (PendingRecord record = direct.first(); record != null; record = direct.first()) {
            endDirect(record);
            record.kafkaFailure = cause;
            enqueue(record);
        }
        // They were called after those.
        for (Slot slot : busy) {
            if (slot.state == Slot.State.SPOOLING) {
                enqueueHeld(slot);
            }
        }
        signal();
    }

    /** Stores what is held of a slot, unless earlier records of it are on their way: those may follow into the spool, before it. */
    @GuardedBy("this")
    private void enqueueHeld(Slot slot) {
        if (slot.direct > 0) {
            return;
        }
        for (PendingRecord record = slot.held.poll(); record != null; record = slot.held.poll()) {
            enqueue(record);
        }
    }

    @GuardedBy("this")
    private void enqueueAllHeld() {
        for (Slot slot : busy) {
            enqueueHeld(slot);
        }
    }

    /** Gives Kafka up if a record has waited too long, and the recovery of a slot if a held record has waited for half of that time. */
    synchronized void checkDeadlines(long nowMs) {
        PendingRecord oldest = direct.first();
        Attempt attempt = current;
        if (oldest != null && attempt != null && nowMs - oldest.acceptedMs >= settings.afterMs()) {
            failOver(
                    attempt,
                    new TimeoutException("No answer for a record of the topic " + oldest.record.topic() + " within "
                            + settings.afterMs() + " ms"));
        }
        for (Slot slot : busy) {
            PendingRecord held = slot.held.peek();
            if (held != null && nowMs - held.acceptedMs >= settings.afterMs() / 2) {
                enqueueHeld(slot);
            }
        }
    }

    /** Sends everything that has no answer to the spool: the producer is being closed. */
    synchronized void giveUp(String reason) {
        if (current != null && direct.first() != null) {
            failOver(current, new TimeoutException(reason));
        }
        enqueueAllHeld();
        signal();
    }

    /** The producers that have failed; the caller closes them, and then calls {@link #markClosed}. */
    synchronized List<Attempt> retired() {
        return List.copyOf(retired);
    }

    synchronized void markClosed(Collection<Attempt> attempts) {
        retired.removeAll(attempts);
        notifyAll();
    }

    synchronized boolean needsProducer() {
        return current == null && !closed;
    }

    /** Sets the next producer. */
    synchronized void begin(Attempt attempt) {
        if (former != null) {
            attempt.follow(former);
        }
        current = attempt;
    }

    synchronized @Nullable Attempt current() {
        return current;
    }

    /** Takes the news of the recovery. */
    synchronized void advance(long sequence) {
        if (sequence <= recovered) {
            return;
        }
        recovered = sequence;
        for (Slot slot : busy) {
            if (slot.state == Slot.State.SPOOLING) {
                slot.state = Slot.State.DRAINING;
            }
        }
        signal();
    }

    /** Sends the held records of recovered slots to Kafka, in their order. Blocks as long as Kafka's producer does. */
    void releaseHeld() {
        for (Slot slot : recoveredSlots()) {
            Attempt[] attempt = new Attempt[1];
            PendingRecord record = nextHeld(slot, attempt);
            while (record != null) {
                send(record, attempt[0]);
                record = nextHeld(slot, attempt);
            }
        }
    }

    private synchronized List<Slot> recoveredSlots() {
        List<Slot> found = new ArrayList<>();
        for (Iterator<Slot> each = busy.iterator(); each.hasNext(); ) {
            Slot slot = each.next();
            if (!slot.isRecovered(recovered)) {
                continue;
            }
            if (slot.held.isEmpty()) {
                slot.state = Slot.State.DIRECT;
                each.remove();
            } else {
                found.add(slot);
            }
        }
        return found;
    }

    private synchronized @Nullable PendingRecord nextHeld(Slot slot, Attempt[] attempt) {
        if (slot.state != Slot.State.DRAINING) {
            return null;
        }
        if (slot.held.isEmpty()) {
            slot.state = Slot.State.DIRECT;
            busy.remove(slot);
            return null;
        }
        if (current == null || !mayTry(slot, ticker.nowMs())) {
            return null;
        }
        PendingRecord record = slot.held.remove();
        beginDirect(record, current);
        attempt[0] = current;
        return record;
    }

    /** Whether records can be stored: there are some, their producer is closed, and they have waited or are many. */
    @GuardedBy("this")
    private boolean hasBatch(long nowMs, boolean atOnce) {
        PendingRecord oldest = queue.peek();
        return oldest != null
                && retired.isEmpty()
                && (atOnce
                        || closed
                        || queueBytes >= settings.batchBytes()
                        || nowMs - oldest.acceptedMs >= settings.lingerMs());
    }

    /**
     * Takes the records of the next object out of the queue. Each is answered by {@link #stored} or {@link #lost}.
     *
     * @param atOnce without waiting for others
     * @return is empty if none can be stored now
     */
    synchronized List<PendingRecord> takeBatch(long nowMs, boolean atOnce) {
        List<PendingRecord> batch = new ArrayList<>();
        if (!hasBatch(nowMs, atOnce)) {
            return batch;
        }
        long bytes = 0;
        for (PendingRecord next = queue.peek(); next != null; next = queue.peek()) {
            if (!batch.isEmpty() && bytes + next.bytes > settings.batchBytes()) {
                break;
            }
            queue.remove();
            bytes += next.bytes;
            batch.add(next);
        }
        queueBytes -= bytes;
        return batch;
    }

    /**
     * Takes the records out of the queue that are as old, as far as their producer is closed. Each is answered by {@link #lost}.
     *
     * @param acceptedMs when the youngest one was accepted
     */
    synchronized List<PendingRecord> takeExpired(long acceptedMs) {
        List<PendingRecord> expired = new ArrayList<>();
        if (!retired.isEmpty()) {
            return expired;
        }
        for (Iterator<PendingRecord> each = queue.iterator(); each.hasNext(); ) {
            PendingRecord record = each.next();
            if (record.acceptedMs <= acceptedMs) {
                each.remove();
                queueBytes -= record.bytes;
                expired.add(record);
            }
        }
        return expired;
    }

    /** Answers records whose object is stored. */
    void stored(List<PendingRecord> batch, long sequence) {
        releaseAll(batch, sequence).forEach(record -> succeed(record, record.metadata()));
    }

    /** Returns those that the caller has to answer. */
    private synchronized List<PendingRecord> releaseAll(List<PendingRecord> batch, long sequence) {
        List<PendingRecord> released = new ArrayList<>();
        for (PendingRecord record : batch) {
            Slot slot = record.slot;
            if (slot != null) {
                slot.queued--;
                slot.lastObject = Math.max(slot.lastObject, sequence);
            }
            if (release(record)) {
                released.add(record);
            }
        }
        wake();
        return released;
    }

    /**
     * Answers records whose object was given up.
     *
     * @param sequence of the object, if it may be in the store: its slots keep out of Kafka until the recovery has found that it does not
     *     count. 0 if it cannot be there
     */
    void lost(List<PendingRecord> batch, long sequence, String location, Throwable failure) {
        Throwable recent = lastFailure();
        for (PendingRecord record : releaseAll(batch, sequence)) {
            fail(
                    record,
                    new SpoolFailedException(
                            record.kafkaFailure == null ? recent : record.kafkaFailure, location, failure));
        }
    }

    private synchronized @Nullable Throwable lastFailure() {
        return lastFailure;
    }

    /** The futures of all records without an answer. A future completes after the record's callback. */
    synchronized CompletableFuture<?>[] unanswered() {
        List<CompletableFuture<?>> futures = new ArrayList<>();
        for (PendingRecord record = unanswered.first(); record != null; record = unanswered.after(record)) {
            futures.add(record.answer());
        }
        return futures.toArray(CompletableFuture<?>[]::new);
    }

    /** No record is taken any more, and none is held. */
    synchronized void close() {
        closed = true;
        enqueueAllHeld();
        signal();
    }

    /** Waits until all records have their answers, or for a time. */
    synchronized boolean awaitEmpty(long timeoutMs) throws InterruptedException {
        long deadline = ticker.nowMs() + timeoutMs;
        for (long left = timeoutMs; !unanswered.isEmpty() && left > 0; left = deadline - ticker.nowMs()) {
            awaitRelease(left);
        }
        return unanswered.isEmpty();
    }

    /** Fails all records without an answer. */
    void failAll(RuntimeException failure) {
        List<PendingRecord> records = new ArrayList<>();
        synchronized (this) {
            giveUp("The producer was closed");
            queue.clear();
            queueBytes = 0;
            for (PendingRecord record = unanswered.first(); record != null; record = unanswered.after(record)) {
                if (release(record)) {
                    records.add(record);
                }
            }
        }
        records.forEach(record -> fail(record, failure));
    }

    synchronized boolean isEmpty() {
        return unanswered.isEmpty();
    }

    /** DIRECT if every record goes to Kafka, DRAINING if some wait and none is spooled. */
    synchronized Slot.State state() {
        if (down || !queue.isEmpty() || busy.stream().anyMatch(slot -> slot.state == Slot.State.SPOOLING)) {
            return Slot.State.SPOOLING;
        }
        return busy.isEmpty() ? Slot.State.DIRECT : Slot.State.DRAINING;
    }

    synchronized int busySlots() {
        return busy.size();
    }

    synchronized long usedBytes() {
        return usedBytes;
    }

    /** Wakes {@link #await}. */
    synchronized void signal() {
        signalled = true;
        notifyAll();
    }

    /** Waits until something happens that needs another step, or until the next deadline. */
    @SuppressWarnings("WaitNotInLoop") // A step without a reason does no harm.
    synchronized void await(long longestMs) throws InterruptedException {
        long wait = longestMs;
        long nowMs = ticker.nowMs();
        PendingRecord oldest = direct.first();
        if (oldest != null) {
            wait = Math.min(wait, oldest.acceptedMs + settings.afterMs() - nowMs);
        }
        PendingRecord queued = queue.peek();
        if (queued != null) {
            wait = Math.min(wait, queued.acceptedMs + settings.lingerMs() - nowMs);
        }
        if (!signalled && wait > 0) {
            wait(wait);
        }
        signalled = false;
    }
}
