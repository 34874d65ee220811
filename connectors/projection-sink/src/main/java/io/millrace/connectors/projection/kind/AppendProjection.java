package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.util.List;
import java.util.function.Consumer;

/** A row for an event, which no later event changes. A tombstone is no event. */
public final class AppendProjection implements Projection {
    private final View view;
    private final RecordFilter filter;
    private final List<BoundField> key;
    private final List<BoundField> columns;
    private final ColumnSet columnSet;

    public AppendProjection(ProjectionDefinition definition, View view) {
        this.view = view;
        this.key = BoundField.bind(definition.name(), definition.key(), view);
        this.columns = BoundField.bind(definition.name(), definition.columns(), view);
        this.filter = new RecordFilter(definition, key, view);
        this.columnSet = BoundField.columnSet(columns, view);
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange> changes) {
        if (scope.record().value() == null || filter.judge(scope) != RecordFilter.Verdict.WRITE) {
            return;
        }
        Object[] row = new Object[view.columns().size()];
        key.forEach(field -> field.fillKey(scope, row));
        columns.forEach(field -> field.fill(scope, row));
        changes.accept(new RowChange.Append(view, new RowKey(row, view.keySize()), row, columnSet));
    }
}
