package io.millrace.connectors.projection.task;

import io.millrace.connectors.projection.config.ProjectionSinkConfig;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.connectors.projection.ledger.RetryTopic;
import io.millrace.connectors.projection.metrics.SinkMetrics;
import io.millrace.connectors.projection.write.Batch;
import io.millrace.connectors.projection.write.BatchTransaction;
import io.millrace.connectors.projection.write.BatchWriter;
import io.millrace.connectors.projection.write.KeyGate;
import io.millrace.connectors.projection.write.RecordPayloads;
import io.millrace.lookups.LookupUnavailableException;
import io.millrace.lookups.Lookups;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A started task. It projects records and hands them to a {@link BatchWriter}, which writes them on a thread of its
 * own. Each record takes effect exactly once: rows and offsets are written in one transaction, and only the ledger
 * decides where a partition resumes. Records come again, and are stopped, if
 *
 * <ul>
 * <li>Connect redelivers records after a crash or a rebalance: the consumer resumes at the ledger's offset, so none is
 * before it;
 * <li>a commit happened but its answer was lost: the writer reads the ledger before it retries;
 * <li>another task claimed the partition while this one was paused: the ledger's row has another epoch, and the batch
 * is rolled back.
 * </ul>
 *
 * <p>Whenever batches are given up, the consumer goes back to the ledger's offsets, so that no record is left out. A
 * record before the last offset shows that the topic is not the one that was read, and fails the task.
 *
 * <p>Without a ledger the consumer goes back to what this task has committed, and none of the above is stopped: then an
 * older record cannot overwrite a row because of the rows' revisions.
 *
 * <p>No call waits for a server for longer than a few seconds: partitions are claimed, and views are read, in the
 * background, with the partitions paused. For one thread, as Connect calls tasks.
 */
public final class RunningSink implements AutoCloseable {
    /** While batches are being written, Connect calls at least this often and so learns of a failure. */
    static final long CALL_AGAIN_MS = 200;

    private static final Logger LOG = LoggerFactory.getLogger(RunningSink.class);
    /** After this, the partitions are paused until there is room. */
    private static final Duration TIME_FOR_ROOM = Duration.ofSeconds(1);
    /** By then every member of the consumer group has its partitions. */
    private static final Duration TIME_TO_REBALANCE = Duration.ofSeconds(60);
    /** After this, the partitions are paused until they are claimed. */
    private static final Duration TIME_TO_CLAIM = Duration.ofSeconds(2);

    private final ProjectionSinkConfig config;
    private final SinkTaskContext context;
    private final Offsets offsets;
    private final RetryingDatabase database;
    private final BackgroundWork background;
    private final RebuildSteps rebuild;
    private final TopicViews topicViews;
    private final Inspection inspection;
    private final PartitionClaims claims = new PartitionClaims();
    private final ConsumedOffsets consumed = new ConsumedOffsets();
    private final LostPartitions lost;
    private final HeldRecords held;
    private final SinkMetrics metrics;
    private final Optional<RecordPayloads> payloads;
    private final Optional<KeyGate> gate;
    private final Optional<RetryTopic> retries;
    private final Lookups lookups;
    private final CurrentWriter writer;
    /** How many pieces of background work must end before records are taken again; the last one has the consumer go back. */
    private int resumptions;

    private int claimsUnderWay;

    private boolean advancing;

    /**
     * A task that has read its views.
     *
     * @param start what it was started with
     * @param projections into the tables that are to be written now
     */
    RunningSink(SinkStart start, List<Projection> projections) {
        this.config = start.config();
        this.context = start.context();
        this.offsets = start.offsets();
        this.database = start.database();
        this.background = start.background();
        this.rebuild = start.rebuild();
        this.topicViews = start.topicViews();
        this.lost = new LostPartitions(config.connectorName(), context, TIME_TO_REBALANCE);
        this.held = new HeldRecords(context);
        this.payloads = config.openPayloads();
        this.lookups = config.lookups();
        this.metrics = new SinkMetrics(config.connectorName(), config.task());
        this.inspection = new Inspection(start, metrics);
        this.gate = config.keyGate();
        this.retries = gate.map(any -> RetryTopic.of(config.connectorName()));
        this.writer =
                new CurrentWriter(projections, () -> startWriter(config, offsets, context, payloads, gate, metrics));
    }

    private static BatchWriter startWriter(
            ProjectionSinkConfig config,
            Offsets offsets,
            SinkTaskContext context,
            Optional<RecordPayloads> payloads,
            Optional<KeyGate> gate,
            SinkMetrics metrics) {
        Database database = new Database(config.connection());
        return new BatchWriter(
                "millrace-writer-" + config.connectorName(),
                database,
                offsets,
                new BatchTransaction(
                        database,
                        offsets,
                        config.deadLetterQueue(context.errantRecordReporter()),
                        config.logContext(),
                        payloads,
                        gate),
                config.limits(),
                config.retryTimeoutMs(),
                metrics);
    }

    /** Claims partitions and, if there is a ledger, has the consumer resume at its offsets. Pauses them until then. */
    public void open(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        List<TopicPartition> opened = List.copyOf(partitions);
        held.open(opened);
        lost.remove(opened);
        consumed.forget(opened);
        held.beginWait(opened);
        if (config.keepsLedger()) {
            claimInBackground(opened);
        } else {
            compareInBackground(opened);
        }
        background.handleResults(TIME_TO_CLAIM);
    }

    /** Without a ledger the consumer resumes at its group's offsets, unless the topics do not have these. */
    private void compareInBackground(List<TopicPartition> partitions) {
        long ticket = claims.expect(partitions);
        background.begin(
                () -> database.run("compare the committed offsets of " + partitions, connected -> {
                    topicViews.open(connected, partitions);
                    return inspection.compareGroup(partitions);
                }),
                moved -> {
                    List<TopicPartition> wanted = partitions.stream()
                            .filter(partition -> claims.isExpected(partition, ticket))
                            .toList();
                    moved.forEach((partition, offset) -> {
                        if (wanted.contains(partition)) {
                            context.offset(partition, offset);
                        }
                    });
                    held.endWait(wanted);
                });
    }

    private void claimInBackground(List<TopicPartition> partitions) {
        long ticket = claims.expect(partitions);
        claimsUnderWay++;
        background.begin(
                () -> database.run("claim " + partitions, connected -> claim(connected, partitions, ticket)), found -> {
                    claimsUnderWay--;
                    // Connect may have taken partitions away since, and assigned them again.
                    List<Claim> wanted = found.stream()
                            .filter(claim -> claims.isExpected(claim.partition(), ticket))
                            .toList();
                    wanted.forEach(this::resumeAt);
                    held.endWait(wanted.stream().map(Claim::partition).toList());
                });
    }

    /** After the claims, because until then the former owners may add rows. */
    private void loadGate(Database connected) throws SQLException {
        if (gate.isPresent()) {
            gate.get().load(connected.connection());
            connected.connection().rollback();
        }
    }

    private void resumeAt(Claim claim) {
        claims.resumeAt(claim);
        consumed.awaitSeek();
        context.offset(claim.partition(), claim.nextOffset());
        LOG.info("{} resumes at offset {} with epoch {}", claim.partition(), claim.nextOffset(), claim.epoch());
    }

    /**
     * Takes records: hands them to the writer, or holds them until it has room, with the partitions paused.
     *
     * @throws ConnectException if the sink cannot continue
     */
    public void put(Collection<SinkRecord> records) {
        consumed.endSeek();
        if (!config.keepsLedger()) {
            // Only the consumer has the offset at which a partition resumes; its first record shows it.
            claims.claimPositions(records, held::isOpened);
        }
        held.addAll(records);
        takeHeldRecords();
        if (!background.isIdle() || !held.isEmpty() || !writer.isIdle()) {
            context.timeout(CALL_AGAIN_MS);
        }
    }

    private void takeHeldRecords() {
        background.handleResults();
        if (!isResuming()) {
            inspection.inspectWhenDue(claims.committedClaims(), writer.connections(), this::restart);
            advanceRebuild();
        }
        if (isResuming()) {
            // The consumer goes back, and reads them again.
            held.clear();
            return;
        }
        if (writer.isStale()) {
            restart();
            return;
        }
        // The writer can fail while room is awaited, too.
        try {
            writer.throwFailure();
            lost.requireRebalance();
            writeHeld();
        } catch (FencedException e) {
            LOG.info("{}; the batch was not written", e.getMessage());
            restart();
        } catch (LookupUnavailableException e) {
            // The records are read again after a restart of the task; none is refused for it.
            throw e;
        } catch (ConnectException e) {
            requireSwap(e);
        }
    }

    /** Writes what there is room for, if the tables that the projections look up can answer. */
    private void writeHeld() throws LookupUnavailableException {
        if (held.isEmpty()) {
            held.resumeAll();
            return;
        }
        if (!lookups.areReady()) {
            held.pauseAll();
            return;
        }
        if (!writer.awaitRoom(TIME_FOR_ROOM)) {
            if (!held.isPaused()) {
                LOG.info("Topics paused until the last batches are written{}", writer.describeWait());
            }
            held.pauseAll();
            return;
        }
        handOverHeld();
    }

    /** Hands held records to the writer, in pieces, until it has no more room; the rest stays held. */
    private void handOverHeld() {
        Iterator<SinkRecord> records = held.takeOneByOne();
        do {
            Batch batch = Batch.of(records, claims.claimed(), writer.projections(), writer.room(), payloads, retries);
            metrics.took(batch.size());
            if (!batch.isEmpty()) {
                claims.advance(batch.moves());
                writer.add(batch);
            }
        } while (records.hasNext() && writer.awaitRoom(Duration.ZERO));
        if (records.hasNext()) {
            held.pauseAll();
        } else {
            held.resumeAll();
        }
    }

    /** The shadows that could not be written may be the views now, which only a step that begins after the failure shows. */
    private void requireSwap(ConnectException failure) {
        if (!rebuild.isRunning()) {
            throw failure;
        }
        background.handleResults(TIME_TO_CLAIM);
        if (advancing || isResuming() || !rebuild.isRunning()) {
            return;
        }
        rebuild.hurry();
        advanceRebuild();
        background.handleResults(TIME_TO_CLAIM);
        if (!advancing && !isResuming() && rebuild.isRunning()) {
            throw failure;
        }
    }

    private void advanceRebuild() {
        if (advancing || !rebuild.isDue()) {
            return;
        }
        advancing = true;
        background.begin(() -> database.run("rebuild the views", rebuild::advance), progress -> {
            advancing = false;
            if (rebuild.report(progress, metrics)) {
                readSwappedViews();
            }
        });
    }

    /** The shadows are the views now: what was being written into them has their new names. */
    private void readSwappedViews() {
        writer.end();
        resumptions++;
        background.begin(
                () -> database.run(
                        "read the rebuilt views",
                        connected -> SinkStart.readProjections(config, offsets, rebuild, connected, false)),
                projections -> {
                    writer.replaceProjections(projections.orElseThrow(
                            () -> new ConnectException("The offsets of the connector '" + config.connectorName()
                                    + "' were reset while it replaced the views; restart it")));
                    resumptions--;
                    restart();
                });
    }

    /** During an outage Connect may take partitions away. A claim after that of the next task would fence that task. */
    private List<Claim> claim(Database connected, List<TopicPartition> partitions, long ticket) throws SQLException {
        List<TopicPartition> wanted = partitions.stream()
                .filter(partition -> claims.isExpected(partition, ticket))
                .toList();
        if (wanted.isEmpty()) {
            return List.of();
        }
        topicViews.requireViews(connected, wanted);
        List<Claim> found = offsets.claimPartitions(connected.connection(), wanted, inspection.readLogs(wanted));
        connected.connection().commit();
        // After the claims, by which other tasks know that a topic has views.
        topicViews.open(connected, wanted);
        loadGate(connected);
        return found;
    }

    private boolean isResuming() {
        return resumptions > 0;
    }

    /**
     * Resumes behind what is committed, with the partitions that no other task has claimed. If that is under way, the ledger will be
     * read after what made this necessary.
     */
    private void restart() {
        if (isResuming()) {
            return;
        }
        writer.end();
        claims.markCommitted(writer.takeCommitted());
        held.clear();
        metrics.gaveUp();
        List<Claim> believed = claims.committedClaims();
        if (!config.keepsLedger() || believed.isEmpty()) {
            endRestart();
            return;
        }
        resumptions++;
        background.begin(
                () -> database.run("read the offsets to resume from", connected -> {
                    List<ResumedClaim> found = ResumedClaim.readAll(offsets, connected, believed);
                    connected.connection().commit();
                    loadGate(connected);
                    return found;
                }),
                found -> {
                    resumptions--;
                    found.stream()
                            .filter(resumed -> claims.claimed()
                                    .containsKey(resumed.believed().partition()))
                            .forEach(this::correctClaim);
                    if (!isResuming()) {
                        endRestart();
                    }
                });
        background.handleResults(TIME_TO_CLAIM);
    }

    private void correctClaim(ResumedClaim resumed) {
        Claim found = resumed.found();
        if (found == null) {
            TopicPartition partition = resumed.believed().partition();
            claims.release(List.of(partition));
            lost.add(partition, FencedException.of(partition, resumed.believed().epoch(), resumed.foundEpoch()));
        } else {
            claims.resumeAt(found);
        }
    }

    /**
     * Has the consumer go back for what was given up, which Connect does when {@link #put} or {@link #flush} has returned. The
     * records that this call brought are behind a gap. Partitions that were claimed meanwhile go back too: their records were not
     * taken either.
     */
    private void endRestart() {
        claims.committedClaims().forEach(this::resumeAt);
        held.clear();
        writer.replace();
        held.resumeAll();
        context.timeout(CALL_AGAIN_MS);
    }

    /**
     * Waits until everything that was put is committed, or for a few seconds.
     *
     * @return whether it is
     * @throws ConnectException if it never will be
     */
    public boolean flush() {
        takeHeldRecords();
        return held.isEmpty() && background.isIdle() && writer.flush();
    }

    /**
     * The next offsets behind what is committed, of these partitions. Moves the ledger past records that were dropped before
     * they came here, by a converter or a transform.
     *
     * @param current the offsets up to which Connect has delivered records or dropped them
     */
    public Map<TopicPartition, Long> committedOffsets(Map<TopicPartition, OffsetAndMetadata> current) {
        claims.markCommitted(writer.takeCommitted());
        if (!isResuming() && !writer.isStale() && writer.isIdle() && held.isEmpty()) {
            passDroppedRecords();
        }
        consumed.remember(current);
        return claims.committedOffsets(current.keySet());
    }

    private void passDroppedRecords() {
        List<Offsets.Move> moves = new ArrayList<>();
        for (Claim claim : claims.claimed().values()) {
            long reached = consumed.offsetOf(claim.partition());
            if (reached > claim.nextOffset()) {
                moves.add(new Offsets.Move(claim, reached));
            }
        }
        if (!moves.isEmpty()) {
            claims.advance(moves);
            writer.add(Batch.ofMoves(moves, retries));
        }
    }

    /**
     * Releases partitions; the task that opens them next resumes behind what is committed. Records that cannot be written in time
     * are discarded, and redelivered to that task.
     */
    public void close(Collection<TopicPartition> partitions) {
        held.close(partitions);
        writer.finishOrGiveUp();
        // Before the partitions are released: otherwise their offsets would be reported when they are claimed again.
        claims.markCommitted(writer.takeCommitted());
        claims.release(partitions);
        if (claimsUnderWay > 0 && !background.awaitDone(TIME_TO_CLAIM)) {
            // It begins again, without these partitions.
            database.interrupt();
        }
        lost.remove(partitions);
        consumed.forget(partitions);
    }

    @Override
    public void close() {
        try {
            writer.close();
            payloads.ifPresent(RecordPayloads::close);
        } finally {
            metrics.close();
        }
    }
}
