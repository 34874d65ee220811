package io.millrace.connectors.projection.table;

import java.util.List;

/** What a record does to a view. */
public sealed interface RowChange {
    /** The view. */
    View view();

    /** About how many bytes of memory the change's texts and byte strings take. */
    long bytes();

    /** How many rows it writes or deletes, as far as the record says. */
    default long rows() {
        return 1;
    }

    /**
     * The row with this key gets these values; columns that are not in the set keep theirs.
     *
     * @param values in the view's order; the key, and what is in the set
     */
    // A row is an array, so that it costs one allocation; nobody compares changes.
    @SuppressWarnings("ArrayRecordComponent")
    record Upsert(View view, RowKey key, Object[] values, ColumnSet columns) implements RowChange {
        @Override
        public long bytes() {
            long bytes = 0;
            for (Object value : values) {
                if (value instanceof String text) {
                    bytes += text.length();
                } else if (value instanceof byte[] data) {
                    bytes += data.length;
                }
            }
            return bytes;
        }
    }

    /** There is no row with this key. */
    record Delete(View view, RowKey key) implements RowChange {
        @Override
        public long bytes() {
            return 0;
        }
    }

    /** The group has these rows and no others. */
    record ReplaceGroup(View view, RowKey group, List<Upsert> members) implements RowChange {
        @Override
        public long bytes() {
            return members.stream().mapToLong(Upsert::bytes).sum();
        }

        @Override
        public long rows() {
            return members.size();
        }
    }
}
