package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.database.Database;
import io.millrace.connectors.projection.ledger.FencedException;
import io.millrace.connectors.projection.ledger.Offsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a batch: first the offsets, by which a ledger locks its rows and keeps every other task out, then the rows, then
 * the commit. If records are refused, the transaction is rolled back, the dead letter queue gets them, and another
 * transaction writes the rest: the queue may take longer than the server lets a transaction idle. A batch remembers what the
 * queue has, so a crash or a restart of the task before the commit leaves copies in the queue, a retry does not.
 */
public final class BatchTransaction {
    private final Database database;
    private final Offsets offsets;
    private final ViewWriter writer;
    private final DeadLetterQueue queue;

    public BatchTransaction(Database database, Offsets offsets, DeadLetterQueue queue) {
        this.database = database;
        this.offsets = offsets;
        this.writer = new ViewWriter(database);
        this.queue = queue;
    }

    /** Where refused records go. */
    DeadLetterQueue queue() {
        return queue;
    }

    /**
     * Writes the batch; after an exception the transaction is to be rolled back.
     *
     * @throws SQLException if the database fails; if it fails in the commit, whether that happened is unknown
     * @throws FencedException if another task owns a partition
     * @throws org.apache.kafka.connect.errors.DataException the first refused record's, if there is no dead letter queue
     * @throws org.apache.kafka.connect.errors.ConnectException if the dead letter queue does not take a refused record
     */
    void write(Batch batch) throws SQLException {
        while (true) {
            Connection connection = database.connection();
            offsets.moveOffsets(connection, batch.moves());
            List<Refusal> refusals = new ArrayList<>();
            batch.refusals().forEach(refusal -> refuse(refusal, refusals));
            new PoisonSearch(connection, writer, refusal -> refuse(refusal, refusals)).writeRecords(batch.records());
            if (refusals.isEmpty()) {
                connection.commit();
                return;
            }
            connection.rollback();
            // Records that cannot be projected are found before those that the database refuses; readers of the queue
            // expect the records' order.
            refusals.sort(Refusal.ORDER);
            queue.handOver(refusals);
            batch.markReported(refusals);
        }
    }

    private void refuse(Refusal refusal, List<Refusal> refusals) {
        if (!queue.takesRecords()) {
            throw queue.fail(refusal);
        }
        refusals.add(refusal);
    }
}
