package io.millrace.connectors.projection.kind;

import io.millrace.connectors.projection.definition.AggregateDefinition;
import io.millrace.connectors.projection.definition.ProjectionDefinition;
import io.millrace.connectors.projection.table.Completion;
import io.millrace.connectors.projection.table.GroupTable;
import io.millrace.connectors.projection.table.ProjectionTables;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import io.millrace.expressions.Expression;
import io.millrace.expressions.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * What is said of groups: an event contributes to one. With members, it replaces what its member contributed before; the
 * members' table knows what that was. Without, it contributes once and for all, and takes back what the state that it
 * replaces had contributed, where the event says what that was.
 */
public final class AggregateProjection implements Projection {
    private final String name;
    private final GroupTable groups;
    private final RecordFilter filter;
    private final View contributions;
    private final List<BoundField> memberKey;
    private final List<BoundField> key;
    private final List<BoundField> measures;
    private final Optional<Expression> before;
    private final Optional<Expression> after;

    public AggregateProjection(ProjectionDefinition definition, ProjectionTables tables) {
        AggregateDefinition aggregate = definition.aggregate().orElseThrow();
        this.name = definition.name();
        Completion completion = aggregate
                .completion()
                .map(completed -> new GroupCompletion(definition, completed, tables.outbox()))
                .orElse(null);
        this.groups = new GroupTable(
                tables.view(), tables.members(), aggregate.functions(), aggregate.keepsEmpty(), completion);
        this.contributions = groups.members().orElse(groups.view());
        this.memberKey = BoundField.bind(name, aggregate.memberKey(), contributions);
        this.key = BoundField.bind(name, definition.key(), contributions);
        this.measures = BoundField.bind(name, measures(definition, aggregate), contributions);
        this.filter = new RecordFilter(definition, memberKey, contributions);
        this.before = aggregate.before();
        this.after = aggregate.after();
    }

    private static List<Field> measures(ProjectionDefinition definition, AggregateDefinition aggregate) {
        List<Field> measures = new ArrayList<>();
        for (int i = 0; i < aggregate.functions().size(); i++) {
            Field field = definition.columns().get(i);
            switch (aggregate.functions().get(i)) {
                case COUNT_ALL -> {}
                case COUNT -> measures.add(new Field(field.name(), new Presence(field.expression())));
                default -> measures.add(field);
            }
        }
        return measures;
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange> changes) {
        if (groups.members().isPresent()) {
            contribute(scope, changes);
        } else if (scope.record().value() != null) {
            adjust(scope, changes);
        }
    }

    private void contribute(RecordScope scope, Consumer<RowChange> changes) {
        scope.ofPart(scope.record().valueSchema(), scope.record().value());
        RecordFilter.Verdict verdict = filter.judge(scope);
        if (verdict == RecordFilter.Verdict.IGNORE) {
            return;
        }
        Object[] row = new Object[contributions.columns().size()];
        memberKey.forEach(field -> field.fillKey(scope, row));
        RowKey member = new RowKey(row, contributions.keySize());
        if (verdict == RecordFilter.Verdict.WRITE) {
            fill(scope, row);
        }
        changes.accept(new RowChange.Contribute(
                groups, member, verdict == RecordFilter.Verdict.WRITE ? row : null, scope.record()));
    }

    /** A tombstone says nothing of a state. */
    private void adjust(RecordScope scope, Consumer<RowChange> changes) {
        Object[] old = before.isPresent() ? contribution(scope, before.get(), "before") : null;
        Object[] fresh = after.isPresent()
                ? contribution(scope, after.get(), "after")
                : contribution(
                        scope, scope.record().valueSchema(), scope.record().value());
        if (old != null || fresh != null) {
            changes.accept(new RowChange.Adjust(groups, old, fresh, scope.record()));
        }
    }

    private Object[] contribution(RecordScope scope, Expression state, String option) {
        Object value;
        Schema schema;
        try {
            value = state.value(scope);
            schema = value instanceof Struct struct ? struct.schema() : value == null ? null : state.schema(scope);
        } catch (DataException e) {
            throw new DataException("Projection " + name + ", option " + option + ": " + e.getMessage(), e);
        }
        return value == null ? null : contribution(scope, schema, value);
    }

    private Object[] contribution(RecordScope scope, Schema schema, Object state) {
        scope.ofPart(schema, state);
        if (filter.judge(scope) != RecordFilter.Verdict.WRITE) {
            return null;
        }
        Object[] row = new Object[contributions.columns().size()];
        fill(scope, row);
        return row;
    }

    private void fill(RecordScope scope, Object[] row) {
        key.forEach(field -> field.fillKey(scope, row));
        measures.forEach(field -> field.fill(scope, row));
    }
}
