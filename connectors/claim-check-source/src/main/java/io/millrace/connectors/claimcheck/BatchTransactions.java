package io.millrace.connectors.claimcheck;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.TransactionContext;

/**
 * The transaction boundaries that the wrapped task asks for. It names records that it returns, and Connect must hear of
 * those that are returned in their place; so what is said of a record is passed on when its successor is known.
 */
final class BatchTransactions implements TransactionContext {
    private final TransactionContext context;

    @GuardedBy("this")
    private final List<SourceRecord> commits = new ArrayList<>();

    @GuardedBy("this")
    private final List<SourceRecord> aborts = new ArrayList<>();

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

    /** Passes on what was said of these records. */
    synchronized void passBoundaries(List<SourceRecord> records, List<SourceRecord> successors) {
        if (commits.isEmpty() && aborts.isEmpty()) {
            return;
        }
        IdentityHashMap<SourceRecord, SourceRecord> successorOf = new IdentityHashMap<>();
        for (int i = 0; i < records.size(); i++) {
            successorOf.put(records.get(i), successors.get(i));
        }
        passBoundaries(commits, successorOf, context::commitTransaction);
        passBoundaries(aborts, successorOf, context::abortTransaction);
    }

    private static void passBoundaries(
            List<SourceRecord> said,
            IdentityHashMap<SourceRecord, SourceRecord> successorOf,
            Consumer<SourceRecord> passOn) {
        said.removeIf(record -> {
            SourceRecord successor = successorOf.get(record);
            if (successor != null) {
                passOn.accept(successor);
            }
            return successor != null;
        });
    }
}
