package io.millrace.changes;

import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that a connector of this project made. It equals only itself: Connect looks up each record twice among those that end
 * transactions, and the hash of a whole record with its schemas costs more than the making of an event.
 */
public final class IdentityRecord extends SourceRecord {
    private IdentityRecord(SourceRecord record, Map<String, ?> sourceOffset) {
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
    public static IdentityRecord of(SourceRecord record) {
        return new IdentityRecord(record, record.sourceOffset());
    }

    /** The record with another source offset. */
    public static IdentityRecord of(SourceRecord record, Map<String, ?> sourceOffset) {
        return new IdentityRecord(record, sourceOffset);
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
