package io.millrace.local.quickstart;

import io.millrace.local.LocalPipeline;
import io.millrace.spool.SpoolListing;
import io.millrace.spool.SpoolStore;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Stops Kafka while the shop's visits are recorded, starts it again, waits until the connector {@code spool} has emptied the spool, and
 * compares what Kafka has with the answers of the callers.
 */
final class Outage {
    /** The connector that empties the spool. */
    static final String CONNECTOR = "spool";

    private static final Duration TIME_BEFORE = Duration.ofSeconds(2);
    private static final long VISIT_MS = 20;
    /** The delay of the connector, and a busy machine. */
    private static final Duration TIME_TO_RECOVER = Duration.ofMinutes(4);

    private static final long POLL_MS = 200;

    private final LocalPipeline pipeline;
    private final Map<String, Object> options;
    private final Duration time;
    private final Consumer<String> progress;
    private final VisitTally tally = new VisitTally();
    private final Random random = new Random();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    /**
     * An outage of this time.
     *
     * @param pipeline whose connector {@link #CONNECTOR} runs
     * @param options the options of the service's producer
     * @param progress receives a short description of the next step
     */
    Outage(LocalPipeline pipeline, Map<String, Object> options, Duration time, Consumer<String> progress) {
        this.pipeline = pipeline;
        this.options = options;
        this.time = time;
        this.progress = progress;
    }

    /**
     * Plays it.
     *
     * @return the answers of the callers, and what Kafka has
     * @throws QuickstartFailedException if the spool was not emptied
     */
    VisitTally play() throws IOException, InterruptedException {
        ScheduledExecutorService traffic = Executors.newSingleThreadScheduledExecutor();
        try (VisitService service = new VisitService(options);
                SpoolStore store = SpoolStore.open(VisitService.spool(pipeline))) {
            progress.accept("recording " + TimeUnit.SECONDS.toMillis(1) / VISIT_MS + " visits a second");
            var unused = traffic.scheduleAtFixedRate(() -> record(service), 0, VISIT_MS, TimeUnit.MILLISECONDS);
            TimeUnit.NANOSECONDS.sleep(TIME_BEFORE.toNanos());
            takeKafkaAway();
            progress.accept("waiting until the spool is empty");
            awaitEmpty(store);
            stop(traffic);
            service.flush();
            // What was held, or spooled since, for keys whose records were in the spool.
            awaitEmpty(store);
        } finally {
            traffic.shutdownNow();
        }
        progress.accept("comparing Kafka with the answers of the callers");
        try (OfficialEvents events = new OfficialEvents(pipeline.bootstrapServers())) {
            events.forEach(
                    VisitService.TOPIC, event -> tally.found(OfficialEvents.header(event, "ce_id"), event.key()));
        }
        return tally;
    }

    private void takeKafkaAway() throws InterruptedException {
        progress.accept("stopping Kafka for " + time.toSeconds() + " s, while visits are recorded");
        pipeline.broker().close();
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } finally {
            progress.accept("starting Kafka");
            pipeline.broker().restart();
        }
    }

    private void record(VisitService service) {
        Visit visit = VisitService.next(random);
        tally.called(visit);
        long start = System.nanoTime();
        try {
            var unused = service.record(
                    visit, (metadata, refusal) -> tally.answered(visit, metadata, refusal, System.nanoTime() - start));
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            throw e;
        }
    }

    private void stop(ScheduledExecutorService traffic) throws InterruptedException {
        traffic.shutdown();
        traffic.awaitTermination(TIME_TO_RECOVER.toSeconds(), TimeUnit.SECONDS);
        RuntimeException found = failure.get();
        if (found != null) {
            throw new QuickstartFailedException("A visit could not be recorded: " + found);
        }
    }

    private void awaitEmpty(SpoolStore store) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TIME_TO_RECOVER.toNanos();
        for (long objects = countObjects(store); objects > 0; objects = countObjects(store)) {
            pipeline.rest().requireNotFailed(CONNECTOR);
            if (System.nanoTime() > deadline) {
                throw new QuickstartFailedException("After " + TIME_TO_RECOVER.toSeconds() + " s, " + objects
                        + " objects are in the spool, and none was expected");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static long countObjects(SpoolStore store) {
        return store.list().incarnations().values().stream()
                .map(SpoolListing.Waiting::objects)
                .mapToLong(objects -> objects.size())
                .sum();
    }
}
