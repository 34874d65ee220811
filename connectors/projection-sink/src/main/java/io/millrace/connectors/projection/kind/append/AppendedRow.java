package io.millrace.connectors.projection.kind.append;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import org.jspecify.annotations.Nullable;

/** The row is added unless one with its key exists. */
// A row is an array, so that it costs one allocation; changes are not compared.
@SuppressWarnings("ArrayRecordComponent")
record AppendedRow(View view, RowKey key, @Nullable Object[] values, ColumnSet columns)
        implements RowChange<AppendedRows> {
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
        return null;
    }

    @Override
    public Class<AppendedRows> mergedAs() {
        return AppendedRows.class;
    }

    @Override
    public void addKeysTo(EqualTexts texts) {
        texts.add(view, key);
    }

    @Override
    public AppendedRows startMerge(Dialect dialect, ViewStatements statements, EqualTexts texts) {
        return new AppendedRows(view, statements, texts);
    }

    @Override
    public boolean collidesWith(AppendedRows earlier) {
        return earlier.collidesWith(key);
    }

    @Override
    public void addTo(AppendedRows earlier) {
        earlier.add(this);
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "append of a row to " + view;
    }
}
