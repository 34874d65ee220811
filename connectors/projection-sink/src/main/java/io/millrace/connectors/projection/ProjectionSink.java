package io.millrace.connectors.projection;

import io.millrace.connectors.projection.catalog.ViewCatalog;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.SqlErrors;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.metrics.SinkMetrics;
import io.millrace.connectors.projection.rebuild.Rebuild;
import io.millrace.connectors.projection.write.Batch;
import io.millrace.connectors.projection.write.BatchTransaction;
import io.millrace.connectors.projection.write.BatchWriter;
import io.millrace.connectors.projection.write.ErrorHeaders;
import io.millrace.connectors.projection.write.LogContext;
import io.millrace.connectors.projection.write.RetryWindow;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started task. It projects records and hands them to a {@link BatchWriter}, which writes them on a thread of its own.
 * Each record takes effect exactly once: rows and offsets are written in one transaction, and the ledger alone says where a
 * partition goes on. Duplicates arise, and are stopped, where
 *
 * <ul>
 *   <li>Connect delivers records again after a crash or a rebalance: they lie before the claim's offset;
 *   <li>a commit happened but its answer was lost: the writer asks the ledger before it tries again;
 *   <li>another task took the partition over while this one was paused: the ledger's row has another epoch, and the batch
 *       is rolled back.
 * </ul>
 *
 * <p>Whatever is given up in the middle, the consumer goes back to the ledger's offsets, so that nothing is left out.
 *
 * <p>Without a ledger the consumer goes back to what is committed as far as this task knows, and none of the above is
 * stopped: it is the rows' revisions then that an older record cannot pass.
 *
 * <p>For one thread, as Connect calls tasks.
 */
final class ProjectionSink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionSink.class);
    /** Connect needs a few polls to learn that a partition was given away; after that it is no rebalance. */
    private static final int MAX_FENCED_ATTEMPTS = 5;

    /** A worker that stops a task waits for 5 seconds. */
    private static final Duration TIME_TO_FINISH = Duration.ofSeconds(3);

    private static final Duration TIME_FOR_ROOM = Duration.ofSeconds(1);
    /** While something is being written, Connect calls at least this often and so learns of a failure. */
    private static final long CALL_AGAIN_MS = 200;

    /** By then the consumer group has told everybody who has which partition. */
    private static final Duration TIME_TO_REBALANCE = Duration.ofSeconds(60);

    private static final long REBUILD_STEP_MS = 1_000;

    private final ProjectionSinkConfig config;
    private final SinkTaskContext context;
    private final Offsets offsets;
    private final Optional<Rebuild> rebuild;
    private final LogContext log;
    private final SqlErrors errors;
    private final RetryWindow fences = new RetryWindow(Long.MAX_VALUE / 1_000_000);
    /** Up to where records were handed to the writer. */
    private final Map<TopicPartition, Claim> claims = new HashMap<>();

    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final Map<TopicPartition, FencedException> lost = new HashMap<>();
    private final SinkMetrics metrics;
    private List<Projection> projections;
    private BatchWriter writer;
    private long nextRebuildStepNanos = System.nanoTime();
    /** Batches were given up, so the consumer has to go back before any record is taken. */
    private boolean stale;

    private long lostSinceNanos;

    /**
     * Starts a task: connects, reads the views, creates the ledger where it is missing.
     *
     * @throws ConfigException where the views do not match the projections
     * @throws ConnectException where the database cannot be reached within the retry timeout
     */
    ProjectionSink(ProjectionSinkConfig config, SinkTaskContext context) {
        this.config = config;
        this.context = context;
        this.offsets = config.offsets();
        this.rebuild = config.rebuild();
        this.errors = config.connection().dialect().errors();
        this.log = new LogContext(config.getList(ProjectionSinkConfig.MDC_HEADERS));
        this.projections = insist("start", this::readProjections);
        this.metrics = new SinkMetrics(config.connectorName(), config.task());
        this.writer = newWriter();
    }

    /** Null where refused records fail the task. */
    private ErrantRecordReporter reporter() {
        ErrantRecordReporter reporter = context.errantRecordReporter();
        return config.getBoolean(ProjectionSinkConfig.ERROR_HEADERS) ? ErrorHeaders.before(reporter) : reporter;
    }

    private List<Projection> readProjections(Database database) throws SQLException {
        offsets.prepare(database.connection());
        List<ProjectionDefinition> definitions = config.projections();
        if (rebuild.isPresent()) {
            rebuild.get().begin(database);
            definitions = definitions.stream()
                    .map(definition -> definition.writing(rebuild.get()::target))
                    .toList();
        }
        ViewCatalog catalog = ViewCatalog.open(database, definitions, config.evolution());
        if (!catalog.problems().isEmpty()) {
            throw catalog.problems().get(0).toException(config.originalsStrings());
        }
        List<Projection> bound = new ArrayList<>();
        for (ProjectionDefinition definition : definitions) {
            bound.add(Projection.of(definition, catalog.tables(definition)));
        }
        return List.copyOf(bound);
    }

    private BatchWriter newWriter() {
        Database database = new Database(config.connection());
        return new BatchWriter(
                "millrace-writer-" + config.connectorName(),
                database,
                offsets,
                new BatchTransaction(database, offsets, reporter(), log),
                config.limits(),
                config.getLong(ProjectionSinkConfig.RETRY_TIMEOUT_MS),
                metrics);
    }

    /** Takes partitions over and, where there is a ledger, has the consumer go on where it says. */
    void open(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        List<Claim> taken = insist("claim " + partitions, database -> {
            List<Claim> found = offsets.claim(database.connection(), partitions);
            database.connection().commit();
            return found;
        });
        lost.keySet().removeAll(partitions);
        taken.forEach(this::goOn);
    }

    private void goOn(Claim claim) {
        claims.put(claim.partition(), claim);
        committed.put(claim.partition(), claim.nextOffset());
        context.offset(claim.partition(), claim.nextOffset());
        LOG.info("{} goes on at offset {} with epoch {}", claim.partition(), claim.nextOffset(), claim.epoch());
    }

    /** Hands the records that were not taken yet to the writer, all of them or none. */
    void put(Collection<SinkRecord> records) {
        if (!config.keepsLedger()) {
            claimWhereConsumerIs(records);
        }
        try {
            if (stale || viewsWereReplaced()) {
                restart();
                return;
            }
            if (!writer.awaitRoom(TIME_FOR_ROOM)) {
                context.timeout(CALL_AGAIN_MS);
                throw new RetriableException(
                        "The database is slower than the topics; the last batches are not written yet"
                                + writer.waitsFor().map(reason -> ": " + reason).orElse(""));
            }
        } catch (FencedException e) {
            LOG.info("{}; nothing of the batch was written", e.getMessage());
            restart();
            return;
        } catch (ConnectException e) {
            nextRebuildStepNanos = System.nanoTime();
            if (!viewsWereReplaced()) {
                throw e;
            }
            // The shadows that could not be written are the views now.
            restart();
            return;
        }
        requireRebalance();
        if (!records.isEmpty()) {
            requireClaims(records);
            Batch batch = Batch.of(records, claims, projections);
            metrics.took(batch.size(), batch.duplicates());
            if (!batch.isEmpty()) {
                batch.moves()
                        .forEach(move ->
                                claims.put(move.from().partition(), move.from().at(move.nextOffset())));
                writer.add(batch);
            }
            fences.reset();
        }
        if (!writer.isIdle()) {
            context.timeout(CALL_AGAIN_MS);
        }
    }

    /** Where nothing but the consumer knows where a partition goes on, its first record shows it. */
    private void claimWhereConsumerIs(Collection<SinkRecord> records) {
        TopicPartition last = null;
        for (SinkRecord record : records) {
            boolean same = last != null
                    && last.partition() == record.originalKafkaPartition()
                    && last.topic().equals(record.originalTopic());
            if (!same) {
                last = new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
                claims.computeIfAbsent(last, partition -> {
                    committed.put(partition, record.originalKafkaOffset());
                    return new Claim(partition, 0, record.originalKafkaOffset());
                });
            }
        }
    }

    /** Takes the next step of a rebuild, now and then; whether the new views have just taken the old ones' place. */
    private boolean viewsWereReplaced() {
        if (rebuild.isEmpty() || !rebuild.get().isRunning()) {
            return false;
        }
        context.timeout(REBUILD_STEP_MS);
        if (System.nanoTime() - nextRebuildStepNanos < 0) {
            return false;
        }
        nextRebuildStepNanos = System.nanoTime() + REBUILD_STEP_MS * 1_000_000;
        try (Database database = new Database(config.connection())) {
            metrics.rebuilding(rebuild.get().advance(database));
        } catch (SQLException e) {
            if (errors.classify(e) != SqlFault.TRANSIENT) {
                throw new ConnectException("Cannot rebuild the views: " + errors.describe(e), errors.safeCause(e));
            }
            // The writer says so too where it lasts.
            LOG.warn("The rebuild does not get on, and will try again: {}", errors.describe(e));
        }
        if (rebuild.get().isRunning()) {
            return false;
        }
        writer.close();
        projections = insist("read the rebuilt views", this::readProjections);
        return true;
    }

    /**
     * Begins anew behind what is committed, with the partitions that no other task took over. The consumer goes back for what
     * was given up, which Connect has it do when {@link #put} returned; so only from there, and without taking the records
     * that lie behind a gap now.
     */
    private void restart() {
        writer.close();
        takeCommitted();
        metrics.gaveUp();
        Map<TopicPartition, Claim> believed = Map.copyOf(claims);
        Map<TopicPartition, Claim> found = believed.isEmpty()
                ? Map.of()
                : insist("find out where to go on", database -> {
                    Map<TopicPartition, Claim> rows = new HashMap<>();
                    for (Claim claim : believed.values()) {
                        Claim known = claim.at(committed.get(claim.partition()));
                        offsets.read(database.connection(), known).ifPresent(row -> rows.put(row.partition(), row));
                    }
                    database.rollback();
                    return rows;
                });
        believed.forEach((partition, claim) -> {
            Optional<Claim> row = Optional.ofNullable(found.get(partition));
            if (row.isEmpty()) {
                lose(partition, new FencedException("The ledger's row of " + partition + " is gone"));
            } else if (row.get().epoch() != claim.epoch()) {
                lose(
                        partition,
                        FencedException.of(partition, claim.epoch(), row.get().epoch()));
            } else {
                goOn(row.get());
            }
        });
        writer = newWriter();
        stale = false;
        context.timeout(CALL_AGAIN_MS);
    }

    private void lose(TopicPartition partition, FencedException reason) {
        claims.remove(partition);
        committed.remove(partition);
        if (lost.isEmpty()) {
            lostSinceNanos = System.nanoTime();
        }
        lost.put(partition, reason);
    }

    /** A partition that Connect leaves here although another task has it would stand still, and nobody would hear of it. */
    private void requireRebalance() {
        if (lost.isEmpty()) {
            return;
        }
        if (System.nanoTime() - lostSinceNanos > TIME_TO_REBALANCE.toNanos()) {
            throw taken(lost.values().iterator().next());
        }
        context.timeout(CALL_AGAIN_MS);
    }

    private ConnectException taken(FencedException reason) {
        return new ConnectException(
                reason.getMessage() + ". If no rebalance explains it, another connector named '"
                        + config.connectorName() + "' uses the same ledger",
                reason);
    }

    private void requireClaims(Collection<SinkRecord> records) {
        if (lost.isEmpty()) {
            return;
        }
        for (SinkRecord record : records) {
            FencedException reason =
                    lost.get(new TopicPartition(record.originalTopic(), record.originalKafkaPartition()));
            if (reason != null) {
                throw fenced(reason);
            }
        }
    }

    private RuntimeException fenced(FencedException reason) {
        if (!fences.permits() || fences.faults() > MAX_FENCED_ATTEMPTS) {
            return taken(reason);
        }
        context.timeout(fences.waitMs());
        return new RetriableException(reason.getMessage() + "; nothing was written", reason);
    }

    /**
     * Waits until everything that was put is committed, or for a few seconds.
     *
     * @return whether it is
     * @throws ConnectException where it will not be
     */
    boolean flush() {
        return writer.awaitIdle(TIME_TO_FINISH);
    }

    /** Behind what is committed, of the partitions asked for. */
    Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        takeCommitted();
        Map<TopicPartition, Long> nextOffsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            long offset = committed.getOrDefault(partition, 0L);
            if (offset > 0) {
                nextOffsets.put(partition, offset);
            }
        }
        return nextOffsets;
    }

    private void takeCommitted() {
        writer.takeCommitted().forEach((partition, offset) -> committed.computeIfPresent(partition, (k, v) -> offset));
    }

    /**
     * Forgets partitions; whoever opens them next goes on behind what is committed. What cannot be written in time is given
     * up, and read again by whoever has the partitions then.
     */
    void close(Collection<TopicPartition> partitions) {
        if (!hasFinished()) {
            writer.close();
            stale = true;
        }
        // Or what was committed of them would be taken for news when they come back.
        takeCommitted();
        claims.keySet().removeAll(partitions);
        committed.keySet().removeAll(partitions);
        lost.keySet().removeAll(partitions);
    }

    @Override
    public void close() {
        if (!hasFinished()) {
            LOG.info("Not everything was written in time; whoever goes on reads it again");
        }
        writer.close();
        metrics.close();
    }

    private boolean hasFinished() {
        try {
            return flush();
        } catch (ConnectException e) {
            LOG.debug("The writer had failed before", e);
            return false;
        }
    }

    /** A use of the database. */
    private interface Action<T> {
        T run(Database database) throws SQLException;
    }

    /** Where Connect does not call again, the waiting has to happen here. */
    private <T> T insist(String purpose, Action<T> action) {
        RetryWindow window = new RetryWindow(config.getLong(ProjectionSinkConfig.RETRY_TIMEOUT_MS));
        while (true) {
            try (Database database = new Database(config.connection())) {
                return action.run(database);
            } catch (SQLException e) {
                if (errors.classify(e) != SqlFault.TRANSIENT || !window.permits()) {
                    throw new ConnectException("Cannot " + purpose + ": " + errors.describe(e), errors.safeCause(e));
                }
                LOG.warn("Cannot {} yet, trying again: {}", purpose, errors.describe(e));
                pause(window.waitMs());
            }
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while waiting for the database", e);
        }
    }
}
