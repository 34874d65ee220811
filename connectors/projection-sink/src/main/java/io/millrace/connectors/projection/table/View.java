package io.millrace.connectors.projection.table;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table that projections write. Its columns are those that any projection writes: first the key, of which the first
 * {@code groupSize} name the group that an explode projection replaces, then the others. Rows are arrays in this order.
 * Two views are the same only if they are one object.
 */
public final class View {
    /** The index of the revision in a view that has none. */
    public static final int NO_REVISION = -1;

    private final TableName name;
    private final List<String> projections;
    private final List<Column> columns;
    private final int keySize;
    private final int groupSize;
    private final int revision;
    private final @Nullable View truncations;
    private final boolean collatedKey;
    private final ColumnSet noColumns = ColumnSet.none();

    public View(
            TableName name, List<String> projections, List<Column> columns, int keySize, int groupSize, int revision) {
        this(name, projections, columns, keySize, groupSize, revision, null);
    }

    private View(
            TableName name,
            List<String> projections,
            List<Column> columns,
            int keySize,
            int groupSize,
            int revision,
            @Nullable View truncations) {
        this.projections = List.copyOf(projections);
        this.name = name;
        this.columns = List.copyOf(columns);
        this.keySize = keySize;
        this.groupSize = groupSize;
        this.revision = revision;
        this.truncations = truncations;
        this.collatedKey = columns.subList(0, keySize).stream().anyMatch(Column::collated);
    }

    public TableName name() {
        return name;
    }

    /** The names of the projections that write it. */
    public List<String> projections() {
        return projections;
    }

    public List<Column> columns() {
        return columns;
    }

    public int keySize() {
        return keySize;
    }

    /** 0 if no projection explodes into this view. */
    public int groupSize() {
        return groupSize;
    }

    /** The index of the column by which an older change does not overwrite a newer row; negative if there is none. */
    public int revision() {
        return revision;
    }

    public boolean hasRevision() {
        return revision >= 0;
    }

    /**
     * The same table as a view that records may empty.
     *
     * @param table keeps the revision of these records: its columns are a number that is its key, and the revision
     */
    public View withTruncations(View table) {
        return new View(name, projections, columns, keySize, groupSize, revision, table);
    }

    /** The table of {@link #withTruncations}. */
    public Optional<View> truncations() {
        return Optional.ofNullable(truncations);
    }

    /** Whether a column of the key has a collation, by which keys that differ may be one. */
    public boolean hasCollatedKey() {
        return collatedKey;
    }

    /** Where sets of this view's columns begin. */
    public ColumnSet noColumns() {
        return noColumns;
    }

    /** The index of an existing column of the view, by its name, if necessary in another case. */
    public int indexOf(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column)) {
                return i;
            }
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException("The view " + name + " has no column " + column);
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
