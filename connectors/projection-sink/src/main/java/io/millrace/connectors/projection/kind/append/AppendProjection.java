package io.millrace.connectors.projection.kind.append;

import io.millrace.connectors.projection.kind.BoundField;
import io.millrace.connectors.projection.kind.Deletions;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.RecordFilter;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.kind.Truncation;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes a row for each record, which no later record changes. A tombstone adds no row. */
final class AppendProjection implements Projection {
    private final View view;
    private final RecordFilter filter;
    private final List<BoundField> key;
    private final List<BoundField> columns;
    private final ColumnSet columnSet;

    AppendProjection(AppendDefinition definition, View view) {
        this.view = view;
        this.key = BoundField.bind(definition.basics(), definition.basics().key(), view);
        this.columns = BoundField.bind(definition.basics(), definition.columns(), view);
        this.filter = new RecordFilter(definition.basics(), Deletions.NONE, key, view);
        this.columnSet = BoundField.columnSet(columns, view);
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange<?>> changes) {
        if (scope.record().value() == null) {
            return;
        }
        RecordFilter.Verdict verdict = filter.judge(scope);
        if (verdict == RecordFilter.Verdict.TRUNCATE) {
            changes.accept(new Truncation<>(
                    view,
                    null,
                    AppendedRows.class,
                    (dialect, statements, texts) -> new AppendedRows(view, statements, texts)));
        }
        if (verdict != RecordFilter.Verdict.WRITE) {
            return;
        }
        @Nullable Object[] row = new @Nullable Object[view.columns().size()];
        key.forEach(field -> field.fillKey(scope, row));
        columns.forEach(field -> field.fill(scope, row));
        changes.accept(new AppendedRow(view, new RowKey(row, view.keySize()), row, columnSet));
    }
}
