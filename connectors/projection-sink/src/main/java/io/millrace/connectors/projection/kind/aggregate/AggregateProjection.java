package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.kind.BoundField;
import io.millrace.connectors.projection.kind.Projection;
import io.millrace.connectors.projection.kind.RecordFilter;
import io.millrace.connectors.projection.kind.RecordScope;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.kind.Truncation;
import io.millrace.connectors.projection.kind.aggregate.AggregateColumns.Aggregate;
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
import org.jspecify.annotations.Nullable;

/**
 * Aggregates of groups: each record contributes to one group. With members, it replaces what its member contributed
 * before, which the members' table has. Without, it contributes once and for all, and takes back what the state that it
 * replaces had contributed, if the record contains that state.
 */
final class AggregateProjection implements Projection {
    private final String name;
    private final GroupTable groups;
    private final RecordFilter filter;
    private final View contributions;
    private final List<BoundField> memberKey;
    private final List<BoundField> key;
    private final List<BoundField> measures;
    private final Optional<Expression> before;
    private final Optional<Expression> after;

    /**
     * A projection into these tables.
     *
     * @param members null if contributions are not kept
     * @param outbox null if groups are never complete
     */
    AggregateProjection(AggregateDefinition definition, View view, @Nullable View members, @Nullable View outbox) {
        this.name = definition.basics().name();
        GroupCompletion completion = outbox == null
                ? null
                : new GroupCompletion(definition, definition.completion().orElseThrow(), outbox);
        this.groups = new GroupTable(view, members, definition.functions(), definition.keepsEmpty(), completion);
        this.contributions = members == null ? view : members;
        this.memberKey = BoundField.bind(definition.basics(), definition.memberKey(), contributions);
        this.key = BoundField.bind(definition.basics(), definition.basics().key(), contributions);
        this.measures = BoundField.bind(definition.basics(), measures(definition), contributions);
        this.filter = new RecordFilter(definition.basics(), definition.deletions(), memberKey, contributions);
        this.before = definition.before();
        this.after = definition.after();
    }

    private static List<Field> measures(AggregateDefinition definition) {
        List<Field> measures = new ArrayList<>();
        for (Aggregate aggregate : definition.aggregates()) {
            Field field = aggregate.field();
            switch (aggregate.function()) {
                case COUNT_ALL -> {}
                case COUNT -> measures.add(new Field(field.name(), new Presence(field.expression())));
                default -> measures.add(field);
            }
        }
        return measures;
    }

    @Override
    public void project(RecordScope scope, Consumer<RowChange<?>> changes) {
        if (filter.truncates(scope)) {
            changes.accept(new Truncation<>(
                    groups.view(),
                    null,
                    GroupChanges.class,
                    (dialect, statements, texts) -> new GroupChanges(groups, dialect, statements, texts)));
        } else if (groups.members().isPresent()) {
            replaceContribution(scope, changes);
        } else if (scope.record().value() != null) {
            adjustGroups(scope, changes);
        }
    }

    private void replaceContribution(RecordScope scope, Consumer<RowChange<?>> changes) {
        scope.ofPart(scope.record().valueSchema(), scope.record().value());
        RecordFilter.Verdict verdict = filter.judge(scope);
        if (verdict == RecordFilter.Verdict.IGNORE) {
            return;
        }
        @Nullable Object[] row = new @Nullable Object[contributions.columns().size()];
        memberKey.forEach(field -> field.fillKey(scope, row));
        RowKey member = new RowKey(row, contributions.keySize());
        if (verdict == RecordFilter.Verdict.WRITE) {
            fill(scope, row);
        }
        changes.accept(
                new Contribution(groups, member, verdict == RecordFilter.Verdict.WRITE ? row : null, scope.record()));
    }

    /** Never called with a tombstone, which has no state. */
    private void adjustGroups(RecordScope scope, Consumer<RowChange<?>> changes) {
        @Nullable Object @Nullable [] old = before.isPresent() ? contribution(scope, before.get(), "before") : null;
        @Nullable
        Object @Nullable [] fresh = after.isPresent()
                ? contribution(scope, after.get(), "after")
                : contribution(
                        scope, scope.record().valueSchema(), scope.record().value());
        if (old != null || fresh != null) {
            changes.accept(new Adjustment(groups, old, fresh, scope.record()));
        }
    }

    private @Nullable Object @Nullable [] contribution(RecordScope scope, Expression state, String option) {
        @Nullable Object value;
        @Nullable Schema schema;
        try {
            value = state.value(scope);
            schema = value instanceof Struct struct ? struct.schema() : value == null ? null : state.schema(scope);
        } catch (DataException e) {
            throw new DataException("Projection " + name + ", option " + option + ": " + e.getMessage(), e);
        }
        return value == null ? null : contribution(scope, schema, value);
    }

    private @Nullable Object @Nullable [] contribution(RecordScope scope, @Nullable Schema schema, Object state) {
        scope.ofPart(schema, state);
        if (filter.judge(scope) != RecordFilter.Verdict.WRITE) {
            return null;
        }
        @Nullable Object[] row = new @Nullable Object[contributions.columns().size()];
        fill(scope, row);
        return row;
    }

    private void fill(RecordScope scope, @Nullable Object[] row) {
        key.forEach(field -> field.fillKey(scope, row));
        measures.forEach(field -> field.fill(scope, row));
    }
}
