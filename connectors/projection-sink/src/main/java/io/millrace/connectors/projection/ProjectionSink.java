package io.millrace.connectors.projection;

import io.millrace.connectors.projection.catalog.ViewCatalog;
import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.database.SqlFault;
import io.millrace.connectors.projection.database.SqlReason;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.ledger.Claim;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.ledger.Ledger;
import io.millrace.connectors.projection.write.Batch;
import io.millrace.connectors.projection.write.BatchTransaction;
import io.millrace.connectors.projection.write.ErrorHeaders;
import io.millrace.connectors.projection.write.LogContext;
import io.millrace.connectors.projection.write.ProjectedRecord;
import io.millrace.connectors.projection.write.RetryWindow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
 * A started task. Each record takes effect exactly once: rows and offsets are written in one transaction, and the ledger
 * alone says where a partition goes on. Duplicates arise, and are stopped, where
 *
 * <ul>
 *   <li>Connect delivers records again after a crash, a rebalance or a failed batch: they lie before the claim's offset;
 *   <li>a commit happened but its answer was lost: the claim is read again before the next batch;
 *   <li>another task took the partition over while this one was paused: the ledger's row has another epoch, and the batch
 *       is rolled back.
 * </ul>
 *
 * <p>For one thread, as Connect calls tasks.
 */
final class ProjectionSink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionSink.class);
    /** Connect needs a few polls to learn that a partition was given away; after that it is no rebalance. */
    private static final int MAX_FENCED_ATTEMPTS = 5;

    private final ProjectionSinkConfig config;
    private final SinkTaskContext context;
    private final Database database;
    private final Ledger ledger;
    private final List<Projection> projections;
    private final LogContext log;
    private final BatchTransaction transaction;
    private final RetryWindow retries;
    private final RetryWindow fences;
    private final Map<TopicPartition, Claim> claims = new HashMap<>();
    private final Set<TopicPartition> doubtful = new HashSet<>();

    /**
     * Starts a task: connects, reads the views, creates the ledger where it is missing.
     *
     * @throws ConfigException where the views do not match the projections
     * @throws ConnectException where the database cannot be reached within the retry timeout
     */
    ProjectionSink(ProjectionSinkConfig config, SinkTaskContext context) {
        this.config = config;
        this.context = context;
        this.retries = new RetryWindow(config.getLong(ProjectionSinkConfig.RETRY_TIMEOUT_MS));
        this.fences = new RetryWindow(Long.MAX_VALUE / 1_000_000);
        this.database = new Database(config.connection());
        this.ledger = new Ledger(config.connectorName(), config.ledgerTable(), database.dialect());
        this.log = new LogContext(config.getList(ProjectionSinkConfig.MDC_HEADERS));
        this.transaction = new BatchTransaction(database, ledger, reporter(), log);
        this.projections = started();
    }

    /** Null where refused records fail the task. */
    private ErrantRecordReporter reporter() {
        ErrantRecordReporter reporter = context.errantRecordReporter();
        return config.getBoolean(ProjectionSinkConfig.ERROR_HEADERS) ? ErrorHeaders.before(reporter) : reporter;
    }

    private List<Projection> started() {
        try {
            return insist("start", this::readProjections);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private List<Projection> readProjections(Connection connection) throws SQLException {
        List<ProjectionDefinition> definitions = config.projections();
        ViewCatalog catalog = ViewCatalog.open(database, definitions, config.evolution());
        if (!catalog.problems().isEmpty()) {
            throw catalog.problems().get(0).toException(config.originalsStrings());
        }
        ledger.create(connection);
        connection.commit();
        return definitions.stream()
                .map(definition -> Projection.of(definition, catalog.view(definition)))
                .toList();
    }

    /** Takes partitions over and has the consumer go on where the ledger says. */
    void open(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        List<Claim> taken = insist("claim " + partitions, connection -> {
            List<Claim> found = ledger.claim(connection, partitions);
            connection.commit();
            return found;
        });
        for (Claim claim : taken) {
            claims.put(claim.partition(), claim);
            doubtful.remove(claim.partition());
            context.offset(claim.partition(), claim.nextOffset());
            LOG.info("{} goes on at offset {} with epoch {}", claim.partition(), claim.nextOffset(), claim.epoch());
        }
    }

    /** Writes the records that the ledger does not cover yet, all of them or none. */
    void put(Collection<SinkRecord> records) {
        if (records.isEmpty()) {
            return;
        }
        try {
            settleDoubts();
            Batch batch = Batch.of(records, claims, projections);
            if (!batch.isEmpty()) {
                write(batch);
            }
            retries.reset();
            fences.reset();
        } catch (SQLException e) {
            throw failure(e);
        } catch (FencedException e) {
            throw failure(e);
        } catch (RuntimeException e) {
            database.rollback();
            throw e;
        }
    }

    private void write(Batch batch) throws SQLException {
        // Until the commit is known to have happened.
        batch.moves().forEach(move -> doubtful.add(move.from().partition()));
        transaction.write(batch);
        for (Ledger.Move move : batch.moves()) {
            claims.put(move.from().partition(), move.from().at(move.nextOffset()));
            doubtful.remove(move.from().partition());
        }
        LOG.debug("Wrote {} records, {}", batch.records().size(), batch.moves());
        if (LOG.isTraceEnabled()) {
            for (ProjectedRecord record : batch.records()) {
                log.log(
                        record.record(),
                        () -> LOG.trace(
                                "Made {} row changes of {}",
                                record.changes().size(),
                                ProjectedRecord.place(record.record())));
            }
        }
    }

    /** Reads again what an earlier attempt left open. */
    private void settleDoubts() throws SQLException {
        if (doubtful.isEmpty()) {
            return;
        }
        Connection connection = database.connection();
        for (TopicPartition partition : List.copyOf(doubtful)) {
            Claim believed = claims.get(partition);
            Claim found = ledger.read(connection, partition)
                    .orElseThrow(() -> new FencedException("The ledger's row of " + partition + " is gone"));
            if (found.epoch() != believed.epoch()) {
                throw new FencedException(partition + " was claimed with epoch " + believed.epoch()
                        + ", and then by another task with epoch " + found.epoch());
            }
            claims.put(partition, found);
            doubtful.remove(partition);
        }
        connection.rollback();
    }

    private RuntimeException failure(SQLException e) {
        if (SqlFault.of(e) != SqlFault.TRANSIENT) {
            database.rollback();
            return new ConnectException("Writing the views failed: " + SqlReason.of(e), SqlReason.cause(e));
        }
        database.discard();
        if (!retries.permits()) {
            return new ConnectException(
                    "Writing the views failed " + retries.faults() + " times, for longer than "
                            + ProjectionSinkConfig.RETRY_TIMEOUT_MS + ": " + SqlReason.of(e),
                    e);
        }
        context.timeout(retries.waitMs());
        return new RetriableException("Writing the views failed and will be tried again: " + SqlReason.of(e), e);
    }

    private RuntimeException failure(FencedException e) {
        database.rollback();
        if (!fences.permits() || fences.faults() > MAX_FENCED_ATTEMPTS) {
            return new ConnectException(
                    e.getMessage() + ". If no rebalance explains it, another connector named '" + config.connectorName()
                            + "' uses the same ledger",
                    e);
        }
        context.timeout(fences.waitMs());
        return new RetriableException(e.getMessage() + "; nothing was written", e);
    }

    /** The offsets that the ledger has, of the partitions asked for. */
    Map<TopicPartition, Long> committed(Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Claim claim = claims.get(partition);
            if (claim != null && claim.nextOffset() > 0) {
                offsets.put(partition, claim.nextOffset());
            }
        }
        return offsets;
    }

    /** Forgets partitions; whoever opens them next goes on at the ledger's offset. */
    void close(Collection<TopicPartition> partitions) {
        claims.keySet().removeAll(partitions);
        doubtful.removeAll(partitions);
    }

    @Override
    public void close() {
        database.close();
    }

    /** A use of the connection. */
    private interface Action<T> {
        T run(Connection connection) throws SQLException;
    }

    /** Where Connect does not call again, the waiting has to happen here. */
    private <T> T insist(String purpose, Action<T> action) {
        RetryWindow window = new RetryWindow(config.getLong(ProjectionSinkConfig.RETRY_TIMEOUT_MS));
        while (true) {
            try {
                return action.run(database.connection());
            } catch (SQLException e) {
                database.discard();
                if (SqlFault.of(e) != SqlFault.TRANSIENT || !window.permits()) {
                    throw new ConnectException("Cannot " + purpose + ": " + SqlReason.of(e), SqlReason.cause(e));
                }
                LOG.warn("Cannot {} yet, trying again: {}", purpose, SqlReason.of(e));
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
