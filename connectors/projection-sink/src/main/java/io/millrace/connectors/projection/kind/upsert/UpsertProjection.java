package io.millrace.connectors.projection.kind.upsert;

import io.millrace.connectors.projection.kind.BoundField;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.RecordFilter;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.kind.rows.RowDelete;
import io.millrace.connectors.projection.kind.rows.RowUpsert;
import io.millrace.connectors.projection.kind.rows.TableChanges;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A row for a record. */
final class UpsertProjection implements Projection {
    private final View view;
    private final RecordFilter filter;
    private final List<BoundField> key;
    private final List<BoundField> columns;
    private final Optional<BoundField> revision;
    private final Optional<DeletedMark> mark;
    private final ColumnSet written;
    private final ColumnSet marked;

    /** A projection into this table, which has {@linkplain View#truncations truncations} if these have revisions. */
    UpsertProjection(UpsertDefinition definition, View view) {
        this.view = view;
        this.key = BoundField.bind(definition.basics(), definition.basics().key(), view);
        List<BoundField> fields = BoundField.bind(definition.basics(), definition.columns(), view);
        this.revision = fields.stream()
                .filter(field -> field.index() == view.revision())
                .findFirst();
        this.columns = fields.stream()
                .filter(field -> field.index() != view.revision())
                .toList();
        this.filter = new RecordFilter(definition.basics(), definition.deletions(), key, view);
        this.mark = definition.mark().map(column -> new DeletedMark(column, view));
        this.marked = with(mark.map(DeletedMark::index), with(revision.map(BoundField::index), view.noColumns()));
        this.written = BoundField.columnSet(columns, view).union(marked);
    }

    private static ColumnSet with(Optional<Integer> index, ColumnSet set) {
        return index.map(set::with).orElse(set);
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange<?>> changes) {
        RecordFilter.Verdict verdict = filter.judge(scope);
        if (verdict == RecordFilter.Verdict.IGNORE) {
            return;
        }
        @Nullable Object[] row = new @Nullable Object[view.columns().size()];
        if (verdict == RecordFilter.Verdict.TRUNCATE) {
            revision.ifPresent(field -> field.fillRevision(scope, row));
            changes.accept(TableChanges.truncation(view, revisionOf(row)));
            return;
        }
        key.forEach(field -> field.fillKey(scope, row));
        RowKey rowKey = new RowKey(row, view.keySize());
        revision.ifPresent(field -> field.fillRevision(scope, row));
        if (verdict == RecordFilter.Verdict.WRITE) {
            ColumnSet filled = fillColumns(scope, row);
            mark.ifPresent(column -> column.clear(row));
            changes.accept(new RowUpsert(view, rowKey, row, filled));
        } else if (mark.isPresent()) {
            mark.get().set(row, scope.record());
            changes.accept(new RowUpsert(view, rowKey, row, marked));
        } else {
            changes.accept(new RowDelete(view, rowKey, revisionOf(row)));
        }
    }

    private @Nullable Object revisionOf(@Nullable Object[] row) {
        return view.hasRevision() ? row[view.revision()] : null;
    }

    /** The columns that the record does not leave unchanged. */
    private ColumnSet fillColumns(RecordScope scope, @Nullable Object[] row) {
        ColumnSet filled = written;
        for (int i = 0; i < columns.size(); i++) {
            BoundField field = columns.get(i);
            if (!field.fillUnlessUnchanged(scope, row)) {
                filled = filled.without(field.index());
            }
        }
        return filled;
    }
}
