package io.millrace.payloads.connect;

import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;

/** Where a record is from, for messages. */
final class RecordPlace {
    private RecordPlace() {}

    /** {@code topic-partition@offset} of a sink's record, the source's partition and offset of a source's. */
    static String of(ConnectRecord<?> record) {
        if (record instanceof SinkRecord sink) {
            return sink.originalTopic() + "-" + sink.originalKafkaPartition() + "@" + sink.originalKafkaOffset();
        }
        if (record instanceof SourceRecord source) {
            return "A record for " + source.topic() + " of " + source.sourcePartition() + " at "
                    + source.sourceOffset();
        }
        return "A record of " + record.topic();
    }
}
