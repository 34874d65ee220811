package io.millrace.connectors.spool;

import io.millrace.spool.Incarnation;
import io.millrace.spool.SpooledHeader;
import io.millrace.spool.SpooledRecord;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/** Makes Connect's records of spooled ones: bytes, partition, timestamp and headers as they were. */
final class SpoolRecords {
    private final String location;

    /** Records of the spool at this location. */
    SpoolRecords(String location) {
        this.location = location;
    }

    /**
     * Makes a record.
     *
     * @param covered the index up to which the object is recovered when this record is
     */
    SourceRecord make(Incarnation incarnation, long sequence, long covered, SpooledRecord record) {
        ConnectHeaders headers = new ConnectHeaders();
        for (SpooledHeader header : record.headers()) {
            headers.add(header.key(), header.value(), Schema.OPTIONAL_BYTES_SCHEMA);
        }
        return new SourceRecord(
                partition(incarnation),
                SpoolPosition.offset(sequence, covered),
                record.topic(),
                record.partition(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                record.key(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                record.value(),
                record.timestamp(),
                headers);
    }

    Map<String, String> partition(Incarnation incarnation) {
        return SpoolPosition.partition(location, incarnation);
    }
}
