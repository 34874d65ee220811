package io.millrace.connectors.projection.kind.explode;

import io.millrace.connectors.projection.database.Dialect;
import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.RowChange;
import io.millrace.connectors.projection.kind.rows.RowUpsert;
import io.millrace.connectors.projection.kind.rows.TableChanges;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The group has these rows and no others. */
record GroupReplacement(View view, RowKey group, List<RowUpsert> members) implements RowChange<TableChanges> {
    @Override
    public long bytes() {
        long bytes = ROW_BYTES;
        for (RowUpsert row : members) {
            bytes += row.bytes();
        }
        return bytes;
    }

    @Override
    public long rows() {
        return members.size();
    }

    @Override
    public @Nullable Object revision() {
        return null;
    }

    @Override
    public Class<TableChanges> mergedAs() {
        return TableChanges.class;
    }

    @Override
    public void addKeysTo(EqualTexts texts) {
        texts.add(view, group);
        members.forEach(row -> texts.add(view, row.key()));
    }

    @Override
    public TableChanges startMerge(Dialect dialect, ViewStatements statements, EqualTexts texts) {
        return new TableChanges(view, statements, texts);
    }

    @Override
    public boolean collidesWith(TableChanges earlier) {
        return earlier.collidesWithGroup(group, members);
    }

    @Override
    public void addTo(TableChanges earlier) {
        earlier.replaceGroup(group, members);
    }

    /** Never the values. */
    @Override
    public String toString() {
        return "replacement of a group of " + view + " by " + members.size() + " rows";
    }
}
