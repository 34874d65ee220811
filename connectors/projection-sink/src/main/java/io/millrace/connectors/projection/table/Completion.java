package io.millrace.connectors.projection.table;

import org.apache.kafka.connect.sink.SinkRecord;

/** When a group is complete, and what is announced of it then. For one thread. */
public interface Completion {
    /** The column of the view that says since when the group is complete; null until then. */
    String column();

    /** The table that announcements are added to; its rows have no key. */
    View outbox();

    /** The columns that an announcement has. */
    ColumnSet columns();

    /**
     * Whether the group is complete.
     *
     * @param row the group's row, in the view's order
     * @param record the last record that contributed to it
     * @throws org.apache.kafka.connect.errors.DataException where that cannot be said
     */
    boolean reached(Object[] row, SinkRecord record);

    /** The row to add to the outbox; arguments and faults as with {@link #reached}. */
    Object[] announcement(Object[] row, SinkRecord record);
}
