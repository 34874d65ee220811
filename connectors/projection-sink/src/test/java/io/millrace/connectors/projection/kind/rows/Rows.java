package io.millrace.connectors.projection.kind.rows;

import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;

/** Rows for tests. */
public final class Rows {
    private Rows() {}

    /** A row whose columns that are null are not in its set. */
    public static RowUpsert upsert(View view, Object... values) {
        ColumnSet set = view.noColumns();
        for (int i = view.keySize(); i < values.length; i++) {
            if (values[i] != null) {
                set = set.with(i);
            }
        }
        return new RowUpsert(view, new RowKey(values, view.keySize()), values, set);
    }
}
