package io.millrace.tools.changes;

import java.util.Map;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * An input of a connector's transforms.
 *
 * @param place its origin, as {@code file:line} or {@code topic-partition@offset}
 * @param topic the topic that it has before any transform
 * @param key its key
 * @param value its value
 * @param headers its headers
 * @param sourcePartition the connector's partition
 * @param sourceOffset the connector's offset
 * @param timestamp milliseconds, or null
 */
public record Change(
        String place,
        String topic,
        SchemaAndValue key,
        SchemaAndValue value,
        Headers headers,
        Map<String, ?> sourcePartition,
        Map<String, ?> sourceOffset,
        @Nullable Long timestamp) {

    /** As a source connector hands it to its transforms. */
    public SourceRecord sourceRecord() {
        return new SourceRecord(
                sourcePartition,
                sourceOffset,
                topic,
                null,
                key.schema(),
                key.value(),
                value.schema(),
                value.value(),
                timestamp,
                headers.duplicate());
    }

    /** As a sink's worker hands it to the connector's transforms. */
    public SinkRecord sinkRecord(long offset) {
        return new SinkRecord(
                topic,
                0,
                key.schema(),
                key.value(),
                value.schema(),
                value.value(),
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                headers.duplicate());
    }

    /** Without the record's values. */
    @Override
    public String toString() {
        return "change of " + topic + " at " + place;
    }
}
