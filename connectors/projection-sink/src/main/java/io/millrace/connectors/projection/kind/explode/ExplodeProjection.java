package io.millrace.connectors.projection.kind.explode;

import io.millrace.connectors.projection.kind.BoundField;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.ProjectionException;
import io.millrace.connectors.projection.kind.RecordFilter;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.kind.rows.RowUpsert;
import io.millrace.connectors.projection.kind.rows.TableChanges;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Expression;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Writes a row for each element of an array; the rows of a group are exactly those of the last array. */
final class ExplodeProjection implements Projection {
    private final String name;
    private final View view;
    private final RecordFilter filter;
    private final Expression elements;
    private final List<BoundField> group;
    private final List<BoundField> elementKey;
    private final List<BoundField> columnsOfRecord;
    private final List<BoundField> columnsOfElement;
    private final ColumnSet columnSet;

    ExplodeProjection(ExplodeDefinition definition, View view) {
        this.name = definition.basics().name();
        this.view = view;
        this.elements = definition.elements();
        this.group = BoundField.bind(definition.basics(), definition.basics().key(), view);
        this.elementKey = BoundField.bind(definition.basics(), definition.elementKey(), view);
        List<BoundField> columns = BoundField.bind(definition.basics(), definition.columns(), view);
        this.columnsOfRecord =
                columns.stream().filter(column -> !column.reads("element")).toList();
        this.columnsOfElement =
                columns.stream().filter(column -> column.reads("element")).toList();
        this.filter = new RecordFilter(definition.basics(), definition.deletions(), group, view);
        this.columnSet = BoundField.columnSet(columns, view);
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange<?>> changes) {
        RecordFilter.Verdict verdict = filter.judge(scope);
        if (verdict == RecordFilter.Verdict.IGNORE) {
            return;
        }
        if (verdict == RecordFilter.Verdict.TRUNCATE) {
            changes.accept(TableChanges.truncation(view, null));
            return;
        }
        @Nullable Object[] common = new @Nullable Object[view.columns().size()];
        group.forEach(field -> field.fillKey(scope, common));
        List<RowUpsert> rows = new ArrayList<>();
        if (verdict == RecordFilter.Verdict.WRITE) {
            columnsOfRecord.forEach(field -> field.fill(scope, common));
            Schema array = elements.schema(scope);
            Schema schema = array == null || array.type() != Schema.Type.ARRAY ? null : array.valueSchema();
            for (Object element : array(scope)) {
                scope.ofPart(element instanceof Struct struct ? struct.schema() : schema, element);
                @Nullable Object[] row = common.clone();
                elementKey.forEach(field -> field.fillKey(scope, row));
                columnsOfElement.forEach(field -> field.fill(scope, row));
                rows.add(new RowUpsert(view, new RowKey(row, view.keySize()), row, columnSet));
            }
        }
        changes.accept(new GroupReplacement(view, new RowKey(common, view.groupSize()), rows));
    }

    private Collection<?> array(RecordScope scope) {
        @Nullable Object value;
        try {
            value = elements.value(scope);
        } catch (DataException e) {
            throw ProjectionException.ofOption(name, view, ExplodeOptions.ELEMENTS.name(), e.getMessage(), e);
        }
        if (value == null) {
            return List.of();
        }
        if (value instanceof Collection<?> array) {
            return array;
        }
        throw ProjectionException.ofOption(
                name,
                view,
                ExplodeOptions.ELEMENTS.name(),
                "expected an array, found " + value.getClass().getSimpleName(),
                null);
    }
}
