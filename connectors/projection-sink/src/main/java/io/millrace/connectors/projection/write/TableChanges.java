package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.Revision;
import io.millrace.connectors.projection.table.RowChange;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The changes of one view, merged to the last state of each row. Written in the order {@link #replacedGroups},
 * {@link #deletes}, {@link #upserts} they leave the view as the changes one after the other would have: a row that was
 * deleted and came back is in both of the latter, so that columns which nobody wrote since are reset.
 */
public final class TableChanges {
    /** A group's rows that are known to be there, and whether they are all of it. */
    private static final class Group {
        private final Set<RowKey> present = new LinkedHashSet<>();
        private boolean replaced;
    }

    /**
     * A row's last state; {@code values} is null where there is none. {@code deletedUpTo} is the highest revision of the
     * deletions, where the view has revisions.
     */
    // See RowChange.Upsert.
    @SuppressWarnings("ArrayRecordComponent")
    private record Row(Object[] values, ColumnSet columns, boolean deletedBefore, Object deletedUpTo) {
        private static Row absent(Object deletedUpTo) {
            return new Row(null, null, true, deletedUpTo);
        }

        private Row then(RowChange.Upsert change) {
            if (values == null || columns == change.columns()) {
                return new Row(change.values(), change.columns(), deletedBefore, deletedUpTo);
            }
            Object[] merged = values.clone();
            for (int index : change.columns().indexes()) {
                merged[index] = change.values()[index];
            }
            return new Row(merged, columns.union(change.columns()), deletedBefore, deletedUpTo);
        }
    }

    private final View view;
    private final Map<RowKey, Row> rows = new LinkedHashMap<>();
    private final Map<RowKey, Group> groups = new LinkedHashMap<>();
    private final Map<RowKey, RowChange.Append> appended = new LinkedHashMap<>();
    private final KeyCollisions rowCollisions = new KeyCollisions();
    private final KeyCollisions groupCollisions = new KeyCollisions();

    public TableChanges(View view) {
        this.view = view;
    }

    public View view() {
        return view;
    }

    /**
     * Whether the view's collation may take a key of the change for another one that is here already. Then what is here
     * is to be written first.
     */
    public boolean collides(RowChange change) {
        if (isPartOfNewer(change)) {
            return true;
        }
        if (!view.hasCollatedKey()) {
            return false;
        }
        if (change instanceof RowChange.ReplaceGroup replace) {
            boolean collides = groupCollisions.collides(replace.group());
            for (RowChange.Upsert row : replace.members()) {
                collides |= rowCollisions.collides(row.key());
            }
            return collides;
        }
        RowKey key = change instanceof RowChange.Upsert upsert
                ? upsert.key()
                : change instanceof RowChange.Append append ? append.key() : ((RowChange.Delete) change).key();
        boolean collides = rowCollisions.collides(key);
        if (view.groupSize() > 0) {
            collides |= groupCollisions.collides(key.prefix(view.groupSize()));
        }
        return collides;
    }

    /**
     * Whether some columns of a row that is here are older than the change, and the others would be written with its
     * revision. The row in the database may be newer than the former and older than the latter.
     */
    private boolean isPartOfNewer(RowChange change) {
        if (!view.hasRevision() || !(change instanceof RowChange.Upsert upsert)) {
            return false;
        }
        Row row = rows.get(upsert.key());
        return row != null
                && row.values() != null
                && row.columns() != upsert.columns()
                && !upsert.columns().containsAll(row.columns())
                && !isOlder(upsert.values(), row.values());
    }

    private boolean isOlder(Object[] first, Object[] second) {
        return Revision.isOlder(first[view.revision()], second[view.revision()]);
    }

    /** Adds a change, the last one so far. */
    public void add(RowChange change) {
        if (change instanceof RowChange.Upsert upsert) {
            Group group = group(upsert.key());
            upsert(upsert, group);
        } else if (change instanceof RowChange.Append append) {
            appended.putIfAbsent(append.key(), append);
        } else if (change instanceof RowChange.Delete delete) {
            delete(delete);
        } else if (change instanceof RowChange.ReplaceGroup replace) {
            replace(replace);
        }
    }

    private Group group(RowKey key) {
        return view.groupSize() == 0 ? null : groups.computeIfAbsent(key.prefix(view.groupSize()), k -> new Group());
    }

    private void upsert(RowChange.Upsert change, Group group) {
        boolean deletedBefore = group != null && group.replaced;
        Row old = rows.putIfAbsent(change.key(), new Row(change.values(), change.columns(), deletedBefore, null));
        if (old != null) {
            if (view.hasRevision() && old.values() != null && isOlder(change.values(), old.values())) {
                return;
            }
            // To the end: of two keys that only the column's collation takes for one, the last written wins.
            rows.remove(change.key());
            rows.put(change.key(), old.then(change));
        }
        if (group != null) {
            group.present.add(change.key());
        }
    }

    private void delete(RowChange.Delete change) {
        RowKey key = change.key();
        Object upTo = change.revision();
        Row old = rows.get(key);
        if (view.hasRevision() && old != null) {
            if (old.values() != null && Revision.isOlder(upTo, old.values()[view.revision()])) {
                return;
            }
            if (old.deletedUpTo() != null && Revision.isOlder(upTo, old.deletedUpTo())) {
                upTo = old.deletedUpTo();
            }
        }
        rows.remove(key);
        rows.put(key, Row.absent(upTo));
        Group group = group(key);
        if (group != null) {
            group.present.remove(key);
        }
    }

    private void replace(RowChange.ReplaceGroup change) {
        Group group = groups.computeIfAbsent(change.group(), k -> new Group());
        Set<RowKey> kept = new HashSet<>();
        change.members().forEach(row -> kept.add(row.key()));
        group.present.removeIf(key -> {
            boolean vanished = !kept.contains(key);
            if (vanished) {
                rows.remove(key);
            }
            return vanished;
        });
        change.members().forEach(row -> upsert(row, group));
        group.replaced = true;
    }

    /** The groups of which the view must keep no rows but these. */
    public Map<RowKey, Set<RowKey>> replacedGroups() {
        Map<RowKey, Set<RowKey>> replaced = new LinkedHashMap<>();
        groups.forEach((key, group) -> {
            if (group.replaced) {
                replaced.put(key, group.present);
            }
        });
        return replaced;
    }

    /** The rows to delete before the upserts. */
    public List<RowChange.Delete> deletes() {
        List<RowChange.Delete> deletes = new ArrayList<>();
        rows.forEach((key, row) -> {
            if (row.deletedBefore()) {
                deletes.add(new RowChange.Delete(view, key, row.deletedUpTo()));
            }
        });
        return deletes;
    }

    /** The rows to write, by the columns that they have values for; within a set of columns the oldest first. */
    public Map<ColumnSet, List<Object[]>> upserts() {
        Map<ColumnSet, List<Object[]>> upserts = new HashMap<>();
        rows.values().forEach(row -> {
            if (row.values() != null) {
                upserts.computeIfAbsent(row.columns(), k -> new ArrayList<>()).add(row.values());
            }
        });
        return upserts;
    }

    /** The rows to add where there is none with their keys, by the columns that they have values for. */
    public Map<ColumnSet, List<Object[]>> appends() {
        Map<ColumnSet, List<Object[]>> appends = new LinkedHashMap<>();
        appended.values().forEach(append -> appends.computeIfAbsent(append.columns(), k -> new ArrayList<>())
                .add(append.values()));
        return appends;
    }
}
