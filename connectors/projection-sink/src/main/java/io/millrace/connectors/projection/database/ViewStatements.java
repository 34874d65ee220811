package io.millrace.connectors.projection.database;

import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes rows of views, many with a statement, within the current transaction. Values have the forms that
 * {@link io.millrace.connectors.projection.value.ConnectToSql} gives them. Lists may be of any length and hold no key
 * twice. For one thread.
 */
public interface ViewStatements {
    /**
     * Writes rows: a new one with these columns, or these columns of the one that is there, unless that has a higher
     * revision.
     *
     * @param rows in the view's order; the key, and what is in the set
     */
    void upsert(View view, ColumnSet columns, List<Object[]> rows) throws SQLException;

    /** Deletes the rows with these keys, as far as they are there and have no higher revision. */
    void delete(View view, List<RowChange.Delete> deletes) throws SQLException;

    /**
     * Deletes rows of groups.
     *
     * @param staying for each group the rows that stay
     */
    void vanish(View view, Map<RowKey, Set<RowKey>> staying) throws SQLException;
}
