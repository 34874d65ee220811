package io.millrace.connectors.projection.kind.rows;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import org.jspecify.annotations.Nullable;

/**
 * The row with this key gets these values; columns that are not in the set keep theirs.
 *
 * @param values in the view's order; the key, and what is in the set
 */
// A row is an array, so that it costs one allocation; changes are not compared.
@SuppressWarnings("ArrayRecordComponent")
public record RowUpsert(View view, RowKey key, @Nullable Object[] values, ColumnSet columns)
        implements RowChange<TableChanges> {
    @Override
    public long bytes() {
        return RowChange.sizeOf(values);
    }

    @Override
    public long rows() {
        return 1;
    }

    @Override
    public @Nullable Object revision() {
        return view.hasRevision() ? values[view.revision()] : null;
    }

    @Override
    public Class<TableChanges> mergedAs() {
        return TableChanges.class;
    }

    @Override
    public void addKeysTo(EqualTexts texts) {
        texts.add(view, key);
    }

    @Override
    public TableChanges startMerge(Dialect dialect, ViewStatements statements, EqualTexts texts) {
        return new TableChanges(view, statements, texts);
    }

    @Override
    public boolean collidesWith(TableChanges earlier) {
        return earlier.isPartOfNewer(this) || earlier.collidesWithRow(key);
    }

    @Override
    public void addTo(TableChanges earlier) {
        earlier.upsert(this);
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "upsert of a row of " + view;
    }
}
