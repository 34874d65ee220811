package io.millrace.connectors.projection.write;

import io.millrace.connectors.projection.table.RowChange;
import java.util.List;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record and everything it does; written as a whole or not at all.
 *
 * @param record the record
 * @param changes in the order of the projections
 */
public record ProjectedRecord(SinkRecord record, List<RowChange> changes) {
    /** Where the record is, as people write it. */
    public static String place(SinkRecord record) {
        return record.originalTopic() + "-" + record.originalKafkaPartition() + "@" + record.originalKafkaOffset();
    }

    /** Never the payload. */
    @Override
    public String toString() {
        return place(record) + " with " + changes.size() + " changes";
    }
}
