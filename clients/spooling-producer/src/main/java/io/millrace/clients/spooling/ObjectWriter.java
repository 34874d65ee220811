package io.millrace.clients.spooling;

import io.millrace.payloads.Failures;
import io.millrace.payloads.PayloadException;
import io.millrace.retry.Backoff;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolFormat;
import io.millrace.spool.SpoolKey;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores records in objects, one after the other: the next object begins when the one before is stored or given up, so that the sequence
 * has no holes. An object that fails is stored again under its name, with the same bytes. For one thread, except for what is counted.
 */
final class ObjectWriter {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectWriter.class);
    private static final long ANNOUNCE_MS = 1_000;
    private static final long SECOND_MS = 1_000;

    private final RecordRouter router;
    private final RouterSettings settings;
    private final SpoolStore store;
    private final Incarnation incarnation;
    private final String idHeader;
    private final Ticker ticker;
    private final AtomicLong spooled = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final ConcurrentLinkedDeque<StoredSequence> unrecovered = new ConcurrentLinkedDeque<>();

    private long nextSequence = 1;
    private volatile long lastStored;
    private volatile @Nullable Writing writing;
    /** When the next object is written, even if it has no records, because others were given up since the last one; -1 if none was. */
    private long announceMs = -1;

    private volatile boolean urgent;

    /** The records of an object that could not be made, which are tried alone. */
    private final Deque<PendingRecord> alone = new ArrayDeque<>();

    ObjectWriter(
            RecordRouter router,
            RouterSettings settings,
            SpoolStore store,
            Incarnation incarnation,
            String idHeader,
            Ticker ticker) {
        this.router = router;
        this.settings = settings;
        this.store = store;
        this.incarnation = incarnation;
        this.idHeader = idHeader;
        this.ticker = ticker;
    }

    /** An object that is being stored. */
    private static final class Writing {
        private final SpoolKey key;
        private final byte[] bytes;
        private final List<PendingRecord> records;
        private final long giveUpMs;
        private int attempts;
        private long nextAttemptMs;
        /** Of the last attempt. */
        private long timeoutMs;

        private @Nullable CompletableFuture<Void> attempt;

        Writing(SpoolKey key, byte[] bytes, List<PendingRecord> records, long nowMs, long giveUpMs) {
            this.key = key;
            this.bytes = bytes;
            this.records = records;
            this.nextAttemptMs = nowMs;
            this.giveUpMs = giveUpMs;
        }
    }

    /** Records are stored without waiting for others. */
    void setUrgent(boolean urgent) {
        this.urgent = urgent;
        router.signal();
    }

    /** Does what can be done now. */
    void step() {
        while (beginNext() && advance()) {
            // An object is finished; perhaps there is another one.
        }
    }

    /** Whether there is an object to store. */
    private boolean beginNext() {
        if (writing != null) {
            return true;
        }
        while (true) {
            long nowMs = ticker.nowMs();
            List<PendingRecord> records = takeNext(nowMs);
            if (records.isEmpty() && (announceMs < 0 || nowMs < announceMs)) {
                return false;
            }
            try {
                begin(records, nowMs);
                return true;
            } catch (Throwable e) {
                // Nothing of it was stored. Also an error must not leave records without an answer.
                refuse(records, nowMs, e);
            }
        }
    }

    private List<PendingRecord> takeNext(long nowMs) {
        PendingRecord single = alone.poll();
        return single == null ? router.takeBatch(nowMs, urgent) : List.of(single);
    }

    private void begin(List<PendingRecord> records, long nowMs) {
        long sequence = nextSequence;
        byte[] bytes = SpoolFormat.write(new SpoolObject(
                incarnation,
                sequence,
                lastStored,
                ticker.wallMs(),
                idHeader,
                records.stream().map(PendingRecord::spooled).toList()));
        long oldestMs = records.isEmpty() ? nowMs : records.get(0).acceptedMs;
        writing = new Writing(
                SpoolKey.of(incarnation, sequence, bytes),
                bytes,
                records,
                nowMs,
                oldestMs + settings.afterMs() + settings.storeTimeoutMs());
        nextSequence = sequence + 1;
    }

    /** Fails a record of which no object can be made; several are tried one by one, in their order. */
    private void refuse(List<PendingRecord> records, long nowMs, Throwable failure) {
        if (records.isEmpty()) {
            LOG.error("An object without records could not be made, which is repeated", failure);
            announceMs = nowMs + ANNOUNCE_MS;
        } else if (records.size() > 1) {
            alone.addAll(records);
        } else {
            failures.incrementAndGet();
            router.lost(records, 0, store.toString(), failure);
        }
    }

    /** Continues with the object; returns whether it is finished. */
    private boolean advance() {
        Writing object = writing;
        if (object == null) {
            return true;
        }
        CompletableFuture<Void> attempt = object.attempt;
        if (attempt == null) {
            if (ticker.nowMs() < object.nextAttemptMs) {
                return false;
            }
            attempt = put(object);
            object.attempt = attempt;
        }
        if (!attempt.isDone()) {
            return false;
        }
        Throwable failure = failureOf(object, attempt);
        object.attempt = null;
        if (failure == null) {
            finish(object);
            return true;
        }
        return retryOrGiveUp(object, failure);
    }

    private CompletableFuture<Void> put(Writing object) {
        object.attempts++;
        object.timeoutMs = timeoutMs(object);
        CompletableFuture<Void> attempt;
        try {
            attempt = store.put(object.key, object.bytes).copy().orTimeout(object.timeoutMs, TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            attempt = CompletableFuture.failedFuture(e);
        }
        var unused = attempt.whenComplete((done, failure) -> router.signal());
        return attempt;
    }

    /** An object that has waited for others has less time, and a second at least. */
    private long timeoutMs(Writing object) {
        return Math.min(settings.storeTimeoutMs(), Math.max(SECOND_MS, object.giveUpMs - ticker.nowMs()));
    }

    private static @Nullable Throwable failureOf(Writing object, CompletableFuture<Void> attempt) {
        try {
            attempt.join();
            return null;
        } catch (CompletionException e) {
            Throwable failure = Failures.unwrap(e);
            // The timeout of a future has no message.
            return failure instanceof TimeoutException
                    ? new TimeoutException("The store did not confirm " + SpoolStore.nameOf(object.key) + " within "
                            + object.timeoutMs + " ms")
                    : failure;
        }
    }

    private void finish(Writing object) {
        lastStored = object.key.sequence();
        announceMs = -1;
        writing = null;
        spooled.addAndGet(object.records.size());
        remember(object.key.sequence(), ticker.wallMs());
        router.stored(object.records, lastStored);
    }

    /** Objects of one second are one entry, which is recovered with the last of them. */
    private void remember(long sequence, long wallMs) {
        StoredSequence last = unrecovered.peekLast();
        if (last == null || last.wallMs() / SECOND_MS != wallMs / SECOND_MS) {
            unrecovered.add(new StoredSequence(sequence, wallMs));
            return;
        }
        // Added first: there is an oldest one at any time.
        unrecovered.add(new StoredSequence(sequence, last.wallMs()));
        unrecovered.removeLastOccurrence(last);
    }

    private boolean retryOrGiveUp(Writing object, Throwable failure) {
        long nowMs = ticker.nowMs();
        long wait = Backoff.OF_SERVERS.waitMs(object.attempts);
        boolean isTransient = failure instanceof TimeoutException
                || (failure instanceof PayloadException known && known.isTransient());
        if (isTransient && nowMs + wait < object.giveUpMs) {
            LOG.warn("An object could not be stored, which is repeated: {}", failure.toString());
            object.nextAttemptMs = nowMs + wait;
            return false;
        }
        LOG.error(
                "{} records are lost, unless their callers send them again: Kafka does not take them, and {} does not"
                        + " either: {}",
                object.records.size(),
                store,
                failure.toString());
        giveUp(object, failure);
        if (isTransient) {
            giveUpExpired(nowMs, failure);
        }
        return true;
    }

    /** Gives up what has waited for the object, and as long: each would wait for the store once more. */
    private void giveUpExpired(long nowMs, Throwable failure) {
        List<PendingRecord> expired = router.takeExpired(nowMs - settings.afterMs() - settings.storeTimeoutMs());
        if (!expired.isEmpty()) {
            LOG.error("{} records that waited for the store are lost with them", expired.size());
            failures.addAndGet(expired.size());
            router.lost(expired, 0, store.toString(), failure);
        }
    }

    private void giveUp(Writing object, Throwable failure) {
        // For all that is known here, it may be stored after all: the next object says that it does not count.
        writing = null;
        announceMs = ticker.nowMs() + ANNOUNCE_MS;
        failures.addAndGet(object.records.size());
        router.lost(object.records, object.key.sequence(), store.toString(), failure);
    }

    /** Gives up what is being stored, because the producer is closed. */
    void giveUp(RuntimeException reason) {
        Writing object = writing;
        if (object != null) {
            giveUp(object, reason);
        }
    }

    /** Takes the news of the recovery. */
    void advance(long recovered) {
        unrecovered.removeIf(object -> object.sequence() <= recovered);
    }

    /** Whether an object was stored since the start. */
    boolean hasStored() {
        return lastStored > 0;
    }

    /** The oldest object without a marker of the recovery; null if there is none. */
    @Nullable
    StoredSequence oldestUnrecovered() {
        return unrecovered.peek();
    }

    /** When the next step is due, as far as it is due without a signal. */
    long waitMs(long longestMs) {
        Writing object = writing;
        if (object != null) {
            return object.attempt == null ? Math.max(1, object.nextAttemptMs - ticker.nowMs()) : longestMs;
        }
        return announceMs < 0 ? longestMs : Math.max(1, Math.min(longestMs, announceMs - ticker.nowMs()));
    }

    long spooled() {
        return spooled.get();
    }

    long failures() {
        return failures.get();
    }
}
