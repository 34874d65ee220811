package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.catalog.CatalogReader;
import io.millrace.connectors.projection.catalog.TableChanger;
import io.millrace.connectors.projection.catalog.ViewCatalog;
import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.ProjectionDefinition;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.metrics.SinkMetrics;
import io.millrace.connectors.projection.write.Batch;
import io.millrace.connectors.projection.write.BatchTransaction;
import io.millrace.connectors.projection.write.BatchWriter;
import io.millrace.connectors.projection.write.RecordPayloads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started task. It projects records and hands them to a {@link BatchWriter}, which writes them on a thread of its own.
 * Each record takes effect exactly once: rows and offsets are written in one transaction, and only the ledger decides where
 * a partition resumes. Duplicates occur, and are stopped, if
 *
 * <ul>
 *   <li>Connect redelivers records after a crash or a rebalance: they are before the claim's offset;
 *   <li>a commit happened but its answer was lost: the writer reads the ledger before it retries;
 *   <li>another task claimed the partition while this one was paused: the ledger's row has another epoch, and the batch is
 *       rolled back.
 * </ul>
 *
 * <p>Whenever batches are given up, the consumer goes back to the ledger's offsets, so that no record is left out.
 *
 * <p>Without a ledger the consumer goes back to what this task has committed, and none of the above is stopped: then an older
 * record cannot overwrite a row because of the rows' revisions.
 *
 * <p>For one thread, as Connect calls tasks.
 */
public final class RunningSink implements AutoCloseable {
    /** While batches are being written, Connect calls at least this often and so learns of a failure. */
    static final long CALL_AGAIN_MS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(RunningSink.class);
    private static final Duration TIME_FOR_ROOM = Duration.ofSeconds(1);

    private final ProjectionSinkConfig config;
    private final SinkTaskContext context;
    private final Offsets offsets;
    private final RetryingDatabase database;
    private final RebuildSteps rebuild;
    private final PartitionClaims claims = new PartitionClaims();
    private final LostPartitions lost;
    private final SinkMetrics metrics;
    private final Optional<RecordPayloads> payloads;
    private final CurrentWriter writer;

    /**
     * Starts a task: connects, reads the views, creates the ledger if it is missing.
     *
     * @throws ConfigException if the views do not match the projections
     * @throws ConnectException if the database cannot be reached within the retry timeout
     */
    public RunningSink(ProjectionSinkConfig config, SinkTaskContext context) {
        this.config = config;
        this.context = context;
        this.offsets = config.offsets();
        this.database = new RetryingDatabase(config.connection(), config.retryTimeoutMs());
        this.rebuild = new RebuildSteps(config.rebuild(), config.viewAdmission(), config.connection(), context);
        this.lost = new LostPartitions(config.connectorName(), context);
        List<Projection> projections = database.run("start", this::readProjections);
        this.payloads = config.openPayloads();
        this.metrics = new SinkMetrics(config.connectorName(), config.task());
        this.writer = new CurrentWriter(
                projections,
                () -> database.run("read the rebuilt views", this::readProjections),
                () -> startWriter(config, offsets, context, payloads, metrics));
    }

    private List<Projection> readProjections(Database connected) throws SQLException {
        offsets.prepareTask(connected.connection());
        List<ProjectionDefinition> definitions = rebuild.begin(connected, config.projections());
        CatalogReader reader = new CatalogReader(definitions, config.evolution());
        ViewCatalog catalog = new TableChanger(reader).completeTables(connected);
        if (!catalog.problems().isEmpty()) {
            throw catalog.problems().get(0).toException(config.originalsStrings());
        }
        rebuild.confirmTables(connected);
        return catalog.projections();
    }

    private static BatchWriter startWriter(
            ProjectionSinkConfig config,
            Offsets offsets,
            SinkTaskContext context,
            Optional<RecordPayloads> payloads,
            SinkMetrics metrics) {
        Database database = new Database(config.connection());
        return new BatchWriter(
                "millrace-writer-" + config.connectorName(),
                database,
                offsets,
                new BatchTransaction(
                        database, offsets, config.deadLetterQueue(context.errantRecordReporter()), payloads),
                config.limits(),
                config.retryTimeoutMs(),
                metrics);
    }

    /** Claims partitions and, if there is a ledger, has the consumer resume at its offsets. */
    public void open(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        List<Claim> claimed = database.run("claim " + partitions, connected -> {
            List<Claim> found = offsets.claimPartitions(connected.connection(), partitions, Map.of());
            connected.connection().commit();
            return found;
        });
        lost.remove(partitions);
        claimed.forEach(this::resumeAt);
    }

    private void resumeAt(Claim claim) {
        claims.resumeAt(claim);
        context.offset(claim.partition(), claim.nextOffset());
        LOG.info("{} resumes at offset {} with epoch {}", claim.partition(), claim.nextOffset(), claim.epoch());
    }

    /** Hands the records that were not taken yet to the writer, all of them or none. */
    public void put(Collection<SinkRecord> records) {
        if (!config.keepsLedger()) {
            // Only the consumer knows where a partition resumes, so its first record shows it.
            claims.claimPositions(records);
        }
        if (!isReadyForRecords()) {
            restart();
            return;
        }
        lost.requireRebalance();
        if (!records.isEmpty()) {
            lost.requireNone(records);
            for (Iterator<SinkRecord> untaken = records.iterator(); untaken.hasNext(); ) {
                Batch batch = Batch.of(untaken, claims.claimed(), writer.projections(), config.limits(), payloads);
                metrics.took(batch.size(), batch.duplicates());
                if (!batch.isEmpty()) {
                    claims.advance(batch.moves());
                    writer.add(batch);
                }
            }
            lost.resetAttempts();
        }
        if (!writer.isIdle()) {
            context.timeout(CALL_AGAIN_MS);
        }
    }

    /** Whether records can be taken; false if batches were given up, or the views were swapped. */
    private boolean isReadyForRecords() {
        try {
            if (writer.isStale() || hasSwappedViews()) {
                return false;
            }
            requireRoom();
            return true;
        } catch (FencedException e) {
            LOG.info("{}; nothing of the batch was written", e.getMessage());
            return false;
        } catch (ConnectException e) {
            rebuild.hurry();
            if (!hasSwappedViews()) {
                throw e;
            }
            // The shadows that could not be written are the views now.
            return false;
        }
    }

    private void requireRoom() {
        if (!writer.awaitRoom(TIME_FOR_ROOM)) {
            context.timeout(CALL_AGAIN_MS);
            throw new RetriableException("The database is slower than the topics; the last batches are not written yet"
                    + writer.describeWait());
        }
    }

    private boolean hasSwappedViews() {
        if (!rebuild.advance(metrics)) {
            return false;
        }
        writer.readProjections();
        return true;
    }

    /**
     * Resumes behind what is committed, with the partitions that no other task has claimed. The consumer goes back for what
     * was given up, which Connect has it do when {@link #put} returned; so records are taken only from there, and none of
     * those that are behind a gap now.
     */
    private void restart() {
        writer.end();
        claims.markCommitted(writer.takeCommitted());
        metrics.gaveUp();
        List<Claim> believed = claims.committedClaims();
        Map<TopicPartition, Claim> found = believed.isEmpty() ? Map.of() : readClaims(believed);
        for (Claim claim : believed) {
            Optional<Claim> row = Optional.ofNullable(found.get(claim.partition()));
            if (row.isEmpty()) {
                lose(claim, new FencedException("The ledger's row of " + claim.partition() + " is gone"));
            } else if (row.get().epoch() != claim.epoch()) {
                lose(
                        claim,
                        FencedException.of(
                                claim.partition(), claim.epoch(), row.get().epoch()));
            } else {
                resumeAt(row.get());
            }
        }
        writer.replace();
        context.timeout(CALL_AGAIN_MS);
    }

    private Map<TopicPartition, Claim> readClaims(List<Claim> believed) {
        return database.run("read where to resume", connected -> {
            Map<TopicPartition, Claim> rows = new HashMap<>();
            for (Claim claim : believed) {
                offsets.readClaim(connected.connection(), claim).ifPresent(row -> rows.put(row.partition(), row));
            }
            connected.rollback();
            return rows;
        });
    }

    private void lose(Claim claim, FencedException reason) {
        claims.release(List.of(claim.partition()));
        lost.add(claim.partition(), reason);
    }

    /**
     * Waits until everything that was put is committed, or for a few seconds.
     *
     * @return whether it is
     * @throws ConnectException if it never will be
     */
    public boolean flush() {
        return writer.flush();
    }

    /** The next offsets behind what is committed, of these partitions. */
    public Map<TopicPartition, Long> committedOffsets(Set<TopicPartition> partitions) {
        claims.markCommitted(writer.takeCommitted());
        return claims.committedOffsets(partitions);
    }

    /**
     * Releases partitions; the task that opens them next resumes behind what is committed. What cannot be written in time
     * is given up, and redelivered to that task.
     */
    public void close(Collection<TopicPartition> partitions) {
        writer.finishOrGiveUp();
        // Before the partitions are released: otherwise their offsets would be reported when they are claimed again.
        claims.markCommitted(writer.takeCommitted());
        claims.release(partitions);
        lost.remove(partitions);
    }

    @Override
    public void close() {
        writer.close();
        payloads.ifPresent(RecordPayloads::close);
        metrics.close();
    }
}
