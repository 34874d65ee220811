package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.ledger.Offsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch: first the offsets, by which a ledger locks its rows and keeps every other task out, then the rows, then
 * the refused records to the dead letter queue, then the commit. A crash before the commit leaves nothing except, perhaps,
 * copies in the dead letter queue.
 */
public final class BatchTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(BatchTransaction.class);
    private static final long REPORT_TIMEOUT_SECONDS = 60;

    private final Database database;
    private final Offsets offsets;
    private final ViewWriter writer;
    private final @Nullable ErrantRecordReporter reporter;
    private final LogContext log;

    /** With null as the reporter, a record that is refused fails the task. */
    public BatchTransaction(
            Database database, Offsets offsets, @Nullable ErrantRecordReporter reporter, LogContext log) {
        this.database = database;
        this.offsets = offsets;
        this.writer = new ViewWriter(database);
        this.reporter = reporter;
        this.log = log;
    }

    /**
     * Writes the batch; after an exception the transaction is to be rolled back.
     *
     * @return how many records were refused
     * @throws SQLException if the database fails; if it fails in the commit, whether that happened is unknown
     * @throws FencedException if another task owns a partition
     * @throws org.apache.kafka.connect.errors.DataException the first refused record's, if there is no reporter
     */
    int write(Batch batch) throws SQLException {
        Connection connection = database.connection();
        offsets.moveOffsets(connection, batch.moves());
        List<Refusal> refusals = new ArrayList<>();
        for (Refusal refusal : batch.refusals()) {
            refuse(refusal, refusals);
        }
        new PoisonSearch(connection, writer, refusal -> refuse(refusal, refusals)).writeRecords(batch.records());
        reportRefusals(refusals);
        connection.commit();
        return refusals.size();
    }

    private void refuse(Refusal refusal, List<Refusal> refusals) {
        if (reporter == null) {
            throw refusal.reason();
        }
        refusals.add(refusal);
    }

    /** Logs the refused records and hands them to the dead letter queue; returns when it has them. */
    void reportRefusals(List<Refusal> refusals) {
        // Records that cannot be projected are found before those that the database refuses; readers expect the
        // records'
        // order.
        refusals.sort(Refusal.ORDER);
        List<Future<Void>> reports = new ArrayList<>(refusals.size());
        for (Refusal refusal : refusals) {
            log.log(refusal.record(), () -> LOG.warn("Refused {}", refusal));
            reports.add(Objects.requireNonNull(reporter).report(refusal.record(), refusal.reason()));
        }
        try {
            for (Future<Void> report : reports) {
                report.get(REPORT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            throw new ConnectException(
                    "A refused record could not be reported, so its batch is not written", e.getCause());
        } catch (TimeoutException e) {
            throw new ConnectException(
                    "A refused record was not reported within " + REPORT_TIMEOUT_SECONDS
                            + " s, so its batch is not written",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("Interrupted while a refused record was reported; its batch is not written", e);
        }
    }
}
