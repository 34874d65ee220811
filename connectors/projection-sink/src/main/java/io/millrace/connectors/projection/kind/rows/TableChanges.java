package io.millrace.connectors.projection.kind.rows;

import io.millrace.connectors.projection.database.EqualTexts;
import io.millrace.connectors.projection.database.ViewStatements;
import io.millrace.connectors.projection.kind.MergedChanges;
import io.millrace.connectors.projection.kind.Truncation;
import io.millrace.connectors.projection.table.ColumnSet;
import io.millrace.connectors.projection.table.DeletedRow;
import io.millrace.connectors.projection.table.KeyCollisions;
import io.millrace.connectors.projection.table.Revision;
import io.millrace.connectors.projection.table.RowKey;
import io.millrace.connectors.projection.table.View;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one view, merged to the last state of each row. They are written in the order of
 * {@link #truncate}, {@link #replacedGroups}, {@link #deletes}, {@link #upserts}, with the same result as the changes one after the other:
 * a row that was deleted and inserted again is in both of the last two, so that columns that were not written since are
 * reset.
 */
public final class TableChanges implements MergedChanges {
    /** A group's rows that exist for certain, and whether these are all of its rows. */
    private static final class Group {
        private final Set<RowKey> present = new LinkedHashSet<>();
        private boolean replaced;
    }

    /**
     * A row's last state; {@code values} and {@code columns} are null if it is deleted. {@code deletedUpTo} is the highest
     * revision of the deletions, if the view has revisions.
     */
    // See RowUpsert.
    @SuppressWarnings("ArrayRecordComponent")
    private record Row(
            @Nullable Object @Nullable [] values,
            @Nullable ColumnSet columns,
            boolean deletedBefore,
            @Nullable Object deletedUpTo) {
        private static Row deleted(@Nullable Object deletedUpTo) {
            return new Row(null, null, true, deletedUpTo);
        }

        private Row mergeWith(RowUpsert change) {
            if (values == null || columns == null || columns == change.columns()) {
                return new Row(change.values(), change.columns(), deletedBefore, deletedUpTo);
            }
            @Nullable Object[] merged = values.clone();
            for (int index : change.columns().indexes()) {
                merged[index] = change.values()[index];
            }
            return new Row(merged, columns.union(change.columns()), deletedBefore, deletedUpTo);
        }
    }

    private final View view;
    private final ViewStatements statements;
    private final Map<RowKey, Row> rows = new LinkedHashMap<>();
    private final Map<RowKey, Group> groups = new LinkedHashMap<>();
    private final KeyCollisions rowCollisions;
    private final KeyCollisions groupCollisions;
    private boolean truncated;
    private @Nullable Object truncatedTo;

    public TableChanges(View view, ViewStatements statements, EqualTexts texts) {
        this.view = view;
        this.statements = statements;
        this.rowCollisions = new KeyCollisions(key -> texts.formOf(view, key));
        this.groupCollisions = new KeyCollisions(key -> texts.formOf(view, key));
    }

    /** The change of a record that empties a view of rows or of groups of rows; {@code revision} as in {@link Truncation}. */
    public static Truncation<TableChanges> truncation(View view, @Nullable Object revision) {
        return new Truncation<>(
                view,
                revision,
                TableChanges.class,
                (dialect, statements, texts) -> new TableChanges(view, statements, texts));
    }

    @Override
    public View view() {
        return view;
    }

    /** Rows of these kinds are locked for a moment only, and in no order; the row of truncations until the commit. */
    @Override
    public boolean sharesRows() {
        return view.truncations().isPresent();
    }

    /** Whether a collation may compare the key of a row as equal to an earlier one; remembers it. */
    public boolean collidesWithRow(RowKey key) {
        if (!view.hasCollatedKey()) {
            return false;
        }
        boolean collides = rowCollisions.collides(key);
        if (view.groupSize() > 0) {
            collides |= groupCollisions.collides(key.prefix(view.groupSize()));
        }
        return collides;
    }

    /** As {@link #collidesWithRow}, for a group and its new rows. */
    public boolean collidesWithGroup(RowKey group, List<RowUpsert> members) {
        if (!view.hasCollatedKey()) {
            return false;
        }
        boolean collides = groupCollisions.collides(group);
        for (RowUpsert row : members) {
            collides |= rowCollisions.collides(row.key());
        }
        return collides;
    }

    /**
     * Whether some columns of an earlier row are older than the change, and would be written with its revision. The row in
     * the database may be newer than the former and older than the latter.
     */
    boolean isPartOfNewer(RowUpsert upsert) {
        if (!view.hasRevision()) {
            return false;
        }
        Row row = rows.get(upsert.key());
        return row != null
                && row.values() != null
                && row.columns() != null
                && row.columns() != upsert.columns()
                && !upsert.columns().containsAll(row.columns())
                && !isOlderRow(upsert.values(), row.values());
    }

    private static boolean isOlder(@Nullable Object first, @Nullable Object second) {
        return Revision.isOlder(Objects.requireNonNull(first), Objects.requireNonNull(second));
    }

    private boolean isOlderRow(@Nullable Object[] first, @Nullable Object[] second) {
        return isOlder(first[view.revision()], second[view.revision()]);
    }

    @Override
    public void truncate(@Nullable Object revision) {
        truncated = true;
        truncatedTo = revision;
    }

    /** Writes a row, the newest change so far. */
    void upsert(RowUpsert change) {
        upsert(change, group(change.key()));
    }

    private @Nullable Group group(RowKey key) {
        return view.groupSize() == 0 ? null : groups.computeIfAbsent(key.prefix(view.groupSize()), k -> new Group());
    }

    private void upsert(RowUpsert change, @Nullable Group group) {
        boolean deletedBefore = group != null && group.replaced;
        Row old = rows.putIfAbsent(change.key(), new Row(change.values(), change.columns(), deletedBefore, null));
        if (old != null) {
            if (view.hasRevision() && old.values() != null && isOlderRow(change.values(), old.values())) {
                return;
            }
            // To the end: of two keys that only the column's collation takes for one, the last written wins.
            rows.remove(change.key());
            rows.put(change.key(), old.mergeWith(change));
        }
        if (group != null) {
            group.present.add(change.key());
        }
    }

    /** Deletes a row, the newest change so far. */
    void delete(RowDelete change) {
        RowKey key = change.key();
        @Nullable Object upTo = change.revision();
        Row old = rows.get(key);
        if (view.hasRevision() && old != null) {
            if (old.values() != null && isOlder(upTo, old.values()[view.revision()])) {
                return;
            }
            if (old.deletedUpTo() != null && isOlder(upTo, old.deletedUpTo())) {
                upTo = old.deletedUpTo();
            }
        }
        rows.remove(key);
        rows.put(key, Row.deleted(upTo));
        Group group = group(key);
        if (group != null) {
            group.present.remove(key);
        }
    }

    /** Replaces the rows of a group, the newest change so far. */
    public void replaceGroup(RowKey key, List<RowUpsert> members) {
        Group group = groups.computeIfAbsent(key, k -> new Group());
        Set<RowKey> kept = new HashSet<>();
        members.forEach(row -> kept.add(row.key()));
        group.present.removeIf(row -> {
            boolean vanished = !kept.contains(row);
            if (vanished) {
                rows.remove(row);
            }
            return vanished;
        });
        members.forEach(row -> upsert(row, group));
        group.replaced = true;
    }

    /** The groups whose other rows are deleted, with the rows that stay. */
    public Map<RowKey, Set<RowKey>> replacedGroups() {
        Map<RowKey, Set<RowKey>> replaced = new LinkedHashMap<>();
        groups.forEach((key, group) -> {
            if (group.replaced) {
                replaced.put(key, group.present);
            }
        });
        return replaced;
    }

    /** The rows to delete before rows are written. */
    public List<DeletedRow> deletes() {
        List<DeletedRow> deletes = new ArrayList<>();
        rows.forEach((key, row) -> {
            if (row.deletedBefore()) {
                deletes.add(new DeletedRow(key, row.deletedUpTo()));
            }
        });
        return deletes;
    }

    /** The rows to write, by the columns that they have values for; within a set of columns the oldest first. */
    public Map<ColumnSet, List<@Nullable Object[]>> upserts() {
        return upsertsSince(null);
    }

    /** Those of the rows that are not older than this revision; all if it is null. */
    private Map<ColumnSet, List<@Nullable Object[]>> upsertsSince(@Nullable Object revision) {
        Map<ColumnSet, List<@Nullable Object[]>> upserts = new HashMap<>();
        rows.values().forEach(row -> {
            boolean older =
                    revision != null && row.values() != null && isOlder(row.values()[view.revision()], revision);
            if (row.values() != null && row.columns() != null && !older) {
                upserts.computeIfAbsent(row.columns(), k -> new ArrayList<>()).add(row.values());
            }
        });
        return upserts;
    }

    @Override
    public void write() throws SQLException {
        if (!truncated && rows.isEmpty() && groups.isEmpty()) {
            return;
        }
        @Nullable Object emptiedTo = writeTruncation();
        statements.vanish(view, replacedGroups());
        statements.delete(view, deletes());
        for (Map.Entry<ColumnSet, List<@Nullable Object[]>> rowsOfColumns :
                upsertsSince(emptiedTo).entrySet()) {
            upsert(rowsOfColumns.getKey(), rowsOfColumns.getValue());
        }
    }

    /**
     * Empties the view if a record requires it.
     *
     * @return the revision up to which this record or an earlier one has emptied the view; null if there was none, or the
     *     view's rows come in one order
     */
    private @Nullable Object writeTruncation() throws SQLException {
        Optional<TruncatedRevision> revision =
                view.truncations().map(table -> new TruncatedRevision(table, statements));
        if (truncated) {
            if (revision.isPresent()) {
                revision.get().raise(truncatedTo);
            }
            statements.truncate(view, truncatedTo);
        }
        return revision.isPresent() ? revision.get().readLocked() : null;
    }

    private void upsert(ColumnSet columns, List<@Nullable Object[]> rows) throws SQLException {
        List<Integer> missing = IntStream.range(view.keySize(), view.columns().size())
                .filter(index -> view.columns().get(index).required() && !columns.contains(index))
                .boxed()
                .toList();
        if (missing.isEmpty()) {
            statements.upsert(view, columns, rows);
        } else {
            upsertWithRequired(columns, rows, missing);
        }
    }

    /**
     * Writes rows that leave columns unchanged which a new row must have. A statement that could also insert the row must give
     * them a value, so they get what the row has.
     *
     * @throws IncompleteRowException if a row is not there
     */
    private void upsertWithRequired(ColumnSet columns, List<@Nullable Object[]> rows, List<Integer> missing)
            throws SQLException {
        Map<RowKey, @Nullable Object[]> present = new HashMap<>();
        List<RowKey> keys = new ArrayList<>();
        rows.forEach(row -> keys.add(new RowKey(row, view.keySize())));
        for (@Nullable Object[] row : statements.lock(view, keys)) {
            present.put(new RowKey(row, view.keySize()), row);
        }
        ColumnSet completed = columns;
        for (int index : missing) {
            completed = completed.with(index);
        }
        List<@Nullable Object[]> old = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            @Nullable Object[] stored = present.get(keys.get(i));
            if (stored == null) {
                throw new IncompleteRowException(missing.stream()
                        .map(index -> view.columns().get(index).name())
                        .collect(Collectors.joining(", ")));
            }
            @Nullable Object[] row = rows.get(i).clone();
            missing.forEach(index -> row[index] = stored[index]);
            old.add(row);
        }
        statements.upsert(view, completed, old);
    }
}
