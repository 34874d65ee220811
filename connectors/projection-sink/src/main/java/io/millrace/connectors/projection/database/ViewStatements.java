package io.millrace.connectors.projection.database;

import io.millrace.connectors.projection.table.Accumulation;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.DeletedRow;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    void upsert(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException;

    /** Writes the rows whose keys are not there yet; rows as in {@link #upsert}. */
    void append(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException;

    /**
     * Writes rows that must not be there yet; rows as in {@link #upsert}.
     *
     * @throws SQLException in particular if one is
     */
    void insert(View view, ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException;

    /**
     * Combines rows with those that have the same keys, and locks these; a key that is new gets a row.
     *
     * @param rows in the view's order; the key, and what is in the set of columns
     */
    void accumulate(Accumulation accumulation, List<@Nullable Object[]> rows) throws SQLException;

    /** Reads and locks the existing rows with these keys; in the view's order. */
    List<@Nullable Object[]> lock(View view, List<RowKey> keys) throws SQLException;

    /**
     * Changes or deletes the rows with these keys.
     *
     * @param head the statement up to its WHERE
     * @param tail further conditions, beginning with AND; or nothing
     */
    void change(View view, String head, List<RowKey> keys, String tail) throws SQLException;

    /**
     * Which of these tuples some row has.
     *
     * @param columns the columns, as indexes into those of the view
     * @param tuples their values, none of which is null
     * @return the indexes of the tuples
     */
    BitSet exist(View view, int[] columns, List<RowKey> tuples) throws SQLException;

    /**
     * Numbers texts, so that those which the column compares as equal have one number.
     *
     * @param column one that may compare texts that differ as equal, see {@link Column#equatesTexts}
     * @return the number of each text
     */
    int[] numberEqualTexts(Column column, List<String> texts) throws SQLException;

    /** Reads the existing rows with these keys, and locks them against changes, but not against other readers. */
    List<@Nullable Object[]> share(View view, List<RowKey> keys) throws SQLException;

    /**
     * Deletes all rows, which may take longer than other statements.
     *
     * @param revision rows that do not have a lower one stay; null if the view has no revisions
     */
    void truncate(View view, @Nullable Object revision) throws SQLException;

    /** Deletes the rows with these keys, as far as they are there and have no higher revision. */
    void delete(View view, List<DeletedRow> deletes) throws SQLException;

    /**
     * Deletes rows of groups.
     *
     * @param staying for each group the rows that stay
     */
    void vanish(View view, Map<RowKey, Set<RowKey>> staying) throws SQLException;
}
