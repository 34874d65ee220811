package io.millrace.connectors.event;

import io.millrace.changes.ChangeReader;
import io.millrace.changes.RowValues;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** The GTID of the transaction that made a change, from Debezium's source block. */
final class SourceGtid {
    private static final String GTID = "gtid";

    private SourceGtid() {}

    /** The GTID; null if the record has none. */
    static @Nullable String find(SourceRecord record) {
        return RowValues.get(RowValues.get(record.value(), ChangeReader.SOURCE), GTID) instanceof String gtid
                ? gtid
                : null;
    }
}
