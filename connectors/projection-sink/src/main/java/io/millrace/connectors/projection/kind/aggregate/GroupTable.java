package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.table.Accumulation;
import io.millrace.connectors.projection.table.Column;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A view whose rows are groups. Its columns are the group's key, then the aggregates, then, if groups can be complete, the
 * column with the time of the completion. It may have a table of members, which keeps what each of them contributes: the
 * member's key, the group's key, then the measures of the aggregates that have one.
 */
final class GroupTable implements Accumulation {
    private final View view;
    private final @Nullable View members;
    private final List<AggregateFunction> functions;
    private final boolean keepsEmpty;
    private final @Nullable GroupCompletion completion;
    private final ColumnSet columns;
    private final @Nullable ColumnSet memberColumns;

    /**
     * A view of groups.
     *
     * @param members null if contributions are not kept
     * @param functions the aggregates, in the view's order
     * @param keepsEmpty whether a group stays when nothing contributes to it
     * @param completion null if groups are never complete
     */
    GroupTable(
            View view,
            @Nullable View members,
            List<AggregateFunction> functions,
            boolean keepsEmpty,
            @Nullable GroupCompletion completion) {
        this.view = view;
        this.members = members;
        this.functions = List.copyOf(functions);
        this.keepsEmpty = keepsEmpty;
        this.completion = completion;
        this.columns = range(view, view.keySize(), view.keySize() + functions.size());
        this.memberColumns = members == null
                ? null
                : range(members, members.keySize(), members.columns().size());
    }

    @Override
    public String combine(int column, String existing, String incoming) {
        return functions.get(column - view.keySize()).combine(existing, incoming);
    }

    private static ColumnSet range(View view, int from, int to) {
        ColumnSet set = view.noColumns();
        for (int i = from; i < to; i++) {
            set = set.with(i);
        }
        return set;
    }

    @Override
    public View view() {
        return view;
    }

    /** The table of members. */
    Optional<View> members() {
        return Optional.ofNullable(members);
    }

    private View requireMembers() {
        return Objects.requireNonNull(members);
    }

    Optional<GroupCompletion> completion() {
        return Optional.ofNullable(completion);
    }

    boolean keepsEmpty() {
        return keepsEmpty;
    }

    /** The aggregates' columns. */
    @Override
    public ColumnSet columns() {
        return columns;
    }

    /** The columns of the members' table that are not in its key. */
    ColumnSet memberColumns() {
        return Objects.requireNonNull(memberColumns);
    }

    /** How many aggregates there are. */
    int aggregates() {
        return functions.size();
    }

    AggregateFunction function(int aggregate) {
        return functions.get(aggregate);
    }

    /** The index of an aggregate's column in the view. */
    int index(int aggregate) {
        return view.keySize() + aggregate;
    }

    Column column(int aggregate) {
        return view.columns().get(index(aggregate));
    }

    /** The index of an aggregate's measure in the table of members; only for those that have one. */
    int measure(int aggregate) {
        int index = requireMembers().keySize() + view.keySize();
        for (int i = 0; i < aggregate; i++) {
            index += functions.get(i).hasMeasure() ? 1 : 0;
        }
        return index;
    }

    /** The column of the members' table that holds this column of the group's key. */
    Column memberGroup(int index) {
        return requireMembers().columns().get(requireMembers().keySize() + index);
    }

    /** The contribution of a member's row, in the view's order. */
    @Nullable
    Object[] contribution(@Nullable Object[] member) {
        int keySize = requireMembers().keySize();
        @Nullable Object[] contribution = new @Nullable Object[view.columns().size()];
        System.arraycopy(member, keySize, contribution, 0, view.keySize());
        int measure = keySize + view.keySize();
        for (int i = 0; i < functions.size(); i++) {
            if (functions.get(i).hasMeasure()) {
                contribution[index(i)] = member[measure++];
            }
        }
        return contribution;
    }

    /** The key of the group of a contribution, which is in the view's order. */
    RowKey groupOf(@Nullable Object[] contribution) {
        return new RowKey(contribution, view.keySize());
    }

    /** The column of the view that counts all contributions, if there is one. */
    Optional<Column> counter() {
        int counter = functions.indexOf(AggregateFunction.COUNT_ALL);
        return counter < 0 ? Optional.empty() : Optional.of(column(counter));
    }

    @Override
    public String toString() {
        return view.toString();
    }
}
