package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The changes of one view in a batch, merged so that they are written with few statements. For one thread. */
public interface MergedChanges {
    View view();

    /**
     * Whether other tasks may write the same rows. Such views are written last, because their rows stay locked until the
     * commit, and in one order in every task, so that no two tasks wait for each other.
     */
    boolean sharesRows();

    /**
     * Empties the view before these changes are written. To be called once, before any change is added.
     *
     * @param revision rows that do not have a lower one stay; null if the view has no revisions
     */
    void truncate(@Nullable Object revision);

    /** Writes them within the current transaction. */
    void write() throws SQLException;
}
