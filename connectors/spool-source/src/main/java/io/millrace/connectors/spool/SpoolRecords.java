package io.millrace.connectors.spool;

import io.millrace.spool.Incarnation;
import io.millrace.spool.SpooledHeader;
import io.millrace.spool.SpooledRecord;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
     * @param partition of {@link #partition}, the same map for all records of an incarnation
     * @param covered the index up to which the object is recovered when this record is
     * @param open how many records of the object are not committed
     */
    SourceRecord make(
            Map<String, String> partition, long sequence, long covered, SpooledRecord record, AtomicInteger open) {
        ConnectHeaders headers = new ConnectHeaders();
        for (SpooledHeader header : record.headers()) {
            headers.add(header.key(), header.value(), Schema.OPTIONAL_BYTES_SCHEMA);
        }
        return new RecoveredRecord(partition, SpoolPosition.offset(sequence, covered), record, headers, open);
    }

    Map<String, String> partition(Incarnation incarnation) {
        return SpoolPosition.partition(location, incarnation);
    }
}
