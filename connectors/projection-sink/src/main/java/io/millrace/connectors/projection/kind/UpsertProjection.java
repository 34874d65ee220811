package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A row for an event. */
public final class UpsertProjection implements Projection {
    private final View view;
    private final RecordFilter filter;
    private final List<BoundField> key;
    private final List<BoundField> columns;
    private final Optional<BoundField> revision;
    private final Optional<DeletedMark> mark;
    private final ColumnSet written;
    private final ColumnSet marked;

    public UpsertProjection(ProjectionDefinition definition, View view) {
        this.view = view;
        this.key = BoundField.bind(definition.name(), definition.key(), view);
        List<BoundField> fields = BoundField.bind(definition.name(), definition.columns(), view);
        this.revision = fields.stream()
                .filter(field -> field.index() == view.revision())
                .findFirst();
        this.columns = fields.stream()
                .filter(field -> field.index() != view.revision())
                .toList();
        this.filter = new RecordFilter(definition, key, view);
        this.mark = definition.deletes().mark().map(column -> new DeletedMark(column, view));
        this.marked = with(mark.map(DeletedMark::index), with(revision.map(BoundField::index), view.noColumns()));
        this.written = BoundField.columnSet(columns, view).union(marked);
    }

    private static ColumnSet with(Optional<Integer> index, ColumnSet set) {
        return index.map(set::with).orElse(set);
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
        revision.ifPresent(field -> field.fillRevision(scope, row));
        if (verdict == RecordFilter.Verdict.WRITE) {
            columns.forEach(field -> field.fill(scope, row));
            mark.ifPresent(column -> column.clear(row));
            changes.accept(new RowChange.Upsert(view, rowKey, row, written));
        } else if (mark.isPresent()) {
            mark.get().set(row, scope.record());
            changes.accept(new RowChange.Upsert(view, rowKey, row, marked));
        } else {
            changes.accept(new RowChange.Delete(
                    view, rowKey, revision.map(field -> row[field.index()]).orElse(null)));
        }
    }
}
