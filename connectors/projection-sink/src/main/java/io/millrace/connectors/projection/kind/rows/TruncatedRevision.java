package io.millrace.connectors.projection.kind.rows;

import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The highest revision up to which a view was emptied, in a table with one row. Without it, an event of another partition
 * that is older, but arrives later, would write a row again. Every transaction that writes the view locks the row against
 * changes, so that none writes an older row while another one empties the view. For one thread.
 */
final class TruncatedRevision {
    private static final long ONLY_ROW = 1;

    private final View table;
    private final ViewStatements statements;

    /** The table is one of {@link View#truncations}. */
    TruncatedRevision(View table, ViewStatements statements) {
        this.table = table;
        this.statements = statements;
    }

    /** Raises the revision to this one, unless it is higher. Waits for the transactions that are writing the view. */
    void raise(@Nullable Object revision) throws SQLException {
        statements.upsert(table, table.noColumns().with(table.revision()), List.<@Nullable Object[]>of(row(revision)));
    }

    /** Reads the revision, and locks it until the end of the transaction; null if the view was not emptied. */
    @Nullable
    Object readLocked() throws SQLException {
        List<RowKey> key = List.of(new RowKey(new Object[] {ONLY_ROW}, 1));
        List<@Nullable Object[]> rows = statements.share(table, key);
        if (rows.isEmpty()) {
            // A missing row cannot be locked. Another task may add it at the same time.
            statements.append(table, table.noColumns(), List.<@Nullable Object[]>of(row(null)));
            rows = statements.share(table, key);
        }
        return rows.get(0)[table.revision()];
    }

    private @Nullable Object[] row(@Nullable Object revision) {
        @Nullable Object[] row = new @Nullable Object[table.columns().size()];
        row[0] = ONLY_ROW;
        row[table.revision()] = revision;
        return row;
    }
}
