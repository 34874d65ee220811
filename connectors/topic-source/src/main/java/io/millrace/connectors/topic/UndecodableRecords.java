package io.millrace.connectors.topic;

import io.millrace.changes.IdentityRecord;
import io.millrace.changes.RecordPlace;
import io.millrace.events.OriginalBytes;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The treatment of records that cannot be decoded: they stop the task, or are written to a topic with their original bytes. For use
 * by one thread.
 */
final class UndecodableRecords {
    /** The header with the reason, of the same name as in the sink's dead letter queue. */
    static final String REASON = "millrace.error.reason";

    /** The header with the place of the record. */
    static final String RECORD = "millrace.error.record";

    private static final Logger LOG = LoggerFactory.getLogger(UndecodableRecords.class);

    private final Optional<String> topic;
    private boolean reported;

    /** With the topic that they are written to; if it is empty, they stop the task. */
    UndecodableRecords(Optional<String> topic) {
        this.topic = topic;
    }

    /** Whether they stop the task. */
    boolean stopTask() {
        return topic.isEmpty();
    }

    /**
     * The record to send in the place of one that cannot be decoded.
     *
     * @throws DataException if such records stop the task
     */
    SourceRecord replace(
            ConsumerRecord<byte[], byte[]> record,
            Map<String, ?> partition,
            Map<String, ?> offset,
            DecodingException failure) {
        String place = RecordPlace.of(record.topic(), record.partition(), record.offset());
        if (topic.isEmpty()) {
            throw new DataException("The record " + place + " cannot be decoded: " + failure.getMessage()
                    + ". Correct the converter's options; or set " + TopicSourceOptions.UNDECODABLE_TOPIC
                    + ", so that such records are written to a topic; or stop the connector, PATCH the offset "
                    + (record.offset() + 1) + ", and resume it, to skip the record");
        }
        if (!reported) {
            reported = true;
            LOG.warn(
                    "A record cannot be decoded and is written to {}: {}: {}. Further ones are counted in JMX",
                    topic.get(),
                    place,
                    failure.getMessage());
        }
        Headers headers = new ConnectHeaders();
        for (Header header : record.headers()) {
            if (!header.key().equals(REASON) && !header.key().equals(RECORD)) {
                headers.add(header.key(), header.value(), OriginalBytes.SCHEMA);
            }
        }
        headers.addString(REASON, String.valueOf(failure.getMessage()));
        headers.addString(RECORD, place);
        return IdentityRecord.of(new SourceRecord(
                partition,
                offset,
                topic.get(),
                null,
                OriginalBytes.SCHEMA,
                record.key(),
                OriginalBytes.SCHEMA,
                record.value(),
                record.timestamp() < 0 ? null : record.timestamp(),
                headers));
    }
}
