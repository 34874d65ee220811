package io.millrace.connectors.event;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;

/**
 * The transaction boundaries that the wrapped task defines. It names records that it returns, and Connect must be given
 * those that are returned in their place; so a boundary is passed on when the replacement of its record exists.
 */
final class BatchTransactions implements TransactionContext {
    private final TransactionContext context;

    @GuardedBy("this")
    private final Set<SourceRecord> commits = newIdentitySet();

    @GuardedBy("this")
    private final Set<SourceRecord> aborts = newIdentitySet();

    BatchTransactions(TransactionContext context) {
        this.context = context;
    }

    @Override
    public void commitTransaction() {
        context.commitTransaction();
    }

    @Override
    public synchronized void commitTransaction(SourceRecord record) {
        commits.add(record);
    }

    @Override
    public void abortTransaction() {
        context.abortTransaction();
    }

    @Override
    public synchronized void abortTransaction(SourceRecord record) {
        aborts.add(record);
    }

    /** Whether a transaction ends with this record. */
    synchronized boolean isBoundary(SourceRecord record) {
        return commits.contains(record) || aborts.contains(record);
    }

    /** Passes on the boundary of a record, if it has one, with the record that is returned in its place. */
    synchronized void passBoundary(SourceRecord record, SourceRecord successor) {
        if (commits.remove(record)) {
            context.commitTransaction(successor);
        }
        if (aborts.remove(record)) {
            context.abortTransaction(successor);
        }
    }

    /** The wrapped task names the very record that it returns. */
    private static Set<SourceRecord> newIdentitySet() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }
}
