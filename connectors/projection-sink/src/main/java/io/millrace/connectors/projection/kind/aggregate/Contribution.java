package io.millrace.connectors.projection.kind.aggregate;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the contribution of a member.
 *
 * @param member the member's key
 * @param row in the order of the members' table; null if the member contributes nothing any more
 * @param record the record that the contribution comes from
 */
// A row is an array, so that it costs one allocation; changes are not compared.
@SuppressWarnings("ArrayRecordComponent")
record Contribution(
        GroupTable groups, RowKey member, @Nullable Object @Nullable [] row, SinkRecord record)
        implements RowChange<GroupChanges> {
    @Override
    public View view() {
        return groups.view();
    }

    @Override
    public long bytes() {
        return RowChange.sizeOf(row);
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
        texts.add(groups.members().orElseThrow(), member);
        if (row != null) {
            texts.add(view(), groups.groupOf(groups.contribution(row)));
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
        return "contribution to " + groups;
    }
}
