package io.millrace.connectors.projection.table;

import java.util.List;
import java.util.Optional;

/**
 * A view whose rows are groups. Its columns are the group's key, then the aggregates, then, where groups can be complete,
 * the column that says since when. Behind it there may be a table of members, which keeps what each of them contributes:
 * the member's key, the group's key, then the measures of the aggregates that have one.
 */
public final class GroupTable {
    private final View view;
    private final View members;
    private final List<AggregateFunction> functions;
    private final boolean keepsEmpty;
    private final Completion completion;
    private final ColumnSet columns;
    private final ColumnSet memberColumns;

    /**
     * A view of groups.
     *
     * @param members null where contributions are not kept
     * @param functions the aggregates, in the view's order
     * @param keepsEmpty whether a group stays when nothing contributes to it any more
     * @param completion null where groups are never complete
     */
    public GroupTable(
            View view, View members, List<AggregateFunction> functions, boolean keepsEmpty, Completion completion) {
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

    private static ColumnSet range(View view, int from, int to) {
        ColumnSet set = view.noColumns();
        for (int i = from; i < to; i++) {
            set = set.with(i);
        }
        return set;
    }

    public View view() {
        return view;
    }

    /** The table of members. */
    public Optional<View> members() {
        return Optional.ofNullable(members);
    }

    public Optional<Completion> completion() {
        return Optional.ofNullable(completion);
    }

    public boolean keepsEmpty() {
        return keepsEmpty;
    }

    /** The aggregates' columns. */
    public ColumnSet columns() {
        return columns;
    }

    /** What the table of members has beside its key. */
    public ColumnSet memberColumns() {
        return memberColumns;
    }

    /** How many aggregates there are. */
    public int aggregates() {
        return functions.size();
    }

    public AggregateFunction function(int aggregate) {
        return functions.get(aggregate);
    }

    /** The index of an aggregate's column in the view. */
    public int index(int aggregate) {
        return view.keySize() + aggregate;
    }

    public Column column(int aggregate) {
        return view.columns().get(index(aggregate));
    }

    /** The index of an aggregate's measure in the table of members; only for those that have one. */
    public int measure(int aggregate) {
        int index = members.keySize() + view.keySize();
        for (int i = 0; i < aggregate; i++) {
            index += functions.get(i).measured() ? 1 : 0;
        }
        return index;
    }

    /** The name of the column of the members' table that holds this column of the group's key. */
    public Column memberGroup(int index) {
        return members.columns().get(members.keySize() + index);
    }

    /** What a member's row contributes, in the view's order. */
    public Object[] contribution(Object[] member) {
        Object[] contribution = new Object[view.columns().size()];
        System.arraycopy(member, members.keySize(), contribution, 0, view.keySize());
        int measure = members.keySize() + view.keySize();
        for (int i = 0; i < functions.size(); i++) {
            if (functions.get(i).measured()) {
                contribution[index(i)] = member[measure++];
            }
        }
        return contribution;
    }

    /** The column of the view that counts all contributions, where there is one. */
    public Optional<Column> counter() {
        int counter = functions.indexOf(AggregateFunction.COUNT_ALL);
        return counter < 0 ? Optional.empty() : Optional.of(column(counter));
    }

    @Override
    public String toString() {
        return view.toString();
    }
}
