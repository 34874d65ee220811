package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.definition.ProjectionOptions;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowChange;
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

/** A row for each element of an array; the rows of a group are exactly those of the newest array. */
public final class ExplodeProjection implements Projection {
    private final String name;
    private final View view;
    private final RecordFilter filter;
    private final Expression elements;
    private final List<BoundField> group;
    private final List<BoundField> elementKey;
    private final List<BoundField> columnsOfRecord;
    private final List<BoundField> columnsOfElement;
    private final ColumnSet columnSet;

    public ExplodeProjection(ProjectionDefinition definition, View view) {
        this.name = definition.name();
        this.view = view;
        this.elements = definition.elements().orElseThrow();
        this.group = BoundField.bind(name, definition.key(), view);
        this.elementKey = BoundField.bind(name, definition.elementKey(), view);
        List<BoundField> columns = BoundField.bind(name, definition.columns(), view);
        this.columnsOfRecord =
                columns.stream().filter(column -> !column.reads("element")).toList();
        this.columnsOfElement =
                columns.stream().filter(column -> column.reads("element")).toList();
        this.filter = new RecordFilter(definition, group, view);
        this.columnSet = BoundField.columnSet(columns, view);
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange> changes) {
        RecordFilter.Verdict verdict = filter.judge(scope);
        if (verdict == RecordFilter.Verdict.IGNORE) {
            return;
        }
        Object[] common = new Object[view.columns().size()];
        group.forEach(field -> field.fillKey(scope, common));
        List<RowChange.Upsert> rows = new ArrayList<>();
        if (verdict == RecordFilter.Verdict.WRITE) {
            columnsOfRecord.forEach(field -> field.fill(scope, common));
            Schema array = elements.schema(scope);
            Schema schema = array == null || array.type() != Schema.Type.ARRAY ? null : array.valueSchema();
            for (Object element : array(scope)) {
                scope.ofPart(element instanceof Struct struct ? struct.schema() : schema, element);
                Object[] row = common.clone();
                elementKey.forEach(field -> field.fillKey(scope, row));
                columnsOfElement.forEach(field -> field.fill(scope, row));
                rows.add(new RowChange.Upsert(view, new RowKey(row, view.keySize()), row, columnSet));
            }
        }
        changes.accept(new RowChange.ReplaceGroup(view, new RowKey(common, view.groupSize()), rows));
    }

    private Collection<?> array(RecordScope scope) {
        Object value;
        try {
            value = elements.value(scope);
        } catch (DataException e) {
            throw ProjectionException.ofOption(name, view, ProjectionOptions.ELEMENTS, e.getMessage(), e);
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
                ProjectionOptions.ELEMENTS,
                "expected an array, found " + value.getClass().getSimpleName(),
                null);
    }
}
