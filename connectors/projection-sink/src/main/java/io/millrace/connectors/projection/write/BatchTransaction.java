package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.ledger.Offsets;
import io.millrace.payloads.connect.RestoredFields;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch: first the offsets, by which a ledger locks its rows and keeps every other task out, then the rows,
 * then the commit. If records are refused, the transaction is rolled back, they are reported to the dead letter queue,
 * and another transaction writes the other records: the queue may take longer than the server permits a transaction to
 * be idle. A batch remembers its reported records: a retry does not report them again, but a crash or a restart of the
 * task before the commit causes duplicates in the queue.
 */
public final class BatchTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(BatchTransaction.class);
    private static final long POLL_MS = 100;

    private final Database database;
    private final Offsets offsets;
    private final ViewWriter writer;
    private final DeadLetterQueue queue;
    private final LogContext log;
    private final Optional<RestoredFields> payloads;
    private final Optional<KeyGate> gate;
    /** The number of the connection on which the gate was loaded. */
    private long loadedOn;

    /** With payloads, records that refer to some are projected here. With a gate, refusals keep the order of keys. */
    public BatchTransaction(
            Database database,
            Offsets offsets,
            DeadLetterQueue queue,
            LogContext log,
            Optional<RecordPayloads> payloads,
            Optional<KeyGate> gate) {
        this.database = database;
        this.offsets = offsets;
        this.writer = new ViewWriter(database);
        this.queue = queue;
        this.log = log;
        this.payloads = payloads.map(RecordPayloads::restoredFields);
        this.gate = gate;
    }

    /** Where refused records go. */
    DeadLetterQueue queue() {
        return queue;
    }

    /**
     * Writes the batch; after an exception the transaction is to be rolled back.
     *
     * @throws SQLException if the database fails; if it fails in the commit, the result of the commit is unknown
     * @throws FencedException if another task owns a partition
     * @throws DataException the first refused record's, if there is no dead letter queue
     * @throws ConnectException if the dead letter queue does not take a refused record
     * @throws UnavailablePayloadsException if a payload store is not available
     */
    void write(Batch batch) throws SQLException {
        payloads.ifPresent(fields -> batch.restoreRecords(fields, this::awaitRecord));
        while (true) {
            Connection connection = database.connection();
            offsets.moveOffsets(connection, batch.moves());
            Optional<GatePass> pass = beginGate(connection, batch);
            List<Refusal> refusals = new ArrayList<>();
            List<ProjectedRecord> records;
            if (pass.isPresent()) {
                records = pass.get().select(batch, refusal -> refuse(refusal, refusals));
            } else {
                batch.refusals().forEach(refusal -> refuse(refusal, refusals));
                records = batch.records();
            }
            new PoisonSearch(connection, writer, pass, refusal -> refuse(refusal, refusals)).writeRecords(records);
            if (refusals.isEmpty()) {
                if (pass.isPresent()) {
                    pass.get().finish(batch.reportedRefusals());
                }
                // Before the commit, because a fault of it is one of the transaction's.
                database.clearParameters();
                connection.commit();
                pass.ifPresent(GatePass::openKeys);
                return;
            }
            database.clearParameters();
            if (pass.isPresent()) {
                pass.get().requireRoom(batch.reportedRefusals(), refusals);
            }
            connection.rollback();
            // Records that cannot be projected are found before those that the database refuses; readers of the queue
            // expect the records' order.
            refusals.sort(Refusal.ORDER);
            queue.handOver(refusals);
            batch.markReported(refusals);
        }
    }

    private Optional<GatePass> beginGate(Connection connection, Batch batch) throws SQLException {
        if (gate.isEmpty()) {
            return Optional.empty();
        }
        // A server that took over may have rows that the one before had deleted.
        if (loadedOn != database.openings()) {
            gate.get().load(connection);
            loadedOn = database.openings();
        }
        return Optional.of(gate.get().begin(connection, batch));
    }

    /** With TRACE, a line for each record of a batch that is committed. */
    void logWritten(Batch batch) {
        if (LOG.isTraceEnabled()) {
            for (ProjectedRecord record : batch.records()) {
                log.log(record.record(), () -> LOG.trace("Wrote {}", record));
            }
        }
    }

    private SinkRecord awaitRecord(CompletableFuture<SinkRecord> restored) {
        while (true) {
            try {
                return restored.get(POLL_MS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                queue.requireOpen();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof DataException reason) {
                    throw reason;
                }
                throw new UnavailablePayloadsException(e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ConnectException("Interrupted while payloads were read; the batch was not written", e);
            }
        }
    }

    private void refuse(Refusal refusal, List<Refusal> refusals) {
        if (!queue.takesRecords()) {
            throw queue.failByRefusal(refusal);
        }
        refusals.add(refusal);
    }
}
