package io.millrace.connectors.event;

import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that this connector made. It equals only itself: Connect looks up each record twice among those that end
 * transactions, and the hash of a whole record with its schemas costs more than the making of an event.
 */
final class SentRecord extends SourceRecord {
    private SentRecord(SourceRecord record, Map<String, ?> sourceOffset) {
        super(
                record.sourcePartition(),
                sourceOffset,
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp(),
                record.headers());
    }

    /** The record. */
    static SentRecord of(SourceRecord record) {
        return new SentRecord(record, record.sourceOffset());
    }

    /** The record with another source offset. */
    static SentRecord of(SourceRecord record, Map<String, ?> sourceOffset) {
        return new SentRecord(record, sourceOffset);
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
