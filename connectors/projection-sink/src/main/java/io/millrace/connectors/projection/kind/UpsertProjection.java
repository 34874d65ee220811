package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.util.List;
import java.util.function.Consumer;

/** A row for an event. */
public final class UpsertProjection implements Projection {
    private final View view;
    private final RecordFilter filter;
    private final List<BoundField> key;
    private final List<BoundField> columns;
    private final ColumnSet columnSet;

    public UpsertProjection(ProjectionDefinition definition, View view) {
        this.view = view;
        this.key = BoundField.bind(definition.name(), definition.key(), view);
        this.columns = BoundField.bind(definition.name(), definition.columns(), view);
        this.filter = new RecordFilter(definition, key, view);
        this.columnSet = BoundField.columnSet(columns, view);
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange> changes) {
        RecordFilter.Verdict verdict = filter.judge(scope);
        if (verdict == RecordFilter.Verdict.IGNORE) {
            return;
        }
        Object[] row = new Object[view.columns().size()];
        key.forEach(field -> field.fillKey(scope, row));
        RowKey rowKey = new RowKey(row, view.keySize());
        if (verdict == RecordFilter.Verdict.DELETE) {
            changes.accept(new RowChange.Delete(view, rowKey));
            return;
        }
        columns.forEach(field -> field.fill(scope, row));
        changes.accept(new RowChange.Upsert(view, rowKey, row, columnSet));
    }
}
