package io.millrace.events;

import java.util.Map;
import java.util.Optional;

/**
 * The place of a change in PostgreSQL's log. One record of the log can have several changes, as that of a {@code COPY}, so the
 * log sequence number alone identifies none. The event source adds the place to the source offset, under names that Debezium does
 * not have:
 *
 * <pre>
 * offset = { Debezium's fields, change_txid: transaction, change_lsn: lsn, change_row: row }
 * </pre>
 *
 * @param transaction the transaction's 32-bit id; 0 for a message outside of transactions
 * @param lsn the log sequence number of the log's record
 * @param row the number of the change among those of the log's record, from 0
 */
public record WalPlace(long transaction, long lsn, long row) {
    private static final String TRANSACTION = "change_txid";
    private static final String LSN = "change_lsn";
    private static final String ROW = "change_row";

    /** The place in a source offset; empty if it has none. */
    public static Optional<WalPlace> find(Map<String, ?> sourceOffset) {
        return sourceOffset.get(TRANSACTION) instanceof Number transaction
                        && sourceOffset.get(LSN) instanceof Number lsn
                        && sourceOffset.get(ROW) instanceof Number row
                ? Optional.of(new WalPlace(transaction.longValue(), lsn.longValue(), row.longValue()))
                : Optional.empty();
    }

    /** Adds the place to a source offset. */
    public void addTo(Map<String, Object> sourceOffset) {
        sourceOffset.put(TRANSACTION, transaction);
        sourceOffset.put(LSN, lsn);
        sourceOffset.put(ROW, row);
    }

    /** Whether the place is of the same transaction, and not behind the other one. */
    public boolean isNotBehind(WalPlace other) {
        return transaction == other.transaction && (lsn < other.lsn || (lsn == other.lsn && row <= other.row));
    }
}
