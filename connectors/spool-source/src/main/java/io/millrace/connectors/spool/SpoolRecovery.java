package io.millrace.connectors.spool;

import io.millrace.payloads.PayloadException;
import io.millrace.spool.Incarnation;
import io.millrace.spool.SpoolListing;
import io.millrace.spool.SpoolObject;
import io.millrace.spool.SpoolStore;
import io.millrace.spool.SpooledRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovers the incarnations of a task's share: lists the spool, reads objects in their order, looks up what is ambiguous, and finishes what
 * is committed. An outage of the store or of the brokers is waited for, however long it takes. For one thread, except for {@link #confirm}
 * and {@link #stop}.
 */
final class SpoolRecovery implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolRecovery.class);
    private static final Duration BUSY_PAUSE = Duration.ofMillis(200);
    private static final Duration IDLE_PAUSE = Duration.ofSeconds(10);
    private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);
    /** How long a task that ends waits for the store. */
    private static final long LONGEST_FINISH_MS = 2_000;

    /** The bytes of objects, decompressed, that a task reads ahead and sends at once. */
    private static final long READ_BYTES = 64 << 20;

    /** A call returns after this time, because Connect stops a task on the thread of the call. */
    private static final long LONGEST_WAIT_MS = 500;
    /** Runs of producers that cannot be recovered now are tried for so long in one call. */
    private static final Duration LONGEST_TURN = Duration.ofSeconds(10);

    /**
     * What is recovered, and how.
     *
     * @param number of the task
     * @param count of the tasks
     * @param maxRecords in one transaction
     * @param skippedIds of events that are left out
     */
    record Settings(
            int number,
            int count,
            int maxRecords,
            LogVerification verify,
            Duration delay,
            boolean skipsCorrupt,
            Set<String> skippedIds) {}

    private final Settings settings;
    private final SpoolStore store;
    private final SpoolRecords records;
    private final ReadBudget budget = new ReadBudget(READ_BYTES);
    private final BrokerQueries brokers;
    private final SpoolSourceMetrics metrics;
    private final Function<Map<String, String>, SpoolPosition> committed;
    private final LongSupplier nanos;
    private final Map<Incarnation, WriterDrain> drains = new ConcurrentHashMap<>();
    private final Set<String> reported = new HashSet<>();
    private long nextNanos;
    /** The run whose objects were taken last; null before the first one. */
    private @Nullable Incarnation lastTaken;

    private volatile boolean stopped;

    SpoolRecovery(
            Settings settings,
            SpoolStore store,
            SpoolRecords records,
            BrokerQueries brokers,
            SpoolSourceMetrics metrics,
            Function<Map<String, String>, SpoolPosition> committed,
            LongSupplier nanos) {
        this.settings = settings;
        this.store = store;
        this.records = records;
        this.brokers = brokers;
        this.metrics = metrics;
        this.committed = committed;
        this.nanos = nanos;
        this.nextNanos = nanos.getAsLong();
    }

    /**
     * Returns the next records; none if nothing is there now. Waits for half a second at most, besides for the store and the brokers.
     *
     * @throws ConnectException if an object cannot be recovered, with its name and the reason
     */
    List<SourceRecord> next() throws InterruptedException {
        try {
            for (WriterDrain drain : drains.values()) {
                drain.finish();
            }
            budget.beginBatch();
            if (!awaitNext()) {
                return List.of();
            }
            SpoolListing listing = store.list();
            report(listing);
            if (isIdle(listing)) {
                brokers.pause();
                pause(IDLE_PAUSE);
                return List.of();
            }
            brokers.requireAnswer();
            List<SourceRecord> batch = takeBatch(listing);
            // The next listing follows when these are committed.
            pause(batch.isEmpty() ? BUSY_PAUSE : Duration.ZERO);
            return batch;
        } catch (ConnectException | ConfigException e) {
            throw e;
        } catch (InterruptException e) {
            throw new InterruptedException(e.getMessage());
        } catch (PayloadException e) {
            if (!e.isTransient()) {
                throw new ConnectException("The spool cannot be used: " + e.getMessage(), e);
            }
            LOG.warn("The spool does not respond, which is waited for: {}", e.getMessage());
        } catch (ApiException e) {
            if (!(e instanceof RetriableException)) {
                throw new ConnectException("The brokers refuse a query: " + e.getMessage(), e);
            }
            LOG.warn("The brokers do not answer, which is waited for: {}", e.getMessage());
        } catch (KafkaException e) {
            LOG.warn("The brokers do not answer, which is waited for: {}", e.getMessage());
        }
        pause(FAILURE_PAUSE);
        return List.of();
    }

    private void pause(Duration pause) {
        nextNanos = nanos.getAsLong() + pause.toNanos();
    }

    /** Waits until it is time to list the spool, but not long. */
    private boolean awaitNext() throws InterruptedException {
        long waitMs = Duration.ofNanos(nextNanos - nanos.getAsLong()).toMillis();
        if (waitMs > 0) {
            Thread.sleep(Math.min(waitMs, LONGEST_WAIT_MS));
        }
        return !stopped && nextNanos - nanos.getAsLong() <= 0;
    }

    private void report(SpoolListing listing) {
        metrics.setForeign(listing.foreign().size());
        for (String name : listing.foreign()) {
            if (reported.add(name)) {
                LOG.warn("{}/{} is no object of a spool, and is left alone", store, name);
            }
        }
        reported.retainAll(listing.foreign());
    }

    private boolean isOwn(Incarnation incarnation) {
        return Math.floorMod(incarnation.hashCode(), settings.count()) == settings.number();
    }

    /** Takes the listing, cleans up what is recovered, and returns whether nothing is left. */
    private boolean isIdle(SpoolListing listing) {
        drains.values().removeIf(drain -> {
            SpoolListing.Waiting waiting = listing.incarnations().get(drain.incarnation());
            drain.update(
                    waiting == null ? new SpoolListing.Waiting(List.of(), null, false) : waiting, nanos.getAsLong());
            return drain.isEmpty();
        });
        long objects = 0;
        long oldestMs = Long.MAX_VALUE;
        for (Map.Entry<Incarnation, SpoolListing.Waiting> entry :
                listing.incarnations().entrySet()) {
            SpoolListing.Waiting waiting = entry.getValue();
            if (!isOwn(entry.getKey())) {
                continue;
            }
            objects += waiting.objects().size();
            for (SpoolListing.Entry object : waiting.objects()) {
                oldestMs = Math.min(oldestMs, object.modified().toEpochMilli());
            }
            if (waiting.objects().isEmpty() && !drains.containsKey(entry.getKey()) && waiting.closed()) {
                // Only then: a producer that lives reads its marker, and its next object counts from there.
                store.deleteMarkers(entry.getKey());
            }
        }
        metrics.setWaiting(objects, oldestMs);
        return objects == 0 && drains.isEmpty();
    }

    /**
     * Takes records of one run after the other, in turn. A run that cannot be recovered now does not stop the others.
     *
     * @throws PayloadException if the store does not respond, and there are no records
     * @throws KafkaException if the brokers do not answer, and there are no records
     * @throws ConnectException if an object cannot be recovered, and there are no records of other runs
     */
    private List<SourceRecord> takeBatch(SpoolListing listing) {
        List<SourceRecord> batch = new ArrayList<>();
        RuntimeException failure = null;
        long deadline = nanos.getAsLong() + LONGEST_TURN.toNanos();
        for (Incarnation incarnation : inTurn(listing)) {
            boolean isFull = batch.size() >= settings.maxRecords() || (!batch.isEmpty() && budget.left() == 0);
            if (isFull || (failure != null && nanos.getAsLong() > deadline)) {
                break;
            }
            try {
                SpoolListing.Waiting waiting =
                        Objects.requireNonNull(listing.incarnations().get(incarnation));
                batch.addAll(take(drainOf(incarnation, waiting), settings.maxRecords() - batch.size()));
            } catch (PayloadException | KafkaException e) {
                failure = e;
                if (!isWaitedFor(e)) {
                    // The next call begins with this run.
                    break;
                }
            }
            lastTaken = incarnation;
        }
        if (failure == null) {
            return batch;
        }
        if (batch.isEmpty()) {
            throw failure;
        }
        // The drains of the batch have moved on, so it must be sent; the failure comes again in a later call.
        LOG.warn("{} records are sent first: others cannot be recovered now: {}", batch.size(), failure.getMessage());
        return batch;
    }

    private static boolean isWaitedFor(RuntimeException failure) {
        if (failure instanceof PayloadException known) {
            return known.isTransient();
        }
        return !(failure instanceof ConnectException)
                && !(failure instanceof InterruptException)
                && (!(failure instanceof ApiException) || failure instanceof RetriableException);
    }

    /** The runs of this task that have objects, from the one after the last on, so that each has its turn. */
    private List<Incarnation> inTurn(SpoolListing listing) {
        List<Incarnation> own = new ArrayList<>();
        listing.incarnations().forEach((incarnation, waiting) -> {
            if (isOwn(incarnation) && !waiting.objects().isEmpty()) {
                own.add(incarnation);
            }
        });
        Incarnation last = lastTaken;
        int first = 0;
        while (last != null && first < own.size() && own.get(first).compareTo(last) <= 0) {
            first++;
        }
        Collections.rotate(own, -first);
        return own;
    }

    private WriterDrain drainOf(Incarnation incarnation, SpoolListing.Waiting waiting) {
        WriterDrain drain = drains.get(incarnation);
        if (drain == null) {
            drain = open(incarnation);
            drain.update(waiting, nanos.getAsLong());
            drains.put(incarnation, drain);
        }
        return drain;
    }

    private WriterDrain open(Incarnation incarnation) {
        SpoolPosition position = committed.apply(records.partition(incarnation));
        WriterDrain drain = new WriterDrain(
                incarnation,
                new WriterDrain.Shared(store, records, metrics, budget, settings.skipsCorrupt(), settings.skippedIds()),
                position);
        LOG.info("The records of {} in {} are recovered", incarnation, store);
        return drain;
    }

    private List<SourceRecord> take(WriterDrain drain, int maxRecords) {
        OptionalLong since = drain.deferredSince();
        if (since.isPresent() && !brokers.haveAnsweredFor(settings.delay(), since.getAsLong())) {
            return List.of();
        }
        // Only the first one is read before it may be sent: many producers may wait for long.
        for (SpoolObject first : drain.peek(1)) {
            if (hasToWait(drain, first)) {
                drain.defer(first);
                return List.of();
            }
        }
        boolean isTaken = false;
        try {
            List<SourceRecord> taken = takeReady(drain, maxRecords);
            isTaken = true;
            return taken;
        } finally {
            if (!isTaken) {
                drain.drop();
            }
        }
    }

    private List<SourceRecord> takeReady(WriterDrain drain, int maxRecords) {
        List<SpoolObject> ready = new ArrayList<>();
        for (SpoolObject object : drain.peek(maxRecords)) {
            if (hasToWait(drain, object)) {
                // Those behind it wait, too.
                break;
            }
            ready.add(object);
        }
        List<SpoolObject> sendable = ready.subList(0, countSendable(drain, ready));
        List<AmbiguityCheck.Candidate> ambiguous = sendable.stream()
                .flatMap(object -> findAmbiguous(drain, object).stream())
                .toList();
        Set<SpooledRecord> written = ambiguous.isEmpty() ? Set.of() : brokers.findWritten(ambiguous);
        List<SourceRecord> taken = drain.take(sendable, written);
        // If Kafka refuses a record of the batch, this names its object.
        sendable.forEach(object -> LOG.debug("{} is sent", object));
        return taken;
    }

    private boolean hasToWait(WriterDrain drain, SpoolObject object) {
        return !findAmbiguous(drain, object).isEmpty()
                && !brokers.haveAnsweredFor(settings.delay(), drain.firstSeen(object));
    }

    private List<AmbiguityCheck.Candidate> findAmbiguous(WriterDrain drain, SpoolObject object) {
        return settings.verify() == LogVerification.OFF
                ? List.of()
                : drain.remaining(object).stream()
                        .filter(SpooledRecord::ambiguous)
                        .map(record -> new AmbiguityCheck.Candidate(record, object))
                        .toList();
    }

    /**
     * Counts the objects before the first one with a topic or a partition that does not exist, which Connect would create, or try for ever.
     *
     * @throws ConnectException if it is the first object
     */
    private int countSendable(WriterDrain drain, List<SpoolObject> objects) {
        Set<String> topics = new HashSet<>();
        objects.forEach(object -> drain.remaining(object).forEach(record -> topics.add(record.topic())));
        if (topics.isEmpty()) {
            return objects.size();
        }
        Map<String, Integer> partitions = brokers.countPartitions(topics);
        for (int i = 0; i < objects.size(); i++) {
            for (SpooledRecord record : drain.remaining(objects.get(i))) {
                Integer count = partitions.get(record.topic());
                Integer partition = record.partition();
                if (count != null && (partition == null || partition < count)) {
                    continue;
                }
                if (i > 0) {
                    return i;
                }
                throw new ConnectException(store + ", " + objects.get(i) + ": expected the "
                        + (count == null
                                ? "topic " + record.topic()
                                : "partition " + partition + " of the topic " + record.topic() + ", which has " + count)
                        + ", and it does not exist. Create it, or set the offsets of the connector to skip the object");
            }
        }
        return objects.size();
    }

    /**
     * Takes the news that a record is committed. From whatever thread.
     *
     * @param record the one that {@link #next} returned
     */
    void confirm(SourceRecord record) {
        if (!(record instanceof RecoveredRecord recovered)) {
            throw new IllegalArgumentException("Expected a record of this task, found " + record);
        }
        recovered.confirm();
        metrics.countRecovered();
    }

    /** Ends a call that is running. From whatever thread. */
    void stop() {
        stopped = true;
        brokers.stop();
    }

    /**
     * Writes the markers of what is committed, within a bound of time. A connector of another name, or without its offsets, would send these
     * records again.
     */
    private void finishAll() {
        Thread finishing = new Thread(
                () -> {
                    try {
                        drains.values().forEach(WriterDrain::finish);
                    } catch (RuntimeException e) {
                        LOG.warn("The last objects of {} are not marked as recovered: {}", store, e.getMessage());
                    }
                },
                "millrace-spool-finish");
        finishing.setDaemon(true);
        finishing.start();
        try {
            finishing.join(LONGEST_FINISH_MS);
            if (finishing.isAlive()) {
                LOG.warn("{} does not respond: its last objects are not marked as recovered", store);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Connect has committed what it could before. */
    @Override
    public void close() {
        stop();
        finishAll();
        brokers.close();
        store.close();
        metrics.close();
    }
}
