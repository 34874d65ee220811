package io.millrace.connectors.spool;

import io.millrace.spool.SpooledRecord;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/** Connect's record of a spooled one. It knows how many records of its object are not committed. */
final class RecoveredRecord extends SourceRecord {
    private final AtomicInteger open;

    RecoveredRecord(
            Map<String, String> partition,
            Map<String, Long> offset,
            SpooledRecord record,
            Headers headers,
            AtomicInteger open) {
        super(
                partition,
                offset,
                record.topic(),
                record.partition(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                record.key(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                record.value(),
                record.timestamp(),
                headers);
        this.open = open;
    }

    /** Takes the news that this record is committed. From whatever thread. */
    void confirm() {
        open.decrementAndGet();
    }
}
