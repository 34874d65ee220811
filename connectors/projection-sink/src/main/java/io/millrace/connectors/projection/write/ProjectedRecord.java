package io.millrace.connectors.projection.write;

import io.millrace.changes.RecordPlace;
import io.millrace.connectors.projection.kind.RowChange;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record and all its changes; written as a whole or not at all.
 *
 * @param record the record
 * @param changes in the order of the projections
 */
record ProjectedRecord(SinkRecord record, List<RowChange<?>> changes) {
    /** Never the payload. */
    @Override
    public String toString() {
        return RecordPlace.of(record) + " with " + changes.size() + " changes";
    }
}
