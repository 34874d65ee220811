package io.millrace.connectors.projection.kind.rows;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import org.jspecify.annotations.Nullable;

/**
 * The row with this key is deleted.
 *
 * @param revision the value of {@link View#revision}, if the view has one: a row with a higher one stays
 */
public record RowDelete(View view, RowKey key, @Nullable Object revision) implements RowChange<TableChanges> {
    @Override
    public long bytes() {
        return ROW_BYTES;
    }

    @Override
    public long rows() {
        return 1;
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
        return earlier.collidesWithRow(key);
    }

    @Override
    public void addTo(TableChanges earlier) {
        earlier.delete(this);
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "delete of a row of " + view;
    }
}
