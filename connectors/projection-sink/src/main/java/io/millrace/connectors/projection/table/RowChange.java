package io.millrace.connectors.projection.table;

import java.util.List;

/** What a record does to a view. */
public sealed interface RowChange {
    /** The view. */
    View view();

    /**
     * The row with this key gets these values; columns that are not in the set keep theirs.
     *
     * @param values in the view's order; the key, and what is in the set
     */
    // A row is an array, so that it costs one allocation; nobody compares changes.
    @SuppressWarnings("ArrayRecordComponent")
    record Upsert(View view, RowKey key, Object[] values, ColumnSet columns) implements RowChange {}

    /**
     * There is no row with this key.
     *
     * @param revision the value of {@link View#revision}, where the view has one: a row with a higher one stays
     */
    record Delete(View view, RowKey key, Object revision) implements RowChange {}

    /** The group has these rows and no others. */
    record ReplaceGroup(View view, RowKey group, List<Upsert> rows) implements RowChange {}
}
