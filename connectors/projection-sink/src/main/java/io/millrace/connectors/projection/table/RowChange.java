package io.millrace.connectors.projection.table;

import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

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
            return RowChange.bytes(values);
        }
    }

    /**
     * There is no row with this key.
     *
     * @param revision the value of {@link View#revision}, where the view has one: a row with a higher one stays
     */
    record Delete(View view, RowKey key, Object revision) implements RowChange {
        @Override
        public long bytes() {
            return 0;
        }
    }

    /** There is a row with this key: the one that was there before, or this one. */
    // See Upsert.
    @SuppressWarnings("ArrayRecordComponent")
    record Append(View view, RowKey key, Object[] values, ColumnSet columns) implements RowChange {
        @Override
        public long bytes() {
            return RowChange.bytes(values);
        }
    }

    /**
     * A member of a group contributes this, and no longer what it contributed before.
     *
     * @param member the member's key
     * @param row in the order of the members' table; null where the member contributes nothing any more
     * @param record the record that says so
     */
    // See Upsert.
    @SuppressWarnings("ArrayRecordComponent")
    record Contribute(GroupTable groups, RowKey member, Object[] row, SinkRecord record) implements RowChange {
        @Override
        public View view() {
            return groups.view();
        }

        @Override
        public long bytes() {
            return RowChange.bytes(row);
        }
    }

    /**
     * A group loses one contribution, and a group, perhaps the same, gets one. Both are in the view's order, with a measure
     * in the place of each aggregate.
     *
     * @param before what is taken back, or null
     * @param after what is added, or null
     * @param record the record that says so
     */
    // See Upsert.
    @SuppressWarnings("ArrayRecordComponent")
    record Adjust(GroupTable groups, Object[] before, Object[] after, SinkRecord record) implements RowChange {
        @Override
        public View view() {
            return groups.view();
        }

        @Override
        public long bytes() {
            return RowChange.bytes(before) + RowChange.bytes(after);
        }
    }

    private static long bytes(Object[] values) {
        if (values == null) {
            return 0;
        }
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
