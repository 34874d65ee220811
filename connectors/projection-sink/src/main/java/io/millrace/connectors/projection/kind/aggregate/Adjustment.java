package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.View;
import java.util.Arrays;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Removes a contribution from one group, and adds one to another or the same group. Both are in the view's order, with
 * a measure in the place of each aggregate.
 *
 * @param before what is taken back, or null
 * @param after what is added, or null
 * @param record the record that both come from
 */
// As in Contribution.
@SuppressWarnings("ArrayRecordComponent")
record Adjustment(
        GroupTable groups,
        @Nullable Object @Nullable [] before,
        @Nullable Object @Nullable [] after,
        SinkRecord record) implements RowChange<GroupChanges> {
    @Override
    public View view() {
        return groups.view();
    }

    @Override
    public long bytes() {
        return RowChange.sizeOf(before) + RowChange.sizeOf(after);
    }

    @Override
    public long rows() {
        return 1;
    }

    @Override
    public @Nullable Object revision() {
        return null;
    }

    @Override
    public Class<GroupChanges> mergedAs() {
        return GroupChanges.class;
    }

    @Override
    public void addKeysTo(EqualTexts texts) {
        for (@Nullable Object @Nullable [] contribution : Arrays.asList(before, after)) {
            if (contribution != null) {
                texts.add(view(), groups.groupOf(contribution));
            }
        }
    }

    @Override
    public GroupChanges startMerge(Dialect dialect, ViewStatements statements, EqualTexts texts) {
        return new GroupChanges(groups, dialect, statements, texts);
    }

    @Override
    public boolean collidesWith(GroupChanges earlier) {
        return earlier.collidesWith(this);
    }

    @Override
    public void addTo(GroupChanges earlier) {
        earlier.add(this);
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "adjustment of " + groups;
    }
}
